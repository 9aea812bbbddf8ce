"""Zadarma's notifications as typed events.

Source: "API", section "Notifications about calls". A notification carries the moment at which the *call* began, in the
account's zone, and none of its own: its moment is when we received it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ..capabilities import STATISTICS
from ..contract import ExchangeError, Inferred, Stored, read_inferred, text_of, whole

START, INTERNAL, ANSWER, END, IVR = "NOTIFY_START", "NOTIFY_INTERNAL", "NOTIFY_ANSWER", "NOTIFY_END", "NOTIFY_IVR"
OUT_START, OUT_END, RECORD = "NOTIFY_OUT_START", "NOTIFY_OUT_END", "NOTIFY_RECORD"
OF_A_CALL = (START, OUT_START, IVR, INTERNAL, ANSWER, END, OUT_END, RECORD)
ANSWERED = "answered"
_MOST_SECONDS = 7 * 86_400
_FORMAT = "%Y-%m-%d %H:%M:%S"
_SHORT = 6  # digits of an internal number


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened, and when we heard of it. ``client`` and ``line`` as the exchange writes them.

    ``keys`` were pressed in the menu ``node``; ``nothing_chosen`` = it was heard to the end without a key.
    """

    at: datetime
    event: str
    client: str = ""
    line: str = ""
    employee: str = ""
    node: str = ""
    keys: str = ""
    nothing_chosen: bool = False

    @property
    def order(self) -> tuple[datetime, int, str, str, str]:
        """Time, then the natural order of events: a set has one order however it came."""
        return (self.at, OF_A_CALL.index(self.event), self.employee, self.node, self.keys)


@dataclass(frozen=True, slots=True)
class Final:
    """How a call ended: by a notification (``at`` = received), or by the statistics (``from_statistics``).

    ``began`` is the exchange's own moment without a zone, ``seconds`` the length of the talk, ``code`` a Q.931 number;
    ``rung`` are the internal numbers that the statistics know, each with the UTC moment of its ring.
    """

    from_statistics: bool
    at: datetime
    began: datetime | None
    outward: bool
    disposition: str
    code: str
    seconds: int
    client: str
    line: str
    employee: str
    record: str
    rung: tuple[tuple[datetime, str], ...] = ()

    @property
    def order(self) -> tuple[bool, datetime, int, str, str]:
        """Statistics decide, then what was told last."""
        return (self.from_statistics, self.at, self.seconds, self.disposition, self.employee)


@dataclass(frozen=True, slots=True, order=True)
class Recording:
    """The name under which the recording is kept."""

    id: str


ZadarmaEvent = Notice | Final | Recording | Inferred


def read(stored: Stored) -> ZadarmaEvent:
    """The typed event. ExchangeError when a field that matters makes no sense."""
    fields = stored.payload
    if not isinstance(fields, dict):
        raise ExchangeError("the event is no form")
    if stored.name == STATISTICS:
        return _statistics(fields, stored.received_at)
    if stored.name in (END, OUT_END):
        return _final(stored.name, fields, stored.received_at)
    if stored.name == RECORD:
        return Recording(text_of(fields.get("call_id_with_rec"), 255))
    if stored.name in OF_A_CALL:
        return _notice(stored.name, fields, stored.received_at)
    return read_inferred(stored)


def _notice(event: str, fields: Mapping[str, Any], at: datetime) -> Notice:
    outward = event == OUT_START
    employee = text_of(fields.get("internal"), 48)
    if event == ANSWER and not employee:
        employee = text_of(fields.get("destination"), 48)
    return Notice(
        at, event, text_of(fields.get("destination" if outward else "caller_id")),
        text_of(fields.get("caller_id" if outward else "called_did")), employee,
        text_of(fields.get("wait_dtmf[name]") or fields.get("ivr_name"), 40),
        text_of(fields.get("wait_dtmf[digits]"), 20), text_of(fields.get("wait_dtmf[default_behaviour]")) in _YES,
    )  # fmt: skip


_YES = ("1", "true", "True")


def _final(event: str, fields: Mapping[str, Any], at: datetime) -> Final:
    outward = event == OUT_END
    return Final(
        False, at, moment(fields.get("call_start")), outward, text_of(fields.get("disposition")).lower(),
        text_of(fields.get("status_code"), 3), seconds_of(fields.get("duration")),
        text_of(fields.get("destination" if outward else "caller_id")),
        text_of(fields.get("caller_id" if outward else "called_did")),
        text_of(fields.get("internal") or fields.get("last_internal"), 48),
        text_of(fields.get("call_id_with_rec"), 255) if text_of(fields.get("is_recorded")) in _YES else "",
    )  # fmt: skip


def moment(value: Any) -> datetime | None:
    """A moment without a zone; None for none. ExchangeError for one that cannot be."""
    told = text_of(value)
    if not told:
        return None
    try:
        return datetime.strptime(told, _FORMAT)  # noqa: DTZ007 - the zone is the account's
    except ValueError:
        raise ExchangeError(f"call_start: {told[:40]!r} is no moment") from None


def seconds_of(value: Any) -> int:
    """A length of a talk. ExchangeError for one that cannot be."""
    seconds = whole(value or 0, "duration")
    if not 0 <= seconds <= _MOST_SECONDS:
        raise ExchangeError(f"duration: {seconds} s is no length of a call")
    return seconds


def _statistics(payload: Mapping[str, Any], told_at: datetime) -> Final:
    """One call of the statistics: its rows (one per leg) and ``ahead``, seconds of the account's clock before UTC."""
    rows = [row for row in payload.get("rows") or () if isinstance(row, dict)]
    if not rows:
        raise ExchangeError("the statistics hold no row of the call")
    ahead = timedelta(seconds=whole(payload.get("ahead") or 0, "ahead"))
    starts = sorted(filter(None, (moment(row.get("callstart")) for row in rows)))
    row = max(rows, key=lambda one: (_is_answered(one), seconds_of(one.get("seconds")), sorted(map(str, one.items()))))
    outward = _is_outward(str(payload.get("key", "")), rows)
    inner = text_of(row.get("sip" if outward else "destination"), 48)
    began = starts[0] - ahead if starts else None
    length = seconds_of(row.get("seconds"))
    ended = began.replace(tzinfo=UTC) + timedelta(seconds=length) if began else told_at
    return Final(
        True, ended, began, outward, text_of(row.get("disposition")).lower(), "", length if _is_answered(row) else 0,
        text_of(row.get("destination" if outward else "clid")), "", inner if _is_inner(inner) else "",
        text_of(row.get("call_id"), 255) if text_of(row.get("is_recorded")) in _YES else "",
        _rung(rows, "sip" if outward else "destination", ahead),
    )  # fmt: skip


def _rung(rows: Sequence[Mapping[str, Any]], name: str, ahead: timedelta) -> tuple[tuple[datetime, str], ...]:
    numbers = [(moment(row.get("callstart")), text_of(row.get(name), 48)) for row in rows]
    return tuple(sorted({(at.replace(tzinfo=UTC) - ahead, one) for at, one in numbers if at and _is_inner(one)}))


def _is_answered(row: Mapping[str, Any]) -> bool:
    return text_of(row.get("disposition")).lower() == ANSWERED


def _is_inner(number: str) -> bool:
    return number.isdigit() and len(number) <= _SHORT


def _is_outward(key: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    """The key tells by its beginning; else an outgoing call leads to a number of the world."""
    if key.startswith(("in_", "out_")):
        return key.startswith("out_")
    return all(not _is_inner(text_of(row.get("destination"))) for row in rows)
