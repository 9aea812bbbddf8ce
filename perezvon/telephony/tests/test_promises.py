"""Clients who asked to be called back: their place is kept, they are rung in their turn, whoever is faster ends it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from perezvon.journey.models import Fact
from perezvon.staff.models import WorkCalendar
from perezvon.telephony import readers
from perezvon.telephony.actions import callback_requests
from perezvon.telephony.actions.callback_requests import (
    LONGEST,
    PAUSE,
    SOON,
    cancel_promise,
    look_after,
    note_promises,
    place_of,
    put_next,
    settle_promises,
)  # fmt: skip
from perezvon.telephony.actions.intake import account_of, store
from perezvon.telephony.models import Call, CallbackRequest, Provider, Queue
from perezvon.telephony.pbx.control import ControlError
from perezvon.telephony.pbx.live import Channel
from perezvon.telephony.providers.asterisk.events import raw_event

from .conftest import CLIENT, LINE, NOON

MINUTE = timedelta(minutes=1)


class Exchange:
    """The exchange's side: who was put into a queue at which place, who was hung up."""

    def __init__(self) -> None:
        self.placed: list[tuple[str, int]] = []
        self.hung_up: list[str] = []
        self.is_away = self.is_mute = False
        self.keys = 0
        self.there: list[Any] = []

    def new_key(self, _node: Any) -> str:
        self.keys += 1
        return f"stand-in-{self.keys}"

    def keep_place(
        self, provider: Any, queue: Any, phone: str, *, key: str, place: int, line: str, call_key: str
    ) -> None:
        if self.is_away:
            raise ControlError("nobody answers", is_certain=not self.is_mute)
        self.placed.append((phone, place))

    def live(self, provider: Any) -> list[Any]:
        if self.is_away:
            raise ControlError("nobody answers")
        return self.there

    def hang_up(self, provider: Any, key: str) -> None:
        self.hung_up.append(key)


@pytest.fixture
def exchange(monkeypatch: pytest.MonkeyPatch) -> Exchange:
    fake = Exchange()
    monkeypatch.setattr(callback_requests.control, "keep_place", fake.keep_place)
    for name in ("hang_up", "new_key", "live"):
        monkeypatch.setattr(callback_requests.control, name, getattr(fake, name))
    return fake


@pytest.fixture
def own(db: Any) -> Provider:
    return Provider.objects.create(slug="own", kind="asterisk", name="Own", created_at=NOON, settings={"own": True})


@pytest.fixture
def queue(own: Provider) -> Queue:
    return Queue.objects.create(provider=own, key="sales", name="Sales", callback_key="1")


def asked(own: Provider, phone: str = CLIENT, *, at: datetime = NOON, **fields: Any) -> Call:
    """A call in which the client pressed the key after half a minute in the queue."""
    start = at - timedelta(seconds=40)
    return Call.objects.create(
        **{
            "provider": own, "key": f"in-{phone}-{at:%H%M}", "direction": "in", "state": "ended", "phone": phone, "line": LINE,
            "queue": "sales", "started_at": start, "promised_at": at, "ended_at": at + timedelta(seconds=4), "stage": "L05",
            "cause": "callback", "path": [{"state": "queued", "at": (at - timedelta(seconds=30)).isoformat(), "what": "sales"}],
        } | fields
    )  # fmt: skip


def rang(
    own: Provider, key: str, *, at: datetime, stage: str = "", cause: str = "no_answer", phone: str = CLIENT
) -> Call:
    """A call of ours that ended: the stand-in's, or somebody's."""
    return Call.objects.create(
        provider=own, key=key, direction="out", state="ended", phone=phone, started_at=at - MINUTE, ended_at=at, stage=stage,
        cause=cause,
    )  # fmt: skip


def waiting(call: Call) -> CallbackRequest:
    note_promises([call.pk])
    return CallbackRequest.objects.get(call=call)


def test_the_key_in_the_queue_becomes_a_promise(
    own: Provider, queue: Queue, drain: Any, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the events of our dialplan to the row, through the doors."""
    said = [
        {"Event": "Newchannel", "Channel": "PJSIP/trunk-1", "Uniqueid": "9.1", "Linkedid": "9.1", "CallerIDNum": CLIENT[1:],
         "Exten": LINE[1:], "Context": "lines"},
        {"Event": "UserEvent", "UserEvent": "CallStage", "Stage": "did", "DID": LINE[1:]},
        {"Event": "UserEvent", "UserEvent": "CallStage", "Stage": "queue", "Node": "sales", "DID": LINE[1:]},
        {"Event": "QueueCallerJoin", "Queue": "sales", "Position": "2"},
        {"Event": "UserEvent", "UserEvent": "CallStage", "Stage": "callback", "Node": "sales", "Digit": "1", "Status": "2"},
        {"Event": "UserEvent", "UserEvent": "CallEnd", "Stage": "callback", "Cause": "16", "Src": "dialplan/builtin"},
        {"Event": "Hangup", "Cause": "16"},
    ]  # fmt: skip
    head = {"Channel": "PJSIP/trunk-1", "Uniqueid": "9.1", "Linkedid": "9.1"}
    events = [raw_event({**head, **event, "_t": NOON.timestamp() + n}) for n, event in enumerate(said)]
    store(account_of(own), [(event, NOON) for event in events])
    monkeypatch.setattr(readers, "put_next", lambda at: 0)  # the loop would ask the wall clock
    drain(at=NOON)
    call = Call.objects.get()
    readers.promise(list(Fact.objects.filter(call_id=call.pk)))  # a reader sees only what is committed
    assert (call.stage, call.cause, call.queue) == ("L05", "callback", "sales")
    assert call.promised_at == NOON + timedelta(seconds=4)
    request = CallbackRequest.objects.get()
    assert (request.phone, request.queue, request.joined_at) == (CLIENT, queue, NOON + timedelta(seconds=2))
    assert Fact.objects.filter(kind="call.promised", call_id=call.pk).count() == 1


def test_a_stand_in_waits_at_the_client_s_place(own: Provider, queue: Queue, exchange: Exchange) -> None:
    earlier = {"state": "queued", "queue": "sales", "direction": "in", "provider": own}
    Call.objects.create(key="a", started_at=NOON - 5 * MINUTE, **earlier)
    Call.objects.create(key="b", started_at=NOON - 4 * MINUTE, **earlier)
    Call.objects.create(key="later", started_at=NOON + MINUTE, **earlier)
    request = waiting(asked(own))
    assert place_of(request) == 3
    assert put_next(at=NOON) == 1
    request.refresh_from_db()
    assert exchange.placed == [(CLIENT, 3)]
    assert (request.state, request.stand_in) == ("dialling", "stand-in-1")
    assert put_next(at=NOON + MINUTE) == 0
    second = waiting(asked(own, "+79990000002", at=NOON + MINUTE))
    assert place_of(second) == 4


def test_one_client_waits_once(own: Provider, queue: Queue) -> None:
    note_promises([asked(own).pk, asked(own, at=NOON + 5 * MINUTE).pk])
    assert CallbackRequest.objects.count() == 1


def test_the_talk_ends_it(own: Provider, queue: Queue, exchange: Exchange) -> None:
    request = waiting(asked(own))
    put_next(at=NOON)
    settle_promises([rang(own, "stand-in-1", at=NOON + 3 * MINUTE, stage="talked", cause="caller_hangup").pk])
    request.refresh_from_db()
    assert (request.state, request.ended_at, exchange.hung_up) == ("reached", NOON + 3 * MINUTE, [])


def test_a_client_who_does_not_answer_is_rung_three_times(own: Provider, queue: Queue, exchange: Exchange) -> None:
    request, at = waiting(asked(own)), NOON
    for number in (1, 2, 3):
        assert put_next(at=at) == 1
        at += 5 * MINUTE
        settle_promises([rang(own, f"stand-in-{number}", at=at).pk])
        request.refresh_from_db()
        assert request.tries == number
        at += PAUSE
    assert (request.state, request.why) == ("unreached", "people go on with it")
    assert put_next(at=at) == 0


def test_nobody_to_talk_is_no_try(own: Provider, queue: Queue, exchange: Exchange) -> None:
    request = waiting(asked(own))
    put_next(at=NOON)
    settle_promises([rang(own, "stand-in-1", at=NOON + MINUTE, cause="normal").pk])
    request.refresh_from_db()
    assert (request.state, request.tries, request.next_try_at) == ("waiting", 0, NOON + MINUTE + SOON)


@pytest.mark.parametrize("direction", ["in", "out"])
def test_whoever_talks_to_him_first_ends_it(
    own: Provider, queue: Queue, exchange: Exchange, direction: str, django_capture_on_commit_callbacks: Any
) -> None:
    request = waiting(asked(own))
    put_next(at=NOON)
    call = rang(own, "other", at=NOON + 5 * MINUTE, stage="talked", cause="agent_hangup")
    Call.objects.filter(pk=call.pk).update(direction=direction)
    with django_capture_on_commit_callbacks(execute=True):
        settle_promises([call.pk])
    request.refresh_from_db()
    assert (request.state, request.why, exchange.hung_up) == ("reached", "reached otherwise", ["stand-in-1"])


def test_the_call_in_which_he_asked_does_not_end_it(own: Provider, queue: Queue) -> None:
    call = asked(own)
    request = waiting(call)
    settle_promises([call.pk, rang(own, "before", at=NOON - 5 * MINUTE, stage="talked").pk])
    request.refresh_from_db()
    assert request.state == "waiting"


def test_off_hours_it_waits_for_the_morning(own: Provider, queue: Queue, exchange: Exchange) -> None:
    request = waiting(asked(own))
    night = NOON + timedelta(hours=10)
    CallbackRequest.objects.update(next_try_at=night)
    put_next(at=night)
    request.refresh_from_db()
    assert exchange.placed == [] and WorkCalendar.objects.exists()
    assert request.next_try_at is not None and timedelta() < request.next_try_at - night < timedelta(hours=12)


def test_an_exchange_that_is_away_is_asked_again(own: Provider, queue: Queue, exchange: Exchange) -> None:
    request = waiting(asked(own))
    exchange.is_away = True
    put_next(at=NOON)
    request.refresh_from_db()
    assert (request.state, request.next_try_at, request.why) == ("waiting", NOON + SOON, "nobody answers")


def test_a_stand_in_that_vanished_is_put_again(own: Provider, queue: Queue, exchange: Exchange) -> None:
    request = waiting(asked(own))
    put_next(at=NOON)
    live = Call.objects.create(provider=own, key="stand-in-1", direction="out", state="queued", started_at=NOON)
    assert look_after(at=NOON + 10 * MINUTE) == 0
    live.delete()
    assert look_after(at=NOON + MINUTE) == 0, "its events may be on their way"
    assert look_after(at=NOON + 10 * MINUTE) == 1
    assert put_next(at=NOON + 10 * MINUTE) == 1
    request.refresh_from_db()
    assert request.stand_in == "stand-in-2"


def test_a_worker_that_dies_in_the_middle_puts_nobody_twice(
    own: Provider, queue: Queue, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the exchange was asked, or asked in vain for an answer: nobody knows, so the exchange is looked at."""

    def die(*_args: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    request = waiting(asked(own))
    with monkeypatch.context() as patched:
        patched.setattr(callback_requests.control, "keep_place", die)
        with pytest.raises(KeyboardInterrupt):
            put_next(at=NOON)
    exchange.there = [Channel("Local/1", "stand-in-1", "stand-in-1", "", False, True, "", "Queue", "", "", 9)]
    assert put_next(at=NOON + 10 * MINUTE) == look_after(at=NOON + 10 * MINUTE) == 0
    exchange.is_away = exchange.is_mute = True
    assert look_after(at=NOON + 10 * MINUTE) == 0
    exchange.is_away, exchange.there = False, []
    assert look_after(at=NOON + 10 * MINUTE) == 1
    exchange.is_away = True
    assert put_next(at=NOON + 11 * MINUTE) == 1
    request.refresh_from_db()
    assert (request.state, request.stand_in) == ("dialling", "stand-in-2")
    assert put_next(at=NOON + 12 * MINUTE) == 0 and exchange.placed == []


def test_an_old_promise_and_one_outside_of_a_queue_are_left_to_people(
    own: Provider, queue: Queue, exchange: Exchange
) -> None:
    outside = waiting(asked(own, "+79990000003", queue="", path=[], stage="L02"))
    assert (outside.queue, outside.next_try_at, outside.joined_at) == (None, None, outside.asked_at)
    request = waiting(asked(own))
    assert put_next(at=NOON + LONGEST + MINUTE) == 1
    request.refresh_from_db()
    assert request.state == "unreached" and exchange.placed == []


def test_it_can_be_taken_back(
    own: Provider, queue: Queue, exchange: Exchange, boris: Any, django_capture_on_commit_callbacks: Any
) -> None:
    request = waiting(asked(own))
    put_next(at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        assert cancel_promise(request, why="wrote to us", by=boris, at=NOON + MINUTE)
        assert not cancel_promise(request, why="again", by=boris, at=NOON + MINUTE)
    assert exchange.hung_up == ["stand-in-1"]


def test_the_database_keeps_one_open_promise_for_a_number(own: Provider, queue: Queue) -> None:
    request = waiting(asked(own))
    with pytest.raises(DatabaseError), transaction.atomic():
        CallbackRequest.objects.create(
            call=asked(own, at=NOON + MINUTE), provider=own, phone=CLIENT, joined_at=NOON, asked_at=NOON
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        CallbackRequest.objects.filter(pk=request.pk).update(state="reached", ended_at=None)


def test_the_page_of_the_call_tells_and_takes_it_back(
    own: Provider, queue: Queue, exchange: Exchange, client_of: Any, admin: Any, gleb: Any
) -> None:
    call = asked(own)
    waiting(call)
    page = f"/calls/{call.pk}/"
    assert "waits for his turn" in client_of(admin).get(page).content.decode()
    assert client_of(gleb).post(f"{page}promise/").status_code == 404
    assert client_of(admin).post(f"{page}promise/").status_code == 302
    assert "not needed any more" in client_of(admin).get(page).content.decode()
