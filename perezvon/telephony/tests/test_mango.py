"""The traps of Mango Office's events, each one a test."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from perezvon.telephony.canonical import Call, Rules
from perezvon.telephony.providers import ExchangeError, adapter
from perezvon.telephony.providers.contract import Stored
from perezvon.telephony.providers.mango.codes import cause_of
from perezvon.telephony.providers.mango.events import LegEvent, fold
from perezvon.telephony.testing import MangoEvent, as_raw, mango_call

from .conftest import CLIENT, LINE, NOON
from .streams import told


def made(kind: str, **how: Any) -> list[MangoEvent]:
    return mango_call(kind, caller=CLIENT, line=LINE, started_at=NOON, **how)


def read(events: list[MangoEvent], rules: Rules | None = None) -> Call:
    call = told("mango", [as_raw(event) for event in events], rules)
    assert call is not None
    return call


def summary(**changes: Any) -> MangoEvent:
    at = int(NOON.timestamp())
    payload = {
        "entry_id": "e1", "call_direction": 1, "from": {"extension": "", "number": CLIENT}, "to": {},
        "line_number": LINE, "create_time": at, "forward_time": 0, "talk_time": 0, "end_time": at + 12,
        "entry_result": 0, "disconnect_reason": 1110,
    }  # fmt: skip
    return ("events/summary", {**payload, **changes})


class TestTraps:
    def test_1_off_hours_is_known_from_the_summary_alone(self) -> None:
        call = read([summary(disconnect_reason=1192)])
        assert (call.stage, call.cause, call.observed, call.state) == ("L02", "off_hours", True, "ended")

    def test_1_a_scheme_that_hangs_up_at_night_is_off_hours_by_our_calendar(self) -> None:
        closed = Rules(is_open=lambda _line, _queue, _at: False)
        call = read([summary(disconnect_reason=1170)], closed)
        assert (call.stage, call.observed) == ("L02", False)
        assert read([summary(disconnect_reason=1170)]).stage == "L04"

    def test_1_a_key_pressed_at_night_is_no_off_hours(self) -> None:
        closed = Rules(is_open=lambda _line, _queue, _at: False)
        assert read(made("queue_timeout"), closed).stage == "L06"

    def test_1_a_menu_that_was_heard_at_night_is_no_closed_door(self) -> None:
        closed = Rules(is_open=lambda _line, _queue, _at: False)
        call = read(made("ivr_no_choice"), closed)
        assert (call.stage, call.observed) == ("L04", True)

    def test_2_entry_result_does_not_mean_a_talk(self) -> None:
        call = read([summary(entry_result=1)])
        assert (call.stage, call.answered_at, call.talk_seconds) == ("L03", None, 0)

    def test_3_cyrillic_letters_in_constants(self) -> None:
        assert fold("MissGroupСallCallback") == "MissGroupCallCallback"
        path, payload = made("no_answer")[0]
        payload["callback_initiator"] = "СС"
        event = adapter("mango").read(Stored("call", payload, NOON))
        assert isinstance(event, LegEvent)
        assert event.initiator == "CC"

    @pytest.mark.parametrize("kind", ["answered", "queue_abandoned", "off_hours"])
    def test_4_numbers_as_text(self, kind: str) -> None:
        def texts(value: Any) -> Any:
            if isinstance(value, dict):
                return {key: texts(item) for key, item in value.items()}
            return str(value) if isinstance(value, int) else value

        assert read([(path, texts(payload)) for path, payload in made(kind)]) == read(made(kind))

    @pytest.mark.parametrize(("code", "direction"), [(0, "internal"), (1, "in"), (2, "out")])
    def test_5_directions_of_the_summary(self, code: int, direction: str) -> None:
        assert read([summary(call_direction=code)]).direction == direction

    def test_6_seq_orders_events_of_one_second(self) -> None:
        events = [e for e in made("answered", wait=0, talk=0) if e[0] == "events/call"]
        call = read(list(reversed(events)))
        assert [span.state for span in call.path] == ["ivr", "queued", "ringing", "talking"]
        assert call.attempts[0].cause == "answered"

    def test_7_a_clock_ahead_of_utc_gives_itself_away(self) -> None:
        exchange = adapter("mango")
        moscow = {"timestamp": int(NOON.timestamp()) + 3 * 3600}
        assert exchange.clock_offset(Stored("call", moscow, NOON)) == 3 * 3600
        late = Stored("call", {"timestamp": str(int(NOON.timestamp()))}, NOON + timedelta(hours=3))
        assert exchange.clock_offset(late) is None, "a delivery that is late proves nothing"
        assert read([summary()], Rules(clock_offset=10_800)).started_at == NOON - timedelta(hours=3)

    def test_8_a_missed_group_call_is_not_the_first_employees_fault(self) -> None:
        missed = summary(disconnect_reason=1164, forward_time=int(NOON.timestamp()) + 5, to={"extension": "101"})
        call = read([e for e in made("queue_timeout", call_id="e1") if e[0] != "events/summary"] + [missed])
        assert (call.stage, call.extension, call.attempts) == ("L06", "", ())

    def test_9_an_hmac_is_not_the_signature(self) -> None:
        import hashlib
        import hmac

        from perezvon.telephony.providers.mango.webhook import sign

        keyed = hmac.new(b"salt", b"key{}", hashlib.sha256).hexdigest().encode()
        assert sign(b"key", b"{}", b"salt") == hashlib.sha256(b"key{}salt").hexdigest().encode() != keyed


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (1110, "caller_hangup"), (1120, "agent_hangup"), (1111, "no_answer"), (1164, "no_agents"),
        (2220, "lines_exhausted"), (2219, "billing"), (2199, "billing"), (1199, "off_hours"), (1132, "unavailable"),
        (4501, "barred"), (5003, "network_error"), (5001, "lines_exhausted"), (1314, "machine"), (0, "normal"),
        (9999, "normal"), (-5, "normal"),
    ],
)  # fmt: skip
def test_unknown_codes_mean_what_their_class_means(code: int, cause: str) -> None:
    assert cause_of(code, incoming=True) == cause


def test_sides_turn_round_when_we_call() -> None:
    assert cause_of(1110, incoming=False) == "agent_hangup"
    assert cause_of(1120, incoming=False) == "caller_hangup"


def test_a_call_lasts_until_its_summary() -> None:
    call = read([e for e in made("answered") if e[0] != "events/summary"])
    assert (call.state, call.stage, call.ended_at) == ("talking", "", None)


def test_a_group_that_rings_everybody() -> None:
    events = made("answered")
    other = dict(events[4][1], call_id="other-leg", to={"extension": "102", "line_number": LINE})
    events.insert(5, ("events/call", other))
    call = read(events)
    assert [(a.extension, a.cause) for a in call.attempts] == [("101", "answered"), ("102", "answered_elsewhere")]


def test_a_talk_known_from_the_summary_alone() -> None:
    at = int(NOON.timestamp())
    call = read([summary(talk_time=at + 5, end_time=at + 65, to={"extension": "101"}, forward_time=at)])
    assert (call.stage, call.talk_seconds, call.wait_seconds, call.extension) == ("talked", 60, 5, "101")


def test_a_recording_is_kept_only_when_it_was_saved() -> None:
    recording = {
        "recording_id": "rec-1", "recording_state": "Completed", "entry_id": "e1", "timestamp": 1, "completion_code": 1000,
    }  # fmt: skip
    good, bad = ("events/recording", recording), ("events/recording", {**recording, "completion_code": 4002})
    assert read([summary(), good]).record == "rec-1"
    assert read([summary(), bad]).record == ""
    assert told("mango", [as_raw(good)]) is None, "a recording alone is no call"


@pytest.mark.parametrize(
    "changes",
    [
        {"end_time": "soon"},
        {"end_time": 10**17},
        {"create_time": None},
        {"end_time": float("inf")},
        {"call_direction": []},
    ],
)
def test_nonsense_is_refused_in_words(changes: dict[str, Any]) -> None:
    with pytest.raises(ExchangeError):
        adapter("mango").read(Stored("summary", {**summary()[1], **changes}, datetime.now(UTC)))
