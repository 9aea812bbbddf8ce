"""crmapi requests as typed events.

Source: "REST API ВАТС (CRM)" of ITooLabs. ``cmd=event`` carries no moment: the moment is when we
received it. ``cmd=history`` comes once, at the end.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from ..contract import ExchangeError, Inferred, Stored, read_inferred, text_of, whole

EVENT, HISTORY, RATING, CONTACT = "event", "history", "rating", "contact"
TYPES = ("INCOMING", "OUTGOING", "ACCEPTED", "TRANSFERRED", "CANCELLED", "COMPLETED")
_MOST_SECONDS = 7 * 86_400
_FORMAT = "%Y%m%dT%H%M%SZ"


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
    """cmd=history: how the call ended; ``duration`` in seconds, ``status`` in lower case."""

    start: datetime
    type: str
    status: str
    duration: int
    employee: str
    phone: str
    line: str
    group: str
    link: str

    @property
    def order(self) -> tuple[datetime, int, str, str]:
        return (self.start, self.duration, self.status, self.employee)


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


def _history(fields: dict[str, object]) -> History:
    told = text_of(fields.get("start"))
    try:
        start = datetime.strptime(told, _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        raise ExchangeError(f"start: {told!r} is no moment") from None
    duration = whole(fields.get("duration") or 0, "duration")
    if not 0 <= duration <= _MOST_SECONDS:
        raise ExchangeError(f"duration: {duration} s is no length of a call")
    return History(
        start, text_of(fields.get("type")).lower(), text_of(fields.get("status")).lower().replace(" ", ""), duration,
        text_of(fields.get("user"), 48) or text_of(fields.get("ext"), 48), text_of(fields.get("phone")),
        text_of(fields.get("diversion")) or text_of(fields.get("telnum")), text_of(fields.get("groupRealName")),
        text_of(fields.get("link"), 255),
    )  # fmt: skip
