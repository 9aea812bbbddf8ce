"""Recorded AMI streams come out at the stage that the call really ended at."""

import random
from typing import Any

import pytest

from perezvon.telephony.canonical import Call, Rules
from perezvon.telephony.models import Call as CallRow
from perezvon.telephony.providers.contract import INFERRED_END, Event, digest_of

from .streams import STREAMS, raw, told

EXPECTED: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "1-ivr-hangup": ("L03", "caller_hangup", []),
    "2-ivr-timeout": ("L04", "ivr_ended", []),
    "3-queue-abandon": ("L05", "caller_hangup", [("101", "caller_hangup")]),
    "4-talk": ("talked", "caller_hangup", [("101", "answered")]),
    "5a-busy-next": ("talked", "caller_hangup", [("101", "busy"), ("102", "answered")]),
    "5b-rna-next": ("talked", "caller_hangup", [("101", "no_answer"), ("102", "answered")]),
    "6-offhours": ("L02", "off_hours", []),
    "7-queue-timeout": ("L06", "queue_timeout", [("101", "no_answer"), ("101", "no_answer")]),
    "8-agent-hangs-up": ("talked", "agent_hangup", [("101", "answered")]),
    "9-realtime": ("talked", "caller_hangup", [("301", "answered")]),
}


def _call(name: str, **how: bool) -> Call:
    call = told("asterisk", raw(name, **how))
    assert call is not None
    return call


def test_all_streams_are_expected() -> None:
    assert set(EXPECTED) == set(STREAMS)


@pytest.mark.parametrize("natural", [False, True], ids=["our dialplan", "foreign dialplan"])
@pytest.mark.parametrize("name", STREAMS)
def test_stream_ends_where_the_call_ended(name: str, natural: bool) -> None:
    call = _call(name, natural=natural)
    stage, cause, attempts = EXPECTED[name]
    assert (call.stage, call.cause) == (stage, cause)
    assert [(a.extension, a.cause) for a in call.attempts] == attempts
    assert (call.direction, call.phone, call.state, call.observed) == ("in", "+79161234567", "ended", True)


def test_talk_and_wait_are_measured() -> None:
    call = _call("4-talk")
    assert (call.wait_seconds, call.talk_seconds, call.extension, call.queue) == (2, 3, "101", "sales")
    assert call.record == "node1-1795317485.17.wav"
    assert [span.state for span in call.path] == ["new", "ivr", "queued", "ringing", "talking"]


def test_an_empty_recording_of_an_abandoned_call_is_none() -> None:
    assert _call("3-queue-abandon").record == ""


@pytest.mark.parametrize("name", STREAMS)
def test_order_and_repeats_do_not_matter(name: str) -> None:
    events = raw(name)
    expected = told("asterisk", events)
    dice = random.Random(name)
    for _ in range(30):
        mixed = events + dice.sample(events, len(events) // 2)
        dice.shuffle(mixed)
        assert told("asterisk", mixed) == expected


def _until(name: str, event: str) -> list[Event]:
    events = raw(name)
    last = next(i for i, e in enumerate(events) if e.name == event)
    return events[: last + 1]


@pytest.mark.parametrize(
    ("event", "state"),
    [("Newchannel", "new"), ("QueueCallerJoin", "queued"), ("AgentCalled", "ringing"), ("AgentConnect", "talking")],
)
def test_a_call_that_lasts_shows_where_it_is(event: str, state: str) -> None:
    call = told("asterisk", _until("4-talk", event))
    assert call is not None
    assert (call.state, call.stage, call.ended_at) == (state, "", None)


def test_a_lost_link_ends_the_call_as_inferred() -> None:
    events = _until("3-queue-abandon", "AgentCalled")
    payload = {"at": "2026-11-22T03:30:00+00:00", "reason": "link down"}
    gone = Event(INFERRED_END, events[0].call_key, payload, digest_of("x"))
    call = told("asterisk", [gone, *events])
    assert call is not None
    assert (call.state, call.stage, call.cause, call.observed) == ("ended", "L05", "network_error", False)
    whole = told("asterisk", [gone, *raw("3-queue-abandon")])
    assert whole == told("asterisk", raw("3-queue-abandon")), "the real end is preferred when it is known"


def _ami(name: str, at: float, **fields: Any) -> Event:
    from perezvon.telephony.providers.asterisk.events import raw_event

    return raw_event({"Event": name, "Timestamp": f"{at:.6f}", "_t": at, "Linkedid": "crm-1", **fields})


def test_a_call_of_ours_through_the_trunk() -> None:
    start = 1795317485.0
    agent, client = "PJSIP/102-00000001", "PJSIP/trunk-00000002"
    leg = {"Channel": agent, "Uniqueid": "crm-1", "CallerIDNum": "4951112233"}
    dest = {"DestChannel": client, "DestUniqueid": "n1-2"}
    events = [
        _ami("Newchannel", start, **leg, Context="c2c", Exten="79161234567"),
        _ami("DialBegin", start + 3, **leg, **dest, DialString="79161234567@trunk"),
        _ami("DialEnd", start + 10, **leg, **dest, DialStatus="ANSWER"),
        _ami("HangupRequest", start + 70, Channel=client, Uniqueid="n1-2"),
        _ami("Hangup", start + 70.1, Channel=client, Uniqueid="n1-2", Cause="16"),
        _ami("Hangup", start + 70.2, **leg, Cause="16"),
    ]
    call = told("asterisk", events, Rules(trunks=("trunk",)))
    assert call is not None
    assert (call.direction, call.phone, call.line, call.extension) == ("out", "+79161234567", "+74951112233", "102")
    assert (call.stage, call.cause, call.talk_seconds, call.wait_seconds) == ("talked", "caller_hangup", 60, 10)


def test_two_of_the_staff_talk_inside() -> None:
    leg = {"Channel": "PJSIP/101-00000001", "Uniqueid": "crm-1", "CallerIDNum": "101", "Exten": "102"}
    call = told("asterisk", [_ami("Newchannel", 1795317485.0, **leg, Context="internal")])
    assert call is not None
    assert (call.direction, call.phone) == ("internal", "")


@pytest.mark.django_db
def test_a_stream_becomes_one_stored_call(drain: Any, noon: Any) -> None:
    from perezvon.telephony.actions import add_provider
    from perezvon.telephony.actions.intake import account_of, store
    from perezvon.telephony.models import Provider

    answer = add_provider("asterisk", "Office", host="127.0.0.1", username="crm", secret="s3", at=noon)  # noqa: S106
    account = account_of(Provider.objects.get(pk=answer["id"]))
    events = raw("5a-busy-next")
    for event in [*events, *events]:
        store(account, [(event, noon)])
        drain(at=noon)
    call = CallRow.objects.get()
    assert (call.stage, call.cause, len(call.attempts), call.talk_seconds) == ("talked", "caller_hangup", 2, 9)
