"""Saved views: what is kept, who sees and changes it, the side bar."""

import json
from typing import Any

import pytest
from django.urls import reverse

from perezvon.journey.models import Fact
from perezvon.kit.clock import now
from perezvon.lists import actions, pinned
from perezvon.lists.models import Pin, View
from perezvon.staff import access

pytestmark = pytest.mark.django_db
KAZAN = {"field": "region", "op": "is", "value": ["Казань"]}


def save(client: Any, name: str = "Казань", sharing: str = "private", pinned_too: str = "", **query: str) -> Any:
    address = reverse("lists:view-add", args=["people"])
    text = "&".join(f"{key}={value}" for key, value in query.items())
    return client.post(f"{address}?{text}", {"name": name, "sharing": sharing, "is_pinned": pinned_too})


@pytest.fixture
def kazan(anna) -> View:
    return actions.add_view("people", "Казань", {"where": KAZAN, "sort": "name"}, by=anna, at=now())


def page(client: Any, **query: Any) -> str:
    return client.get(reverse("crm:people"), query).content.decode()


def test_what_is_on_the_screen_is_kept(client_of, anna, add):
    add(anna, "Олег", region="Казань")
    add(anna, "Пётр", region="Самара")
    client = client_of(anna)
    answer = save(
        client,
        where=json.dumps(KAZAN),
        sort="-name",
        q="ол",
        show="mine",
        group="responsible",
        columns="name",
        responsible="me",
    )
    view = View.objects.get()
    assert answer["Location"] == f"/people/?view={view.pk}"
    assert (view.show, view.text, view.sort, view.group, view.columns) == (
        "mine",
        "ол",
        "-name",
        "responsible",
        ["name"],
    )
    assert view.where == {"all": [{"field": "responsible", "op": "is", "value": ["me"]}, KAZAN]}
    View.objects.update(group="")
    text = page(client, view=view.pk)
    assert ">Олег</a>" in text and ">Пётр</a>" not in text and "<h1" in text and "Казань" in text
    assert Fact.objects.filter(kind="view.added").count() == 1


def test_the_address_overrides_the_view_and_can_be_kept(client_of, anna, add, kazan):
    add(anna, "Олег", region="Казань")
    add(anna, "Пётр", region="Самара")
    client = client_of(anna)
    changed = page(client, view=kazan.pk, where="")
    assert ">Пётр</a>" in changed and reverse("lists:view-keep", args=[kazan.pk]) in changed
    assert reverse("lists:view-keep", args=[kazan.pk]) not in page(client, view=kazan.pk)
    client.post(reverse("lists:view-keep", args=[kazan.pk]), {"query": f"view={kazan.pk}&where=&sort=-created"})
    kazan.refresh_from_db()
    assert (kazan.where, kazan.sort) == ({}, "-created")


def test_one_name_once(client_of, anna, kazan):
    assert save(client_of(anna)).status_code == 422
    assert save(client_of(anna), name="Другое").status_code == 302


def test_private_department_all(client_of, anna, boris, vera, operator, kazan):
    client = client_of(boris)
    assert client.get(reverse("lists:view", args=[kazan.pk])).status_code == 404
    assert "Казань" not in page(client)
    actions.change_view(kazan, sharing="department", by=anna, at=now())
    assert "Казань" in page(client)  # Boris stands in the same department
    assert list(View.objects.visible_to(operator)) == []
    actions.change_view(kazan, sharing="all", by=anna, at=now())
    assert list(View.objects.visible_to(operator)) == [kazan]
    assert client.get(reverse("lists:view", args=[kazan.pk])).status_code == 404  # to look at, not to change
    assert client.post(reverse("lists:view-remove", args=[kazan.pk])).status_code == 404


def test_an_administrator_may_change_what_is_shared(client_of, anna, admin, kazan):
    assert client_of(admin).get(reverse("lists:view", args=[kazan.pk])).status_code == 404
    actions.change_view(kazan, sharing="all", by=anna, at=now())
    assert client_of(admin).post(reverse("lists:view-remove", args=[kazan.pk])).status_code == 302
    assert not View.objects.exists()


def test_sharing_opens_no_rows(client_of, anna, boris, add):
    add(boris, "Клиент Бориса", region="Казань")
    view = actions.add_view("people", "Общее", {"where": KAZAN}, sharing="all", by=boris, at=now())
    assert "Клиент Бориса" in page(client_of(boris), view=view.pk)
    assert "Клиент Бориса" not in page(client_of(anna), view=view.pk)


def test_a_view_of_somebody_else_counts_as_none(client_of, boris, anna, add, kazan):
    add(anna, "Пётр", region="Самара")
    assert ">Пётр</a>" in page(client_of(boris), view=kazan.pk)
    for nonsense in ("x", "9" * 30, "-1", "0"):
        assert ">Пётр</a>" in page(client_of(boris), view=nonsense)


def test_a_broken_view_shows_nothing_and_says_why(client_of, anna, add, kazan):
    add(anna, "Олег", region="Казань")
    View.objects.update(where={"field": "shoe_size", "op": "is", "value": [42]})
    text = page(client_of(anna), view=kazan.pk)
    assert "shoe_size" in text and ">Олег</a>" not in text


def test_pins_stand_in_the_side_bar_with_their_numbers(client_of, anna, add):
    add(anna, "Олег", region="Казань")
    client = client_of(anna)
    save(client, where=json.dumps(KAZAN), pinned_too="on")
    view = View.objects.get()
    text = page(client)
    assert f'data-count="view-{view.pk}"' in text and f"/people/?view={view.pk}" in text
    assert client.get(reverse("web:counts")).json()[f"view-{view.pk}"] == 1
    client.post(reverse("lists:view-pin", args=[view.pk]), {"off": "1"})
    assert not Pin.objects.exists() and f'data-count="view-{view.pk}"' not in page(client)


def test_a_pin_goes_when_the_view_is_not_shared_any_more(client_of, anna, boris, kazan):
    actions.change_view(kazan, sharing="all", by=anna, at=now())
    actions.pin(kazan, by=boris, at=now())
    assert [line.pk for line in pinned.lines(boris)] == [kazan.pk]
    actions.change_view(kazan, sharing="private", by=anna, at=now())
    assert pinned.lines(boris) == []


def test_a_pin_needs_the_right_to_its_list(anna, kazan):
    actions.pin(kazan, by=anna, at=now())
    anna.roles.clear()
    access.forget(anna)
    assert pinned.lines(anna) == []
