"""Events of other calendars: what of a text concerns us."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event

LONGEST_TEXT = 400_000
LONGEST_TITLE = 200
_TOO_OFTEN = re.compile(r"^(RRULE|EXRULE)[^\n]*(SECONDLY|MINUTELY|HOURLY|BYSECOND|BYMINUTE|BYHOUR)", re.M | re.I)


@dataclass(frozen=True, slots=True)
class Busy:
    """A time that is taken, as aware moments."""

    starts_at: datetime
    ends_at: datetime
    title: str
    is_all_day: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A text that was read: the name of its event; its times, when it is a single one with hours."""

    uid: str
    starts_at: datetime | None
    ends_at: datetime | None
    calendar: Any


def read(text: str) -> Read:
    """Read the text of one event (with its exceptions). ValueError for what is none, and for one that is too long."""
    if len(text) > LONGEST_TEXT:
        raise ValueError("the event is too long")
    calendar: Any = Calendar.from_ical(text)
    events = [one for one in calendar.walk("VEVENT") if isinstance(one, Event)]
    if not events:
        raise ValueError("no event")
    first = events[0]
    starts, ends = _moments(first, ZoneInfo("UTC"))
    single = len(events) == 1 and "RRULE" not in first and isinstance(first.start, datetime)
    return Read(str(first.get("UID", "")), starts if single else None, ends if single else None, calendar)


def busy(told: Read, text: str, begin: datetime, end: datetime, zone: ZoneInfo) -> list[Busy]:
    """The times between two moments that an event takes; whole days are those of ``zone``. None for "free" ones.

    A rule that repeats within a day is taken once: nobody is busy every minute.
    """
    if _TOO_OFTEN.search(text):
        found = list(told.calendar.walk("VEVENT"))[:1]
    else:
        found = recurring_ical_events.of(told.calendar).between(begin, end)
    taken = []
    for one in found:
        if str(one.get("TRANSP", "")).upper() == "TRANSPARENT" or str(one.get("STATUS", "")).upper() == "CANCELLED":
            continue
        starts, ends = _moments(one, zone)
        if ends > begin and starts < end:
            whole = not isinstance(one.start, datetime)
            taken.append(Busy(starts, ends, str(one.get("SUMMARY", ""))[:LONGEST_TITLE], whole))
    return taken


def _moments(event: Event, zone: ZoneInfo) -> tuple[datetime, datetime]:
    starts, ends = _moment(event.start, zone), _moment(event.end, zone)
    return starts, max(ends, starts)


def _moment(value: date | datetime, zone: ZoneInfo) -> datetime:
    """A moment in UTC; a day begins at midnight of ``zone``, a clock without a zone is its clock."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), zone).astimezone(UTC)
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


WINDOW_BEFORE, WINDOW_AFTER = timedelta(days=31), timedelta(days=120)
