"""Working calendars: weekly hours and days that differ."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record
from perezvon.kit.worktime import check_intervals

from .. import facts, reads
from ..holidays import exceptions
from ..models import Holiday, User, WorkCalendar

Pairs = Sequence[Sequence[str]]


def checked(pairs: Pairs) -> list[list[str]]:
    """Intervals of a day as they are stored. ValidationError when they overlap or end before they begin."""
    try:
        check_intervals(reads.intervals_of(pairs))
    except (ValueError, TypeError):
        raise ValidationError(_("Hours must follow one another: 09:00-13:00, 14:00-18:00.")) from None
    return [list(pair) for pair in pairs]


@transaction.atomic
def add_calendar(
    name: str, weekly: Mapping[str, Pairs], *, time_zone: str, by: User | None = None, at: datetime
) -> WorkCalendar:
    """Add a calendar with the public holidays we ship; the first one serves everybody."""
    calendar = WorkCalendar(is_default=not WorkCalendar.objects.filter(is_default=True).exists())
    return change_calendar(calendar, name=name, weekly=weekly, time_zone=time_zone, by=by, at=at)


@transaction.atomic
def change_calendar(
    calendar: WorkCalendar,
    *,
    name: str,
    weekly: Mapping[str, Pairs],
    time_zone: str,
    by: User | None = None,
    at: datetime,
) -> WorkCalendar:
    """Set the weekly hours ("0" = Monday) and the zone. ValidationError for impossible hours or zone."""
    calendar.name = name.strip()
    calendar.weekly = {str(day): checked(weekly.get(str(day), ())) for day in range(7)}
    calendar.time_zone = _zone(time_zone)
    is_new = calendar.pk is None
    calendar.save()
    if is_new:
        fill_public_holidays(calendar)
    _tell(calendar, by, at)
    return calendar


@transaction.atomic
def set_holiday(
    calendar: WorkCalendar, day: date, *, name: str = "", intervals: Pairs = (), by: User | None = None, at: datetime
) -> Holiday:
    """Give one date its own hours; none = closed."""
    values = {"name": name.strip(), "intervals": checked(intervals)}
    holiday, _made = Holiday.objects.update_or_create(calendar=calendar, day=day, defaults=values)
    _tell(calendar, by, at)
    return holiday


@transaction.atomic
def remove_holiday(holiday: Holiday, *, by: User | None = None, at: datetime) -> None:
    """The date is an ordinary weekday again."""
    holiday.delete()
    _tell(holiday.calendar, by, at)


def fill_public_holidays(calendar: WorkCalendar) -> int:
    """Add the public holidays we ship to the dates that have nothing yet; how many were added."""
    known = set(calendar.holidays.values_list("day", flat=True))
    new = [
        Holiday(calendar=calendar, day=day, name=name, intervals=hours)
        for day, name, hours in exceptions(calendar.weekly)
        if day not in known
    ]
    Holiday.objects.bulk_create(new)
    reads.forget()
    return len(new)


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        raise ValidationError({"time_zone": _("There is no such time zone.")}) from None


def _tell(calendar: WorkCalendar, by: User | None, at: datetime) -> None:
    record(facts.CALENDAR_CHANGED, at=at, by=by, name=calendar.title)
    reads.forget()
