"""The public API through its door: who may ask what, and how masked it comes back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from perezvon.config.openapi import document
from perezvon.crm.actions.people import add_person
from perezvon.staff.actions import issue_token
from perezvon.staff.testing import JOINED
from perezvon.tickets.models import Ticket

BY_PHONE, TICKETS = "/api/v1/clients/by-phone", "/api/v1/tickets"


@pytest.fixture
def client_with_token() -> Callable[[Any], Client]:
    def make(user: Any) -> Client:
        _token, text = issue_token(user, "test", at=JOINED)
        return Client(headers={"Authorization": f"Bearer {text}"})

    return make


@pytest.fixture
def nina(anna: Any, sales: Any) -> Any:
    return add_person(name="Nina", phones=["+74950210077"], responsible=anna, department=sales, by=anna, at=JOINED)


@pytest.mark.parametrize(
    "typed", ["+74950210077", "84950210077", "8 (495) 021-00-77", "+7 495 021 00 77", "4950210077"]
)
def test_a_client_is_found_as_the_number_is_typed(nina: Any, anna: Any, client_with_token: Any, typed: str) -> None:
    found = client_with_token(anna).get(BY_PHONE, {"phone": typed}).json()["people"]
    assert [(one["id"], one["name"], one["phone"]) for one in found] == [(nina.pk, "Nina", "+74950210077")]
    assert found[0]["responsible"] == anna.name
    assert found[0]["url"] == f"/people/{nina.pk}/"


def test_a_session_will_do_too(nina: Any, anna: Any, client_of: Any) -> None:
    assert client_of(anna).get(BY_PHONE, {"phone": "+74950210077"}).json()["people"]


def test_who_may_ask(nina: Any, gleb: Any, client_of: Any) -> None:
    stranger = Client()
    for address in (BY_PHONE + "?phone=1", TICKETS):
        answer = stranger.get(address)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert Client(headers={"Authorization": "Bearer pzv_x_y"}).get(address).status_code == 401
        assert client_of(gleb).get(address).status_code == 403
        assert stranger.post(address).status_code == 405


def test_foreign_clients_are_not_told(nina: Any, sales: Any, client_with_token: Any) -> None:
    from perezvon.staff.testing import person

    other = person("Dmitry Lebedev", "seller", department=sales)
    assert client_with_token(other).get(BY_PHONE, {"phone": "+74950210077"}).json() == {"people": []}


def test_numbers_are_masked_without_the_right(nina: Any, company: Any, client_with_token: Any) -> None:
    from perezvon.staff.testing import person

    marketer = person("Mark Market", "marketer", department=company)
    text = client_with_token(marketer).get(BY_PHONE, {"phone": "+74950210077"}).content.decode()
    assert "Nina" in text and "0210077" not in text


@pytest.mark.parametrize("phone", ["", " ", None])
def test_a_number_is_needed(anna: Any, client_with_token: Any, phone: str | None) -> None:
    query = {} if phone is None else {"phone": phone}
    assert client_with_token(anna).get(BY_PHONE, query).status_code == 422


def test_a_screen_pop_costs_one_query(
    nina: Any, anna: Any, client_with_token: Any, django_assert_num_queries: Any
) -> None:
    program = client_with_token(anna)
    program.get(BY_PHONE, {"phone": "1"})
    with django_assert_num_queries(1):
        program.get(BY_PHONE, {"phone": "8 495 021-00-77"})


@pytest.fixture
def three(nina: Any, anna: Any, sales: Any) -> list[Ticket]:
    return [
        Ticket.objects.create(
            channel="manual", person=nina, responsible=anna, department=sales,
            opened_at=JOINED.replace(day=9 + day), last_contact_at=JOINED, changed_at=JOINED,
        )
        for day in range(3)
    ]  # fmt: skip


def test_requests_come_page_by_page(three: list[Ticket], anna: Any, client_with_token: Any) -> None:
    program = client_with_token(anna)
    first = program.get(TICKETS, {"limit": "2"}).json()
    assert [one["id"] for one in first["tickets"]] == [three[0].pk, three[1].pk]
    assert first["tickets"][0]["client"]["phone"] == "+74950210077"
    last = program.get(TICKETS, {"limit": "2", "after": first["next"]}).json()
    assert ([one["id"] for one in last["tickets"]], last["next"]) == ([three[2].pk], None)
    since = program.get(TICKETS, {"since": "2025-01-11T00:00:00+03:00"}).json()
    assert [one["id"] for one in since["tickets"]] == [three[2].pk]


def test_requests_of_others_are_not_told(three: list[Ticket], operator: Any, client_with_token: Any) -> None:
    assert client_with_token(operator).get(TICKETS).json() == {"tickets": [], "next": None}


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=x",
        "limit=-1",
        "limit=9999",
        "after=1e9",
        "after=9" * 9,
        "since=today",
        "since=2025-01-11",
        "since=0001-01-01T00:00:00Z",
    ],
)
def test_parameters_that_cannot_be_read(anna: Any, client_with_token: Any, query: str) -> None:
    answer = client_with_token(anna).get(f"{TICKETS}?{query}")
    assert answer.status_code == 422
    assert answer.json()["error"].startswith(query.split("=")[0])


def test_every_path_of_the_document_exists(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert described["paths"].keys() == document("x")["paths"].keys()
    for path in described["paths"]:
        assert resolve(path.replace("{key}", "a").replace("{slug}", "a").replace("{path}", "a"))
