"""crmapi requests as typed events.

Source: "REST API ВАТС (CRM)" of ITooLabs. ``cmd=event`` carries no moment: the moment is when we
received it. ``cmd=history`` comes once, at the end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..capabilities import STATISTICS
from ..contract import ExchangeError, Inferred, Stored, read_inferred, text_of, whole

EVENT, HISTORY, RATING, CONTACT = "event", "history", "rating", "contact"
TYPES = ("INCOMING", "OUTGOING", "ACCEPTED", "TRANSFERRED", "CANCELLED", "COMPLETED")
_MOST_SECONDS = 7 * 86_400
_FORMATS = ("%Y%m%dT%H%M%SZ", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class Ring:
    """cmd=event: something happened on an employee's leg; ``employee`` is the login or the extension."""

    at: datetime
    type: str
    employee: str
    direction: str
    phone: str
    line: str
    group: str
    ext: str
    second: str

    @property
    def order(self) -> tuple[datetime, int, str, str, str]:
        """Time, then the natural order of types: a set has one order however it came."""
        return (self.at, TYPES.index(self.type), self.employee, self.group, self.second)


@dataclass(frozen=True, slots=True)
class History:
    """How the call ended, by cmd=history or by the list of the same name (``from_statistics``: it decides).

    ``duration`` in seconds, ``status`` in lower case, ``wait`` seconds before the talk (-1 = not told).
    """

    start: datetime
    type: str
    status: str
    duration: int
    employee: str
    phone: str
    line: str
    group: str
    link: str
    wait: int = -1
    from_statistics: bool = False

    @property
    def order(self) -> tuple[bool, datetime, int, str, str]:
        return (self.from_statistics, self.start, self.duration, self.status, self.employee)


@dataclass(frozen=True, slots=True)
class Rating:
    """cmd=rating: the client's mark after the talk."""

    mark: int


CrmEvent = Ring | History | Rating | Inferred


def read(stored: Stored) -> CrmEvent:
    """The typed event. ExchangeError when a field that matters makes no sense."""
    fields = stored.payload
    if not isinstance(fields, dict):
        raise ExchangeError("the event is no form")
    if stored.name == EVENT:
        return _ring(fields, stored.received_at)
    if stored.name == HISTORY:
        return _history(fields)
    if stored.name == STATISTICS:
        return _row(fields)
    if stored.name == RATING:
        return Rating(min(max(whole(fields.get("rating"), "rating"), -1000), 1000))
    return read_inferred(stored)


def _ring(fields: dict[str, object], at: datetime) -> Ring:
    kind = text_of(fields.get("type")).upper()
    if kind not in TYPES:
        raise ExchangeError(f"type: {kind!r} is unknown")
    employee, ext = text_of(fields.get("user"), 48), text_of(fields.get("ext"), 48)
    return Ring(
        at, kind, employee or ext, text_of(fields.get("direction")).lower(), text_of(fields.get("phone")),
        text_of(fields.get("diversion")) or text_of(fields.get("telnum")), text_of(fields.get("groupRealName")),
        ext, text_of(fields.get("second_callid"), 128),
    )  # fmt: skip


def _moment(value: object) -> datetime:
    told = text_of(value)
    for form in _FORMATS:
        try:
            return datetime.strptime(told, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ExchangeError(f"start: {told!r} is no moment")


def _seconds(value: object, name: str) -> int:
    seconds = whole(value or 0, name)
    if not 0 <= seconds <= _MOST_SECONDS:
        raise ExchangeError(f"{name}: {seconds} s is no length of a call")
    return seconds


def _status(value: object) -> str:
    return text_of(value).lower().replace(" ", "")


def _history(fields: dict[str, object]) -> History:
    return History(
        _moment(fields.get("start")), text_of(fields.get("type")).lower(), _status(fields.get("status")),
        _seconds(fields.get("duration"), "duration"),
        text_of(fields.get("user"), 48) or text_of(fields.get("ext"), 48), text_of(fields.get("phone")),
        text_of(fields.get("diversion")) or text_of(fields.get("telnum")), text_of(fields.get("groupRealName")),
        text_of(fields.get("link"), 255),
    )  # fmt: skip


def moment_of_row(row: Mapping[str, Any]) -> datetime:
    """When a call of the list began. ExchangeError when it does not say."""
    return _moment(row.get("start"))


def _row(fields: dict[str, object]) -> History:
    """A row of /history/json: other names, the same thing."""
    return History(
        _moment(fields.get("start")), text_of(fields.get("type")).lower(), _status(fields.get("status")),
        _seconds(fields.get("duration"), "duration"), text_of(fields.get("user"), 48) or text_of(fields.get("ext"), 48),
        text_of(fields.get("client") or fields.get("phone")),
        text_of(fields.get("diversion")) or text_of(fields.get("telnum")),
        text_of(fields.get("group_name") or fields.get("groupRealName")), text_of(fields.get("record"), 255),
        _seconds(fields.get("wait"), "wait"), True,
    )  # fmt: skip
