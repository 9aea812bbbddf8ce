"""Moments that people name: "in an hour", "tomorrow morning", the local day of today."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from perezvon.kit.worktime import WorkingTime

MORNING = time(10)
EXACT = "exact"
WHEN: tuple[tuple[str, Promise], ...] = (
    ("hour", _("in an hour")),
    ("evening", _("today by 18:00")),
    ("tomorrow", _("tomorrow at 10:00")),
    ("3d", _("in three days")),
    ("week", _("in a week")),
    (EXACT, _("at the moment below")),
)


def named(when: str, at: datetime) -> datetime:
    """The moment called ``when`` seen from ``at``, in the current time zone. ValueError for other words."""
    today = timezone.localtime(at)
    if when == "hour":
        return at + timedelta(hours=1)
    if when == "evening":
        evening = today.replace(hour=18, minute=0, second=0, microsecond=0)
        return evening if evening > today else at + timedelta(hours=1)
    days = {"tomorrow": 1, "3d": 3, "week": 7}.get(when)
    if days is None:
        raise ValueError(f"no moment is called {when!r}")
    day = today.date() + timedelta(days=days)
    return datetime.combine(day, MORNING, today.tzinfo)


#: when a thing that is put off comes back
SNOOZE: tuple[tuple[str, Promise], ...] = (
    ("hour", _("in an hour")),
    ("evening", _("this evening")),
    ("tomorrow", _("tomorrow morning")),
    ("week", _("in a week, in the morning")),
    (EXACT, _("at the moment below")),
)


def back_at(when: str, at: datetime, calendar: WorkingTime) -> datetime:
    """The moment at which a thing put off until ``when`` comes back: always within working time.

    The evening is the last hour of the working day; when it is there, or nobody works today, the next morning.
    ValueError for other words.
    """
    if when == "hour":
        return calendar.add(at + timedelta(hours=1), 0)
    today = at.astimezone(calendar.tz).date()
    if when == "evening":
        spans = calendar.intervals(today)
        evening = spans[-1][1] - timedelta(hours=1) if spans else at
        if evening > at:
            return evening
    days = {"evening": 1, "tomorrow": 1, "week": 7}.get(when)
    if days is None:
        raise ValueError(f"nothing is put off until {when!r}")
    return calendar.add(datetime.combine(today + timedelta(days=days), time(), calendar.tz), 0)


def after_days(days: int, at: datetime, calendar: WorkingTime) -> datetime:
    """In so many days at 10:00, in an hour for 0; when nobody works then, at the next moment when somebody does."""
    if days == 0:
        return calendar.add(at + timedelta(hours=1), 0)
    day = at.astimezone(calendar.tz).date() + timedelta(days=days)
    return calendar.add(datetime.combine(day, MORNING, calendar.tz), 0)


def day_began(at: datetime) -> datetime:
    """The midnight at which the local day of ``at`` began."""
    local = timezone.localtime(at)
    return datetime.combine(local.date(), time(), local.tzinfo)


def day_ends(at: datetime) -> datetime:
    """The midnight that ends the local day of ``at``."""
    local = timezone.localtime(at)
    return datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)


def month_began(at: datetime) -> datetime:
    """The midnight at which the local month of ``at`` began."""
    local = timezone.localtime(at)
    return datetime.combine(local.date().replace(day=1), time(), local.tzinfo)
