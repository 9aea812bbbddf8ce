"""Clients who did not get through: whose they are, and when they disappear."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from perezvon.crm.actions.people import add_person
from perezvon.staff.reads import forget
from perezvon.telephony import missed
from perezvon.telephony.models import Call, Provider

from .conftest import CLIENT
from .operator import own_exchange, queue, ringing, talked, telephone

HOUR = timedelta(hours=1)
OTHER = "+79160000002"


@pytest.fixture
def own(noon: datetime, anna: Any, boris: Any) -> Provider:
    provider = own_exchange(noon)
    telephone(provider, anna, "101")
    telephone(provider, boris, "102")
    queue(provider, anna)
    return provider


def lost(own: Provider, at: datetime, *, number: str = "", phone: str = CLIENT, **more: Any) -> Call:
    rang = [{"extension": number, "leg": "l", "at": at.isoformat(), "until": at.isoformat(), "cause": "no_answer"}]
    fields = {"state": "ended", "stage": "L05", "ended_at": at, "attempts": rang if number else [], **more}
    return ringing(own, number, at, phone=phone, **fields)


def phones(user: Any, whose: str, at: datetime) -> list[str]:
    forget()
    return [one.call.phone for one in missed.missed(user, whose, at)]


def test_it_rang_at_my_telephone(own: Provider, anna: Any, boris: Any, noon: datetime) -> None:
    ivan = add_person(name="Ivan", phones=[CLIENT], by=boris, at=noon)
    lost(own, noon, number="101", person=ivan)
    lost(own, noon + HOUR / 2, number="101", person=ivan)
    (one,) = missed.missed(anna, missed.MINE, noon + HOUR)
    assert (one.tries, one.since) == (2, noon - timedelta(seconds=9))
    assert missed.count(anna, noon + HOUR) == 1
    assert phones(boris, missed.MINE, noon + HOUR) == []


def test_he_is_my_client(own: Provider, anna: Any, noon: datetime) -> None:
    mine = add_person(name="Mine", phones=[CLIENT], responsible=anna, by=anna, at=noon)
    lost(own, noon, person=mine, stage="L02")
    assert phones(anna, missed.MINE, noon + HOUR) == [CLIENT]


def test_he_waited_in_my_queue(own: Provider, anna: Any, admin: Any, noon: datetime) -> None:
    lost(
        own,
        noon,
        phone=OTHER,
        department=anna.department,
        person=add_person(name="Q", phones=[OTHER], by=admin, at=noon),
    )
    assert phones(admin, missed.QUEUES, noon + HOUR) == []
    lost(own, noon, phone=CLIENT, user=anna)
    assert phones(anna, missed.QUEUES, noon + HOUR) == [CLIENT]


@pytest.mark.parametrize("direction", ["in", "out"])
def test_he_disappears_when_somebody_talked_to_him(
    direction: str, own: Provider, anna: Any, boris: Any, noon: datetime
) -> None:
    ivan = add_person(name="Ivan", phones=[CLIENT, OTHER], responsible=anna, by=anna, at=noon)
    lost(own, noon, number="101", person=ivan)
    talked(own, "102", boris, noon - HOUR, person=ivan)  # before it: no help
    assert phones(anna, missed.MINE, noon + HOUR) == [CLIENT]
    talked(own, "102", boris, noon + HOUR, person=ivan, direction=direction, phone=OTHER)  # any of his numbers
    assert phones(anna, missed.MINE, noon + 2 * HOUR) == []
    assert missed.count(anna, noon + 2 * HOUR) == 0


def test_old_and_hidden_ones_are_left_out(own: Provider, anna: Any, noon: datetime) -> None:
    lost(own, noon, number="101")
    lost(own, noon, number="101", phone="")
    assert phones(anna, missed.MINE, noon + timedelta(days=15)) == []
    assert phones(anna, missed.MINE, noon + HOUR) == [CLIENT]


def test_the_page_calls_back_in_one_click(
    own: Provider,
    anna: Any,
    client_of: Any,
    noon: datetime,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: Any,
) -> None:
    monkeypatch.setattr("perezvon.kit.clock.now", lambda: noon + HOUR)
    calls = [lost(own, noon, number="101", phone=f"+7916000000{number}") for number in range(4)]
    browser = client_of(anna)
    page = browser.get(reverse("telephony:missed")).content.decode()
    assert all(f'name="call" value="{call.pk}"' in page for call in calls)
    with django_assert_max_num_queries(9):
        fragment = browser.get(reverse("telephony:missed"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment and fragment.count(">Call back</button>") == 4
    assert browser.get(reverse("telephony:missed"), {"whose": "queues"}).status_code == 200
