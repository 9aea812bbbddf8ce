"""Shared pages through the door."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, RequestFactory

from perezvon.web import assets, hooks, surface

pytestmark = pytest.mark.django_db
Sign = Callable[[Any], Client]


@pytest.fixture
def plugs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A surface with one room plugged in."""
    for name in ("entries", "commands", "sources"):
        monkeypatch.setattr(surface, name, surface.Registry(name))
    surface.navigation("guide", "Guide", "web:search", "list", count=lambda user: 3)
    surface.command("new", "New deal", "web:styleguide", "plus")
    surface.command("secret", "Secret", "web:styleguide", can=lambda user: False)
    surface.search_source(
        "people", "People", lambda user, text, limit: [surface.Hit(f"Maria {text}", "client", "/p/1/")]
    )


def test_the_first_page_is_the_first_that_is_open(plugs: None, client_of: Sign, anna: Any) -> None:
    surface.navigation("shut", "Shut", "web:counts", "lock", order=1, can=lambda user: False)
    assert client_of(anna).get("/")["Location"] == "/search/"


@pytest.mark.parametrize("address", ["/", "/search/", "/palette/", "/counts/"])
def test_a_stranger_is_sent_to_sign_in(address: str) -> None:
    response = Client().get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_search_without_script_shows_what_was_found(plugs: None, client_of: Sign, anna: Any) -> None:
    page = client_of(anna).get("/search/", {"q": "  mar <b> "}).content.decode()
    assert "Maria mar &lt;b&gt;" in page
    assert 'href="/p/1/"' in page


def test_search_with_nothing_typed_helps(plugs: None, client_of: Sign, anna: Any) -> None:
    assert "empty-state" in client_of(anna).get("/search/").content.decode()


@pytest.mark.parametrize("typed", ["\x00", "a" * 5000, "😀", "%00", "' OR 1=1 --"])
def test_search_takes_any_text(plugs: None, client_of: Sign, anna: Any, typed: str) -> None:
    assert client_of(anna).get("/search/", {"q": typed}).status_code == 200
    assert client_of(anna).get("/palette/", {"q": typed}).status_code == 200


def test_the_palette_offers_commands_and_pages_that_are_open(plugs: None, client_of: Sign, anna: Any) -> None:
    told = client_of(anna).get("/palette/").json()
    assert [command["title"] for command in told["commands"]] == ["New deal", "Guide"]


def test_the_palette_finds(plugs: None, client_of: Sign, anna: Any) -> None:
    told = client_of(anna).get("/palette/", {"q": "79"}).json()
    assert told["groups"][0]["label"] == "People"
    assert told["groups"][0]["items"][0]["url"] == "/p/1/"


def test_a_counted_page_has_a_badge_in_the_navigation(plugs: None, client_of: Sign, anna: Any) -> None:
    page = client_of(anna).get("/search/").content.decode()
    assert page.count('data-count="guide"') == 2  # the column at the left and the bar at the foot
    assert 'aria-current="page"' in page


def test_counts_are_numbers_by_key(plugs: None, client_of: Sign, anna: Any) -> None:
    assert client_of(anna).get("/counts/").json() == {"guide": 3}


def test_every_answer_carries_the_limits(plugs: None, client_of: Sign, anna: Any) -> None:
    for response in (client_of(anna).get("/search/"), Client().get("/accounts/login/"), Client().get("/nowhere/")):
        policy = response["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "style-src 'self';" in policy
        assert "unsafe-eval" not in policy
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert "camera=()" in response["Permissions-Policy"]


RUN = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.I)
HANDLER = re.compile(r"<[^>]+\son[a-z]+\s*=", re.I)
ELSEWHERE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""", re.I)


@pytest.mark.parametrize("address", ["/search/", "/styleguide/", "/accounts/password/change/", "/accounts/2fa/"])
def test_pages_obey_their_own_policy(client_of: Sign, admin: Any, address: str) -> None:
    page = client_of(admin).get(address, follow=True).content.decode()
    assert not RUN.search(page)
    assert not HANDLER.search(page)
    assert not ELSEWHERE.search(page)
    assert "<style" not in page


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/"])
def test_pages_before_the_sign_in_obey_it_too(address: str) -> None:
    page = Client().get(address).content.decode()
    assert "notice-card" in page
    assert not RUN.search(page)
    assert not ELSEWHERE.search(page)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_page_that_is_not_there_says_so_in_both_languages(language: str) -> None:
    client = Client(headers={"Accept-Language": language})
    response = client.get("/nowhere/")
    assert response.status_code == 404
    word = {"ru": "Такой страницы нет", "en": "There is no such page"}[language]
    assert word in response.content.decode()


def test_a_forged_form_is_refused_with_an_explanation() -> None:
    response = Client(enforce_csrf_checks=True, headers={"Accept-Language": "ru"}).post("/theme/", {"theme": "dark"})
    assert response.status_code == 403
    assert "Форма устарела" in response.content.decode()


def test_a_broken_page_needs_no_person() -> None:
    from django.views.defaults import server_error

    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert b"notice-card" in response.content


def test_the_language_is_switched_and_kept(client_of: Sign, anna: Any) -> None:
    kept: list[str] = []
    client = client_of(anna)
    previous = hooks.language_chosen._answer
    hooks.language_chosen.answer(lambda user, code: kept.append(code))
    try:
        response = client.post("/language/", {"language": "ru", "next": "/search/?q=1"})
    finally:
        hooks.language_chosen.answer(previous)
    assert response["Location"] == "/search/?q=1"
    assert response.cookies["django_language"].value == "ru"
    assert kept == ["ru"]


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_a_switch_never_leads_elsewhere(target: str) -> None:
    assert Client().post("/theme/", {"theme": "dark", "next": target})["Location"] == "/"


def test_an_unknown_choice_changes_nothing() -> None:
    assert "theme" not in Client().post("/theme/", {"theme": "pink"}).cookies
    assert not Client().post("/language/", {"language": "xx"}).cookies


def test_a_script_may_switch_in_the_background() -> None:
    response = Client(headers={"Accept": "application/json"}).post("/theme/", {"theme": "dark"})
    assert response.status_code == 204
    assert response.cookies["theme"].value == "dark"


def test_the_style_guide_is_for_administrators(client_of: Sign, anna: Any, admin: Any) -> None:
    assert client_of(anna).get("/styleguide/").status_code == 404
    assert Client().get("/styleguide/").status_code == 404
    page = client_of(admin).get("/styleguide/").content.decode()
    for part in (
        "chip-danger",
        "stat-value",
        "due-late",
        "timeline-item",
        "deal-card",
        "empty-state",
        'data-chart="heatmap"',
    ):
        assert part in page


def test_a_style_guide_page_needs_no_queries_of_its_own(
    client_of: Sign, admin: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_of(admin)
    client.get("/styleguide/")
    with django_assert_max_num_queries(6):  # session, person, rights
        client.get("/styleguide/")


def test_built_files_are_found_by_the_manifest(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    path = tmp_path / "manifest.json"
    monkeypatch.setattr(assets, "MANIFEST", path)
    assert (assets.script("app"), assets.styles("app"), assets.sprite()) == ("", [], "")
    path.write_text(
        json.dumps({"src/app.js": {"file": "app-1.js", "css": ["app-2.css"]}, "sprite.svg": {"file": "s.svg"}})
    )
    assert assets.script("app") == "/static/dist/app-1.js"
    assert assets.styles("app") == ["/static/dist/app-2.css"]
    assert assets.sprite() == "/static/dist/s.svg"
