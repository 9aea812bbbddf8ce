"""Calls that we begin on the real exchange: with a button, by hand, for a client who asked in the queue to be called back."""

import signal
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from perezvon.crm.actions.people import add_person
from perezvon.journey.models import Fact
from perezvon.kit import clock
from perezvon.staff import reads
from perezvon.staff.models import Grant, Holiday, WorkCalendar
from perezvon.telephony.actions import dial
from perezvon.telephony.actions.callback_requests import look_after, note_promises, put_next, settle_promises
from perezvon.telephony.models import Call, CallbackRequest
from perezvon.telephony.pbx import control
from perezvon.telephony.pop import pop_of
from perezvon.telephony.testing_pbx.lab import TELEPHONES
from perezvon.telephony.testing_pbx.sipp import Bye, Digit, Listen, Talk

pytestmark = [pytest.mark.pbx, pytest.mark.xdist_group("pbx")]
CLIENT = "+79165550011"


def began(exchange: Any, endpoint: str) -> int:
    """Where among the events a channel of this endpoint began; -1 = it did not."""
    names = [event.get("Channel", "") for event in exchange.lab.heard.events if event.get("Event") == "Newchannel"]
    return next((place for place, name in enumerate(names) if name.startswith(f"PJSIP/{endpoint}-")), -1)


NOT_TAKEN: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"refuse": "486 Busy Here"}, "own_busy", "busy"), ({"silent": True}, "own_silent", "no_answer"),
)  # fmt: skip


def tries_in_vain(exchange: Any, operator: Any, client: Any, how: dict[str, Any], cause: str, ring: str) -> None:
    """His own telephone is not taken: the client's call all the same, and nobody else is rung."""
    exchange.telephone("101", **how)
    wish = dial(operator, CLIENT, person=client, by=operator, at=clock.now())
    call = exchange.stored(CLIENT, key=wish.call_key)
    assert (call.direction, call.person, call.stage, call.cause) == ("out", client, "", cause)
    assert [(each["extension"], each["cause"]) for each in call.attempts] == [("101", ring)]
    assert exchange.rung("trunk-carrier") == 0
    told = Fact.objects.filter(person_id=client.pk, call_id=call.pk).order_by("pk").values_list("kind", flat=True)
    assert list(told) == ["call.started", "call.ringing", "call.ended"]
    exchange.lab.unplug("101")


def test_a_button_rings_the_desk_first_and_tells_it_no_number(
    exchange: Any, operator: Any, new_ear: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Grant.objects.filter(noun="phone").delete()
    reads.forget()
    client = add_person(name="Ivan", phones=[CLIENT], responsible=operator, by=operator, at=clock.now())
    desk = new_ear(800, TELEPHONES)
    with monkeypatch.context() as patient:
        patient.setattr(control, "RING_SECONDS", 1)
        for how in NOT_TAKEN:
            tries_in_vain(exchange, operator, client, *how)
    exchange.telephone("101", Listen(20), ear=desk)
    exchange.lab.carrier(exchange.carrier_port, Talk(), Bye(after=2))
    wish = dial(operator, CLIENT, person=client, by=operator, at=clock.now())
    call = exchange.stored(CLIENT, key=wish.call_key)
    assert (call.key, call.direction, call.stage) == (wish.call_key, "out", "talked")
    assert (call.user, call.person, [each["extension"] for each in call.attempts]) == (operator, client, ["101"])
    assert 0 <= began(exchange, "101") < began(exchange, "trunk-carrier")
    assert call.record, "it is recorded as well"
    assert CLIENT[2:] not in desk.messages.read_text()
    facts = Fact.objects.filter(person_id=client.pk, kind__startswith="call.").order_by("pk")
    assert [fact.kind for fact in facts][0] == "call.asked" and [fact.kind for fact in facts][-1] == "call.ended"


@pytest.mark.parametrize("dialled", ["89165550012", "+79165550012"])
def test_dialled_by_hand_on_the_desk(exchange: Any, operator: Any, dialled: str) -> None:
    exchange.telephone("101", silent=True)
    exchange.lab.carrier(exchange.carrier_port, Talk(), Bye(after=2))
    exchange.lab.dial_from("101", "secret101", dialled, Talk(), Listen(20))
    call = exchange.stored("+79165550012")
    assert (call.direction, call.stage, call.user, call.person is not None) == ("out", "talked", operator, True)
    ended = Fact.objects.get(kind="call.ended", call_id=call.pk)
    assert (ended.owner_id, ended.person_id) == (operator.pk, call.person_id)


def always_open() -> None:
    """Promises are kept at any hour."""
    WorkCalendar.objects.update(weekly={str(day): [["00:00", "00:00"]] for day in range(7)})
    Holiday.objects.all().delete()
    reads.forget()


def promised(exchange: Any) -> tuple[str, CallbackRequest]:
    """A client who waited, pressed the key and hung up: the operator's telephone rang in vain."""
    client = exchange.dial(Digit("1", after=1.5), Listen())
    call = exchange.stored(client)
    assert call.cause == "callback"
    note_promises([call.pk])
    return client, CallbackRequest.objects.get(call=call)


@pytest.fixture
def offering(new_exchange: Any, operator: Any) -> Any:
    """The queue of the line calls back on the key 1."""
    made = new_exchange()
    made.seat(operator, "101")
    made.line(f"queue:{made.queue('sales', operator, callback_key='1').pk}")
    made.open()
    return made


def test_who_asked_in_the_queue_is_rung_when_the_operator_is_there_and_by_nobody_twice(
    offering: Any, operator: Any
) -> None:
    offering.telephone("101", silent=True)
    client, request = promised(offering)
    offering.lab.carrier(offering.carrier_port, Talk(), Bye(after=3))
    always_open()
    at = clock.now()
    assert put_next(at=at) == 1
    request.refresh_from_db()
    assert request.state == "dialling"
    add_person(name="Ivan", phones=[client], responsible=operator, by=operator, at=at)
    waits = offering.until(lambda: Call.objects.filter(key=request.stand_in, state="ringing").first())
    screen = pop_of(operator, waits, at)
    assert (screen.title, screen.promised) == ("Ivan", request.asked_at), "before the operator answers"
    assert offering.rung("trunk-carrier") == 0, "the operator's telephone rings, nobody is there yet"
    # The worker dies now and another takes over: later nobody is put into the queue a second time.
    assert look_after(at=at + timedelta(minutes=5)) == 0 and put_next(at=at + timedelta(minutes=5)) == 0
    offering.lab.unplug("101")
    offering.telephone("101", Listen(20))
    call = offering.stored(client, seconds=60, key=request.stand_in)
    assert (call.stage, call.user) == ("talked", operator)
    assert offering.rung("trunk-carrier") == 1
    settle_promises([call.pk])
    request.refresh_from_db()
    assert request.state == "reached"


KILLED = """
import os, signal, sys
import django
django.setup()
from perezvon.kit import clock
from perezvon.telephony.actions import callback_requests as room
def dies(*given, **named):
    if sys.argv[1] == "after":
        asked(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
asked, room.control.keep_place = room.control.keep_place, dies
room.put_next(at=clock.now())
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_when_it_asks_the_exchange_lets_nobody_be_rung_twice(
    offering: Any, operator: Any, moment: str
) -> None:
    offering.telephone("101", silent=True)
    client, request = promised(offering)
    offering.lab.unplug("101")
    offering.telephone("101", Listen(20))
    offering.lab.carrier(offering.carrier_port, Talk(), Bye(after=3))
    always_open()
    env = offering.environment() | {"DJANGO_SETTINGS_MODULE": "perezvon.config.settings"}
    dead = subprocess.run([sys.executable, "-c", KILLED, moment], env=env, check=False)
    assert dead.returncode == -signal.SIGKILL
    later = clock.now() + timedelta(minutes=5)  # another worker looks after what the dead one left
    assert look_after(at=later) == (moment == "before")
    assert put_next(at=later) == (moment == "before")
    request.refresh_from_db()
    call = offering.stored(client, seconds=60, key=request.stand_in)
    assert (call.stage, call.user) == ("talked", operator)
    settle_promises([call.pk])
    assert look_after(at=later) == 0 and put_next(at=later + timedelta(hours=1)) == 0
    assert offering.rung("trunk-carrier") == 1
