"""What rooms plug in, and what reaches the page of whom."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext_lazy

from perezvon.web import context, surface

ANNA = SimpleNamespace(is_authenticated=True, name="Anna", email="anna@veter.example")
STRANGER = SimpleNamespace(is_authenticated=False)


@pytest.fixture(autouse=True)
def _own_plugs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("entries", "panels", "commands", "sources", "tools"):
        monkeypatch.setattr(surface, name, surface.Registry(name))
    yield


def frame(path: str = "/", user: Any = ANNA, **cookies: str) -> context.Surface:
    request = RequestFactory().get(path)
    request.user = user
    request.COOKIES.update(cookies)
    return context.Surface(request)


def test_a_key_is_taken_once() -> None:
    surface.navigation("deals", "Deals", "web:search", "list")
    with pytest.raises(ValueError, match="registered twice"):
        surface.navigation("deals", "Deals again", "web:search", "list")


def test_one_key_may_stand_in_two_slots() -> None:
    surface.panel("crm.person", "calls", "Calls", "web:search")
    surface.panel("crm.deal", "calls", "Calls", "web:search")
    assert [panel.slot for panel in surface.panels_of("crm.deal", ANNA)] == ["crm.deal"]


def test_navigation_keeps_order_groups_and_rights() -> None:
    surface.navigation("b", "Second", "web:search", "list", order=20)
    surface.navigation("a", "First", "web:counts", "list", order=10)
    surface.navigation("s", "Settings", "web:styleguide", "settings", order=90, group="Settings")
    surface.navigation("x", "Hidden", "web:palette", "lock", can=lambda user: False)
    groups = frame().navigation
    assert [(group["label"], [line["entry"].key for line in group["lines"]]) for group in groups] == [
        ("", ["a", "b"]),
        ("Settings", ["s"]),
    ]


def test_an_entry_without_a_page_is_left_out() -> None:
    surface.navigation("gone", "Gone", "nowhere:page", "list")
    assert frame().navigation == []


def test_the_longest_address_is_the_active_one() -> None:
    surface.navigation("search", "Search", "web:search", "search")
    lines = frame("/search/deeper/").navigation[0]["lines"]
    assert [line["active"] for line in lines] == [True]


def test_a_stranger_sees_no_navigation() -> None:
    surface.navigation("search", "Search", "web:search", "search")
    assert frame(user=STRANGER).navigation == []
    assert frame(user=STRANGER).person is None


def test_counts_leave_out_zero_and_what_is_not_open() -> None:
    surface.navigation("late", "Late", "web:search", "clock", count=lambda user: 7)
    surface.navigation("none", "None", "web:search", "clock", count=lambda user: 0)
    surface.navigation("shut", "Shut", "web:search", "lock", can=lambda user: False, count=lambda user: 9)
    assert surface.counts_of(ANNA) == {"late": 7}


@pytest.mark.django_db
def test_search_asks_open_sources_and_drops_empty_ones() -> None:
    hit = surface.Hit("Maria", "client", "/people/1/")
    surface.search_source("people", "People", lambda user, text, limit: [hit][:limit])
    surface.search_source("calls", "Calls", lambda user, text, limit: [])
    surface.search_source("money", "Money", lambda user, text, limit: [hit], can=lambda user: False)
    assert [(source.key, hits) for source, hits in surface.search(ANNA, "mar", 5)] == [("people", [hit])]


@pytest.mark.parametrize(
    ("cookies", "scheme"),
    [
        ({}, "light"),
        ({"theme": "dark"}, "dark"),
        ({"theme": "auto", "scheme": "dark"}, "dark"),
        ({"theme": "light", "scheme": "dark"}, "light"),
        ({"theme": '"><script>'}, "light"),
    ],
)
def test_the_theme_is_known_before_the_page_is_painted(cookies: dict[str, str], scheme: str) -> None:
    assert frame(**cookies).scheme == scheme


def test_tools_of_the_bar_keep_order_and_leave_out_what_draws_nothing() -> None:
    surface.tool("phone", lambda request: "<b>phone</b>", order=20)
    surface.tool("status", lambda request: "<b>status</b>", order=10)
    surface.tool("empty", lambda request: "", order=5)
    surface.tool("hidden", lambda request: "<b>hidden</b>", can=lambda user: False)
    assert frame().tools == ["<b>status</b>", "<b>phone</b>"]


def test_the_drawn_navigation_is_kept_apart_by_rights_place_and_language(settings: Any) -> None:
    surface.navigation("search", gettext_lazy("Search"), "web:search", "search")
    surface.navigation("counts", "Counts", "web:counts", "list", can=lambda user: user is ANNA)
    other = SimpleNamespace(is_authenticated=True, name="Gleb")
    here, again = frame("/search/").sidebar, frame("/search/").sidebar
    assert here is again and "Counts" in here
    assert "Counts" not in frame("/search/", user=other).sidebar
    assert 'active" href="/counts/"' in frame("/counts/").sidebar
    with translation.override("ru"):
        assert "Поиск" in frame("/search/").sidebar and "Поиск" in frame("/search/").bottombar
    settings.DEBUG = True
    assert frame("/search/").sidebar is not here
