"""Calls at a desk telephone, steered from the screen."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from perezvon.journey.models import Fact
from perezvon.telephony.actions import NotOrdered, give_order
from perezvon.telephony.models import Call, Provider
from perezvon.telephony.pbx import control

from .operator import own_exchange, queue, ringing, telephone

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def own(noon: datetime, anna: Any) -> Provider:
    provider = own_exchange(noon)
    telephone(provider, anna, "101", "desk")
    return provider


@pytest.fixture
def call(own: Provider, anna: Any, noon: datetime) -> Call:
    return ringing(own, "101", noon, state="talking", user=anna, answered_at=noon)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    heard: list[tuple[Any, ...]] = []
    for name in ("hang_up", "transfer", "consult", "move", "return_to_client"):
        monkeypatch.setattr(
            control, name, lambda _own, key, *rest, name=name, **more: heard.append((name, key, *rest, *more.values()))
        )
    return heard


def order(client: Any, call: Call, **given: str) -> Any:
    return client.post(reverse("telephony:order", args=[call.pk]), given, **HTMX)


def test_the_screen_shows_the_talk_and_its_buttons(call: Call, anna: Any, client_of: Any) -> None:
    browser, address = client_of(anna), reverse("telephony:now")
    page = browser.get(address, **HTMX).content.decode()
    assert reverse("telephony:order", args=[call.pk]) in page and 'value="hang_up"' in page
    mark = page.split("?known=")[1].split('"')[0]
    assert browser.get(f"{address}?known={mark}", **HTMX).status_code == 204  # nothing new: nobody's typing is lost
    Call.objects.update(state="held")
    assert browser.get(f"{address}?known={mark}", **HTMX).status_code == 200


def test_orders_reach_the_exchange(call: Call, own: Provider, anna: Any, boris: Any, client_of: Any, told: Any) -> None:
    telephone(own, boris, "102")
    desk = queue(own, boris)
    browser = client_of(anna)
    assert order(browser, call, order="hang_up").status_code == 204
    order(browser, call, order="transfer", to="102")
    order(browser, call, order="transfer", to=f"queue-{desk.pk}")
    order(browser, call, order="consult", to="8 916 999-88-77")
    order(browser, call, order="back")
    assert told == [
        ("hang_up", call.key, "101"), ("transfer", call.key, "102"), ("move", call.key, desk),
        ("consult", call.key, "+79169998877"), ("return_to_client", call.key),
    ]  # fmt: skip
    facts = Fact.objects.filter(kind="call.ordered").order_by("id")
    assert [fact.details["order"] for fact in facts] == ["hang_up", "transfer", "transfer", "consult", "back"]
    assert "998" not in facts[3].details["to"]


def test_a_place_that_is_not_there(call: Call, anna: Any, client_of: Any, told: Any) -> None:
    for nowhere in ("", "777", "queue-9999", "queue-x"):
        answer = order(client_of(anna), call, order="transfer", to=nowhere)
        assert answer.status_code == 409 and answer["Content-Type"].startswith("text/plain")
    assert told == []


def test_strangers_and_nonsense(call: Call, anna: Any, gleb: Any, boris: Any, client_of: Any, noon: datetime) -> None:
    assert order(client_of(gleb), call, order="hang_up").status_code == 404
    assert order(client_of(anna), call, order="explode").status_code == 404
    with pytest.raises(NotOrdered):
        give_order(call, "hang_up", by=boris, at=noon)


def test_the_exchange_that_does_not_answer_says_so(call: Call, anna: Any, client_of: Any) -> None:
    for verb in ("hang_up", "hold", "resume"):
        answer = order(client_of(anna), call, order=verb)  # port 1: nobody is there
        assert answer.status_code == 409 and answer.content
    plain = client_of(anna).post(reverse("telephony:order", args=[call.pk]), {"order": "hold"}, follow=True)
    assert plain.redirect_chain == [(reverse("telephony:missed"), 302)]


def test_colleagues_and_queues_are_suggested(own: Provider, anna: Any, boris: Any, client_of: Any) -> None:
    telephone(own, boris, "102")
    page = client_of(anna).get(reverse("telephony:places")).content.decode()
    assert '<option value="102">Boris Orlov' in page
