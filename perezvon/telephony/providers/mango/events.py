"""Mango Office payloads as typed events.

Source: "API ВАТС" of Mango Office, sections events/call, events/summary, events/dtmf and
events/recording. Numbers come as text in old accounts and as numbers in new ones.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..capabilities import STATISTICS
from ..contract import ExchangeError, Inferred, Stored, read_inferred, text_of, whole

CALL, SUMMARY, DTMF, RECORDING = "call", "summary", "dtmf", "recording"
RATING = "rating"
OF_A_CALL = frozenset({CALL, SUMMARY, DTMF, RECORDING})
STATES = frozenset({"Appeared", "Connected", "OnHold", "Disconnected"})
LOCATIONS = frozenset({"ivr", "queue", "abonent"})
_LATEST = 4_102_444_800  # the year 2100

# Cyrillic letters that look like Latin ones; the vendor's constants contain U+0421.
_TWINS = str.maketrans("АВЕКМНОРСТУХасеорух", "ABEKMHOPCTYXaceopyx")


def fold(word: str) -> str:
    """A constant of the vendor with look-alike Cyrillic letters made Latin."""
    return word.translate(_TWINS)


@dataclass(frozen=True, slots=True, order=True)
class Side:
    """One side of a leg: extension (employee), number (as the exchange writes it), group, line."""

    extension: str = ""
    number: str = ""
    group: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True, order=True)
class LegEvent:
    """events/call. ``at`` is the exchange's own second, ``reason`` 0 = none."""

    leg: str
    seq: int
    at: int
    state: str
    location: str
    caller: Side
    callee: Side
    reason: int = 0
    transfer: str = ""
    initiator: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Summary:
    """events/summary; ``direction`` 0 internal, 1 incoming, 2 outgoing; moments 0 = never."""

    ended: int
    created: int
    forwarded: int
    talked: int
    direction: int
    caller: Side
    callee: Side
    line: str
    reason: int


@dataclass(frozen=True, slots=True, order=True)
class Dtmf:
    """events/dtmf: a complete packet of keys; ``node`` is the menu item already entered."""

    at: int
    leg: str
    seq: int
    keys: str
    node: str
    number: str
    line: str


@dataclass(frozen=True, slots=True, order=True)
class Recording:
    """events/recording; only a completed one with code 1000 exists."""

    at: int
    id: str
    is_kept: bool


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One leg of the statistics; moments are unix seconds, 0 = never."""

    start: int
    finish: int
    answer: int
    location: str
    caller: Side
    callee: Side
    line: str
    reason: int
    created: int
    record: str


@dataclass(frozen=True, slots=True, order=True)
class Tally:
    """The exchange's own account of a call; the one told last counts."""

    told_at: datetime
    rows: tuple[Row, ...]


MangoEvent = Tally | LegEvent | Summary | Dtmf | Recording | Inferred


def read(stored: Stored) -> MangoEvent:
    """The typed event. ExchangeError when a field that matters makes no sense."""
    payload = stored.payload
    if not isinstance(payload, dict):
        raise ExchangeError("the event is no object")
    if stored.name == STATISTICS:
        return _tally(payload, stored.received_at)
    reader = _READERS.get(stored.name)
    return reader(payload) if reader else read_inferred(stored)


def moment(value: Any, name: str, *, needed: bool = True) -> int:
    """Unix seconds; 0 where the moment may be missing."""
    if value in (None, "") and not needed:
        return 0
    seconds = whole(value, name)
    if not 0 <= seconds <= _LATEST:
        raise ExchangeError(f"{name}: {seconds} is no moment")
    return seconds


def _number(value: Any, name: str) -> int:
    return 0 if value in (None, "") else whole(value, name)


def _side(value: Any) -> Side:
    side = value if isinstance(value, dict) else {}
    return Side(
        text_of(side.get("extension"), 48), text_of(side.get("number")),
        text_of(side.get("acd_group")), text_of(side.get("line_number")),
    )  # fmt: skip


def _leg(payload: dict[str, Any]) -> LegEvent:
    state = fold(text_of(payload.get("call_state")))
    location = fold(text_of(payload.get("location")))
    if state not in STATES:
        raise ExchangeError(f"call_state: {state!r} is unknown")
    if location not in LOCATIONS:
        raise ExchangeError(f"location: {location!r} is unknown")
    return LegEvent(
        leg=text_of(payload.get("call_id"), 128), seq=_number(payload.get("seq"), "seq"),
        at=moment(payload.get("timestamp"), "timestamp"), state=state, location=location,
        caller=_side(payload.get("from")), callee=_side(payload.get("to")),
        reason=_number(payload.get("disconnect_reason"), "disconnect_reason"),
        transfer=text_of(payload.get("transfer")), initiator=fold(text_of(payload.get("callback_initiator"))),
    )  # fmt: skip


def _summary(payload: dict[str, Any]) -> Summary:
    return Summary(
        ended=moment(payload.get("end_time"), "end_time"), created=moment(payload.get("create_time"), "create_time"),
        forwarded=moment(payload.get("forward_time"), "forward_time", needed=False),
        talked=moment(payload.get("talk_time"), "talk_time", needed=False),
        direction=_number(payload.get("call_direction"), "call_direction"),
        caller=_side(payload.get("from")), callee=_side(payload.get("to")),
        line=text_of(payload.get("line_number")), reason=_number(payload.get("disconnect_reason"), "disconnect_reason"),
    )  # fmt: skip


def _dtmf(payload: dict[str, Any]) -> Dtmf:
    return Dtmf(
        at=moment(payload.get("timestamp"), "timestamp"), leg=text_of(payload.get("call_id"), 128),
        seq=_number(payload.get("seq"), "seq"), keys=text_of(payload.get("dtmf"), 20),
        node=text_of(payload.get("location"), 40), number=text_of(payload.get("from_number")),
        line=text_of(payload.get("line_number")),
    )  # fmt: skip


def _recording(payload: dict[str, Any]) -> Recording:
    done = text_of(payload.get("recording_state")) == "Completed"
    kept = done and _number(payload.get("completion_code"), "completion_code") in (0, 1000)
    at = moment(payload.get("timestamp"), "timestamp", needed=False)
    return Recording(at, text_of(payload.get("recording_id"), 255), kept)


def _tally(payload: dict[str, Any], told_at: datetime) -> Tally:
    rows = [_row(row) for row in payload.get("rows") or () if isinstance(row, dict)]
    if not rows:
        raise ExchangeError("the statistics hold no row of the call")
    return Tally(told_at, tuple(sorted(rows)))


def _row(fields: dict[str, Any]) -> Row:
    records = text_of(fields.get("records"), 400).strip("[]").split(",")
    line = text_of(fields.get("line_number"))
    return Row(
        start=moment(fields.get("start"), "start"), finish=moment(fields.get("finish"), "finish"),
        answer=moment(fields.get("answer"), "answer", needed=False), location=fold(text_of(fields.get("location"))),
        caller=Side(text_of(fields.get("from_extension"), 48), text_of(fields.get("from_number")), "", ""),
        callee=Side(text_of(fields.get("to_extension"), 48), text_of(fields.get("to_number")), "", line),
        line=line, reason=_number(fields.get("disconnect_reason"), "disconnect_reason"),
        created=moment(fields.get("create"), "create", needed=False), record=records[0].strip()[:255],
    )  # fmt: skip


_READERS: dict[str, Callable[[dict[str, Any]], MangoEvent]] = {
    CALL: _leg,
    SUMMARY: _summary,
    DTMF: _dtmf,
    RECORDING: _recording,
}
