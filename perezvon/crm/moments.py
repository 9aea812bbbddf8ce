"""Moments that people name: "in an hour", "tomorrow morning", the local day of today."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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


def day_ends(at: datetime) -> datetime:
    """The midnight that ends the local day of ``at``."""
    local = timezone.localtime(at)
    return datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)


def month_began(at: datetime) -> datetime:
    """The midnight at which the local month of ``at`` began."""
    local = timezone.localtime(at)
    return datetime.combine(local.date().replace(day=1), time(), local.tzinfo)
