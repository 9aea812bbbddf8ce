"""Notifications made by our template, and the platform's reports, as typed events.

Source: "HTTP notifications"; "Data API", get.calls_report and get.call_legs_report. The unix second of a notification is
sure, its written moment has the fraction of the second but no zone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..capabilities import STATISTICS
from ..contract import ExchangeError, Inferred, Stored, read_inferred, text_of, whole

CALL_IN, CALL_OUT, WAITING, TALK_START, TALK_END = "call_in", "call_out", "waiting", "talk_start", "talk_end"
CALL_END, LOST, RECORD = "call_end", "lost", "record"
EVENTS = (CALL_IN, CALL_OUT, WAITING, TALK_START, TALK_END, CALL_END, LOST, RECORD)
FINAL = (CALL_END, LOST)
_LATEST = 4_102_444_800
_MOST_SECONDS = 7 * 86_400
_LINK = re.compile(r"^https?://[^?#]+/(\d+)/([0-9a-f]+)/?$")
_FORMATS = ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification. ``at`` in UTC when ``sure``, else a moment of the account's zone that has lost its zone."""

    event: str
    at: datetime
    sure: bool
    client: str
    line: str
    employee: str
    legs: tuple[str, ...]
    direction: str
    inside: bool
    talk: int
    wait: int
    record: str
    rung: tuple[str, ...]

    @property
    def order(self) -> tuple[int, str]:
        """The natural order of notifications with the same moment, then their content."""
        return (EVENTS.index(self.event), repr(self))


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of the report; moments of the account's zone, lengths in seconds."""

    at: datetime
    id: str
    employee: str
    ours: bool
    answered: datetime | None
    length: int
    reason: str
    group: str


@dataclass(frozen=True, slots=True)
class Report:
    """The platform's own account of a call; ``told_at`` is when it was told: the last word counts."""

    told_at: datetime
    began: datetime
    ended: datetime | None
    direction: str
    client: str
    line: str
    reason: str
    is_lost: bool
    talk: int
    employee: str
    record: str
    legs: tuple[Leg, ...]

    @property
    def order(self) -> tuple[datetime, str]:
        return (self.told_at, repr(self))


UisEvent = Notice | Report | Inferred


def read(stored: Stored) -> UisEvent:
    """The typed event. ExchangeError when a field that matters makes no sense."""
    fields = stored.payload
    if not isinstance(fields, dict):
        raise ExchangeError("the event is no object")
    if stored.name == STATISTICS:
        return _report(fields, stored.received_at)
    if stored.name in EVENTS:
        return _notice(stored.name, fields, stored.received_at)
    return read_inferred(stored)


def _notice(event: str, fields: Mapping[str, Any], received_at: datetime) -> Notice:
    at, sure = _moment_of(fields, received_at)
    legs = _texts(fields.get("leg_ids")) or _texts(fields.get("leg_id"))
    direction = "out" if event == CALL_OUT else text_of(fields.get("direction")).lower()
    return Notice(
        event, at, sure, text_of(fields.get("contact_phone_number")), text_of(fields.get("virtual_phone_number")),
        text_of(fields.get("employee_id"), 48), legs, direction, _flag(fields.get("is_internal")),
        _length(fields, "talk_time_duration"), _length(fields, "wait_time_duration"),
        _record_of(text_of(fields.get("file_link"), 255)), _texts(fields.get("employee_ids")),
    )  # fmt: skip


def _record_of(link: str) -> str:
    """The recording as the reports name it, "call/recording": the link of a notification ends with the same."""
    found = _LINK.search(link)
    return f"{found[1]}/{found[2]}" if found else link


def _moment_of(fields: Mapping[str, Any], received_at: datetime) -> tuple[datetime, bool]:
    told, written = fields.get("notification_timestamp"), fields.get("notification_time")
    local = moment(written, "notification_time") if text_of(written) else None
    if text_of(told):
        second = whole(_seconds(told), "notification_timestamp")
        if not 0 < second < _LATEST:
            raise ExchangeError(f"notification_timestamp: {second} is no moment")
        at = datetime.fromtimestamp(second, UTC)
        fits = local is not None and local.second == at.second
        return (at.replace(microsecond=local.microsecond) if local and fits else at), True
    return (local.replace(tzinfo=UTC), False) if local else (received_at, True)


def _seconds(value: Any) -> Any:
    """Unix time may have a fraction."""
    return value.partition(".")[0] if isinstance(value, str) else value


def moment(value: Any, name: str) -> datetime:
    """A written moment without a zone. ExchangeError when it is none."""
    told = text_of(value).replace("T", " ")
    for form in _FORMATS:
        try:
            return datetime.strptime(told, form)  # noqa: DTZ007 - the zone is the account's
        except ValueError:
            continue
    raise ExchangeError(f"{name}: {told[:40]!r} is no moment")


def _texts(value: Any) -> tuple[str, ...]:
    """Ids that come as a list, as "1, 2" or as one value."""
    found = value if isinstance(value, list) else text_of(value, 400).strip("[]").split(",")
    return tuple(filter(None, (text_of(one, 48).strip('"') for one in found)))[:100]


def _flag(value: Any) -> bool:
    return value is True or text_of(value).lower() in ("true", "1", "yes")


def _length(fields: Mapping[str, Any], name: str) -> int:
    seconds = whole(fields.get(name) or 0, name)
    if not 0 <= seconds <= _MOST_SECONDS:
        raise ExchangeError(f"{name}: {seconds} s is no length of a call")
    return seconds


def _report(payload: Mapping[str, Any], told_at: datetime) -> Report:
    call, legs = payload.get("call"), payload.get("legs")
    if not isinstance(call, dict):
        raise ExchangeError("the report holds no call")
    records = _texts(call.get("call_records"))
    ended = call.get("finish_time")
    return Report(
        told_at, moment(call.get("start_time"), "start_time"), moment(ended, "finish_time") if text_of(ended) else None,
        text_of(call.get("direction")).lower(), text_of(call.get("contact_phone_number")),
        text_of(call.get("virtual_phone_number")), text_of(call.get("finish_reason")), _flag(call.get("is_lost")),
        _length(call, "talk_duration"),
        text_of(call.get("last_talked_employee_id") or call.get("last_answered_employee_id"), 48),
        f"{text_of(call.get('id'), 48)}/{records[0]}"[:255] if records else "",
        tuple(sorted((_leg(leg) for leg in legs or () if isinstance(leg, dict) and not _flag(leg.get("is_coach"))),
                     key=lambda leg: (leg.at, leg.id, repr(leg)))),
    )  # fmt: skip


def _leg(fields: Mapping[str, Any]) -> Leg:
    answered = fields.get("connect_time")
    return Leg(
        moment(fields.get("start_time"), "start_time"), text_of(fields.get("id"), 48),
        text_of(fields.get("employee_id"), 48), _flag(fields.get("is_operator")),
        moment(answered, "connect_time") if text_of(answered) else None, _length(fields, "total_duration"),
        text_of(fields.get("finish_reason")), text_of(fields.get("action_name") or fields.get("group_name")),
    )  # fmt: skip
