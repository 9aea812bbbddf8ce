"""The public API through its door: who may ask what, and how masked it comes back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from perezvon.api.document import document
from perezvon.crm.actions.people import add_person
from perezvon.staff.testing import JOINED
from perezvon.tickets.models import Ticket

BY_PHONE, TICKETS = "clients/by-phone", "tickets"


@pytest.fixture
def nina(anna: Any, sales: Any) -> Any:
    return add_person(name="Nina", phones=["+74950210077"], responsible=anna, department=sales, by=anna, at=JOINED)


@pytest.mark.parametrize(
    "typed", ["+74950210077", "84950210077", "8 (495) 021-00-77", "+7 495 021 00 77", "4950210077"]
)
def test_a_client_is_found_as_the_number_is_typed(nina: Any, anna: Any, program: Any, typed: str) -> None:
    found = program(anna).get(BY_PHONE, phone=typed).json()["people"]
    assert [(one["id"], one["name"], one["phone"]) for one in found] == [(nina.pk, "Nina", "+74950210077")]
    assert found[0]["responsible"] == anna.name
    assert found[0]["url"] == f"/people/{nina.pk}/"


def test_a_session_will_do_too(nina: Any, anna: Any, client_of: Any) -> None:
    assert client_of(anna).get(f"/api/v1/{BY_PHONE}", {"phone": "+74950210077"}).json()["people"]


def test_who_may_ask(nina: Any, gleb: Any, client_of: Any) -> None:
    stranger = Client()
    for address in (f"/api/v1/{BY_PHONE}?phone=1", f"/api/v1/{TICKETS}"):
        answer = stranger.get(address)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert answer["Content-Type"] == "application/problem+json"
        assert Client(headers={"Authorization": "Bearer pzv_x_y"}).get(address).status_code == 401
        assert client_of(gleb).get(address).status_code == 404
        assert stranger.put(address).status_code == 405


def test_foreign_clients_are_not_told(nina: Any, sales: Any, program: Any) -> None:
    from perezvon.staff.testing import person

    other = person("Dmitry Lebedev", "seller", department=sales)
    assert program(other).get(BY_PHONE, phone="+74950210077").json() == {"people": []}


def test_numbers_are_masked_without_the_right(nina: Any, company: Any, program: Any) -> None:
    from perezvon.staff.testing import person

    marketer = person("Mark Market", "marketer", department=company)
    text = program(marketer).get(BY_PHONE, phone="+74950210077").content.decode()
    assert "Nina" in text and "0210077" not in text


@pytest.mark.parametrize("phone", ["", " ", None])
def test_a_number_is_needed(anna: Any, program: Any, phone: str | None) -> None:
    query = {} if phone is None else {"phone": phone}
    assert program(anna).get(BY_PHONE, **query).status_code == 422


def test_a_screen_pop_costs_one_query_and_its_count(
    nina: Any, anna: Any, program: Any, django_assert_num_queries: Any
) -> None:
    hers = program(anna)
    hers.get(BY_PHONE, phone="1")
    with django_assert_num_queries(2):  # one counts the call
        hers.get(BY_PHONE, phone="8 495 021-00-77")


@pytest.fixture
def three(nina: Any, anna: Any, sales: Any) -> list[Ticket]:
    return [
        Ticket.objects.create(
            channel="manual", person=nina, responsible=anna, department=sales,
            opened_at=JOINED.replace(day=9 + day), last_contact_at=JOINED, changed_at=JOINED,
        )
        for day in range(3)
    ]  # fmt: skip


def test_requests_come_page_by_page(three: list[Ticket], anna: Any, program: Any) -> None:
    hers = program(anna)
    first = hers.get(TICKETS, limit="2").json()
    assert [one["id"] for one in first["items"]] == [three[0].pk, three[1].pk]
    assert first["items"][0]["client"]["phone"] == "+74950210077" and first["items"][0]["amount"] == "0.00"
    last = hers.get(TICKETS, limit="2", cursor=first["next"]).json()
    assert ([one["id"] for one in last["items"]], last["next"]) == ([three[2].pk], None)


def test_requests_of_others_are_not_told(three: list[Ticket], operator: Any, program: Any) -> None:
    assert program(operator).get(TICKETS).json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=-1", "limit=9999", "cursor=1e9", "sort=name", "person=0", "since=today", "expand=secrets"],
)  # fmt: skip
def test_parameters_that_cannot_be_read(anna: Any, program: Any, query: str) -> None:
    answer = program(anna).get(f"{TICKETS}?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["place"] == f"query.{query.split('=')[0]}"


def test_every_path_of_the_document_exists(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert described["paths"].keys() == document("x")["paths"].keys()
    for path in described["paths"]:
        assert resolve(path.replace("{key}", "a").replace("{slug}", "a").replace("{path}", "a").replace("{pk}", "1"))
