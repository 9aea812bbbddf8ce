"""Calling with a button: whom it means, whose telephone rings, that the number stays with us."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from perezvon.crm.actions.deals import open_deal
from perezvon.crm.actions.people import add_person
from perezvon.crm.actions.tasks import set_task
from perezvon.crm.models import ContactPoint
from perezvon.journey.models import Fact
from perezvon.staff.models import Grant, Role
from perezvon.staff.reads import forget
from perezvon.staff.testing import person
from perezvon.telephony import telephones
from perezvon.telephony.actions import dialling
from perezvon.telephony.models import Dialling, Extension, Provider
from perezvon.telephony.pbx import control
from perezvon.telephony.providers import adapter
from perezvon.telephony.providers.capabilities import Dialled

from .conftest import CLIENT
from .operator import own_exchange, ringing, telephone, twin_of

SCRIPT = {"headers": {"Accept": "text/plain"}}
MASKED = "•"


@pytest.fixture
def placed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What our own exchange was asked to place."""
    asked: list[tuple[Any, ...]] = []

    def click(provider: Provider, extension: str, phone: str, *, line: str = "", key: str = "") -> str:
        asked.append((extension, phone, key))
        return key

    monkeypatch.setattr(control, "click", click)
    return asked


@pytest.fixture
def own(noon: datetime, anna: Any) -> Provider:
    provider = own_exchange(noon)
    telephone(provider, anna, "101")
    return provider


@pytest.fixture
def client_person(anna: Any, noon: datetime) -> Any:
    return add_person(name="Ivan Client", phones=[CLIENT], responsible=anna, by=anna, at=noon)


def things(anna: Any, client_person: Any, own: Provider, noon: datetime) -> dict[str, int]:
    deal = open_deal(person=client_person, title="Tour", amount=1, responsible=anna, by=anna, at=noon)
    return {
        "person": client_person.pk,
        "point": ContactPoint.objects.get(value=CLIENT).pk,
        "deal": deal.pk,
        "task": set_task(kind="call", title="Call", deadline=noon, deal=deal, by=anna, at=noon).pk,
        "call": ringing(own, "101", noon, person=client_person).pk,
    }


@pytest.mark.parametrize("noun", ["person", "point", "deal", "task", "call"])
def test_a_button_names_the_client_and_the_exchange_gets_the_number(
    noun: str, own: Provider, placed: Any, anna: Any, client_person: Any, client_of: Any, noon: datetime
) -> None:
    pk = things(anna, client_person, own, noon)[noun]
    answer = client_of(anna).post(reverse("telephony:dial"), {noun: pk}, **SCRIPT)
    assert answer.status_code == 200 and "Ivan Client" in answer.content.decode()
    ((extension, phone, key),) = placed
    assert (extension, phone) == ("101", CLIENT)
    wish = Dialling.objects.get()
    assert key == f"node1-our-{wish.token}" == wish.call_key
    assert (wish.state, wish.person, wish.task_id is not None) == ("placed", client_person, noun == "task")
    fact = Fact.objects.get(kind="call.asked")
    assert (fact.by_id, fact.person_id) == (anna.pk, client_person.pk)
    assert CLIENT not in str(fact.details)


@pytest.mark.parametrize(("where", "asked"), [("twin", "twin"), ("", "own"), ("own", "own")])
def test_of_two_nodes_the_one_with_the_telephone_places_it(
    own: Provider,
    placed: Any,
    anna: Any,
    client_person: Any,
    client_of: Any,
    noon: datetime,
    where: str,
    asked: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Provider.objects.update(settings={**own.settings, "own": "yes"})
    own.refresh_from_db()
    twin_of(own, noon)

    @contextmanager
    def link(provider: Provider) -> Iterator[Any]:
        if provider.slug == "own" and where != "own":
            raise control.ControlError("the node is down")
        yield provider.slug

    def states(node: str) -> dict[str, str]:
        return {"101w": "NOT_INUSE" if node == where else "UNAVAILABLE"}

    monkeypatch.setattr(control, "link", link)
    monkeypatch.setattr(control, "_states", states)
    client_of(anna).post(reverse("telephony:dial"), {"person": client_person.pk}, **SCRIPT)
    wish = Dialling.objects.get()
    assert (wish.provider.slug, wish.call_key.partition("-")[0]) == (asked, "node2" if asked == "twin" else "node1")


def test_a_number_as_it_is_typed(own: Provider, placed: Any, anna: Any, client_of: Any) -> None:
    client_of(anna).post(reverse("telephony:dial"), {"number": "8 (916) 123-45-67"}, **SCRIPT)
    assert placed[0][1] == CLIENT
    nonsense = client_of(anna).post(reverse("telephony:dial"), {"number": "to mother"}, **SCRIPT)
    assert nonsense.status_code == 409 and len(placed) == 1


def test_another_persons_client_is_not_called(
    own: Provider, placed: Any, anna: Any, boris: Any, client_of: Any, noon: datetime
) -> None:
    his = add_person(name="Not Mine", phones=["+79169999999"], responsible=boris, by=boris, at=noon)
    assert client_of(anna).post(reverse("telephony:dial"), {"person": his.pk}, **SCRIPT).status_code == 409
    point = ContactPoint.objects.get(value="+79169999999")
    assert client_of(anna).post(reverse("telephony:dial"), {"point": point.pk}, **SCRIPT).status_code == 409
    assert placed == []


def test_who_may_not_see_numbers_calls_and_reads_no_number(
    own: Provider, placed: Any, sales: Any, client_person: Any, client_of: Any
) -> None:
    role = Role.objects.create(key="blind", name="blind")
    for noun in ("person", "call"):
        Grant.objects.create(role=role, noun=noun, verb="view", scope="all")
    blind = person("Blind Seller", "blind", department=sales)
    telephone(own, blind, "102")
    browser = client_of(blind)
    page = browser.get(reverse("crm:person", args=[client_person.pk])).content.decode()
    point = ContactPoint.objects.get(value=CLIENT)
    assert f'name="point" value="{point.pk}"' in page and MASKED in page
    assert "123-45-67" not in page and CLIENT[2:] not in page
    answer = browser.post(reverse("telephony:dial"), {"point": point.pk}, **SCRIPT)
    assert answer.status_code == 200 and placed[0][:2] == ("102", CLIENT)
    assert CLIENT[2:] not in answer.content.decode()


def test_without_a_telephone_there_is_no_button_and_no_call(
    client_person: Any, boris: Any, client_of: Any, placed: Any
) -> None:
    browser = client_of(boris)
    assert "call-button" not in browser.get(reverse("crm:person", args=[client_person.pk])).content.decode()
    answer = browser.post(reverse("telephony:dial"), {"person": client_person.pk}, **SCRIPT)
    assert answer.status_code == 409 and "no telephone" in answer.content.decode()


def test_the_exchange_says_why_not(
    own: Provider, anna: Any, client_person: Any, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_more: Any) -> str:
        raise control.ControlError("the telephone 101 is not connected")

    monkeypatch.setattr(control, "click", refuse)
    answer = client_of(anna).post(reverse("telephony:dial"), {"person": client_person.pk}, **SCRIPT)
    assert answer.status_code == 409 and "101 is not connected" in answer.content.decode()
    wish = Dialling.objects.get()
    assert (wish.state, wish.error) == ("refused", "the telephone 101 is not connected")


def test_without_script_the_button_leads_back_with_a_word(
    own: Provider, placed: Any, anna: Any, client_person: Any, client_of: Any
) -> None:
    browser = client_of(anna)
    answer = browser.post(reverse("telephony:dial"), {"person": client_person.pk, "next": "/people/"}, follow=True)
    assert answer.redirect_chain == [("/people/", 302)]
    assert "your telephone rings first" in answer.content.decode()
    outside = browser.post(reverse("telephony:dial"), {"person": client_person.pk, "next": "https://elsewhere.example"})
    assert outside["Location"] == reverse("telephony:missed")


def test_a_cloud_exchange_places_it_where_it_can(
    mango: Provider, anna: Any, client_person: Any, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Extension.objects.create(provider=mango, number="7", user=anna)
    assert not telephones.can_dial(anna)  # we may not ask this exchange anything yet
    mango.settings["asks"] = True
    mango.save()
    forget()
    asked = []

    def click(account: Any, dial: Any) -> Dialled:
        asked.append(dial)
        return Dialled("mango-1")

    able = replace(adapter("mango"), click_to_call=click)
    monkeypatch.setattr(dialling, "adapter", lambda _kind: able)
    answer = client_of(anna).post(reverse("telephony:dial"), {"person": client_person.pk}, **SCRIPT)
    assert answer.status_code == 200
    assert (asked[0].extension, asked[0].phone) == ("7", CLIENT)
    assert Dialling.objects.get().call_key == "mango-1"


def test_the_telephone_learns_whom_its_owner_called(
    own: Provider, placed: Any, anna: Any, boris: Any, client_person: Any, client_of: Any
) -> None:
    client_of(anna).post(reverse("telephony:dial"), {"person": client_person.pk}, **SCRIPT)
    key = Dialling.objects.get().call_key
    told = client_of(anna).get(reverse("telephony:wish"), {"call": key})
    assert told.json() == {"title": "Ivan Client", "page": f"/people/{client_person.pk}/"}
    assert client_of(boris).get(reverse("telephony:wish"), {"call": key}).status_code == 404
    assert client_of(anna).get(reverse("telephony:wish"), {"call": "node1-17.3"}).status_code == 404


def test_a_list_of_clients_costs_no_query_a_button(
    own: Provider, anna: Any, client_of: Any, noon: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        add_person(name=f"Client {number:02}", phones=[f"+791611122{number:02}"], responsible=anna, by=anna, at=noon)
    browser = client_of(anna)
    browser.get(reverse("crm:people"))
    with django_assert_max_num_queries(12):
        page = browser.get(reverse("crm:people")).content.decode()
    assert page.count("call-button") == 12
