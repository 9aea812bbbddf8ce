"""Days and moments as they stand in a tree: absolute, or counted from the present."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.utils.translation import pgettext_lazy

MOST = 20_000  # days, about 55 years
UNITS = ("minutes", "hours", "days", "weeks", "months")
EXACT = ("minutes", "hours")
_DAYS = {"days": 1, "weeks": 7, "months": 31}
_MINUTES = {"minutes": 1, "hours": 60}

PERIODS = {
    "today": pgettext_lazy("period", "today"),
    "yesterday": pgettext_lazy("period", "yesterday"),
    "tomorrow": pgettext_lazy("period", "tomorrow"),
    "this_week": pgettext_lazy("period", "this week"),
    "last_week": pgettext_lazy("period", "last week"),
    "next_week": pgettext_lazy("period", "next week"),
    "this_month": pgettext_lazy("period", "this month"),
    "last_month": pgettext_lazy("period", "last month"),
    "next_month": pgettext_lazy("period", "next month"),
    "this_quarter": pgettext_lazy("period", "this quarter"),
    "last_quarter": pgettext_lazy("period", "last quarter"),
    "this_year": pgettext_lazy("period", "this year"),
    "last_year": pgettext_lazy("period", "last year"),
}


@dataclass(frozen=True, slots=True)
class Away:
    """So many units from now; below zero it is the past. Minutes and hours are exact, the others whole days."""

    unit: str
    count: int

    @property
    def is_exact(self) -> bool:
        """A moment and not a day."""
        return self.unit in EXACT

    def json(self) -> dict[str, int]:
        """As it stands in a tree."""
        return {self.unit: self.count}


When = date | Away


def is_near(unit: str, count: int) -> bool:
    """Whether so many units are within the days that a calendar can hold."""
    days = abs(count) * _DAYS[unit] if unit in _DAYS else abs(count) * _MINUTES[unit] / 1440
    return days <= MOST


def written(when: When) -> Any:
    """A day as it stands in a tree."""
    return when.json() if isinstance(when, Away) else when.isoformat()


def day(when: When, today: date) -> date:
    """The day that is meant, seen from ``today``."""
    if not isinstance(when, Away):
        return when
    if when.unit == "months":
        return _months(today, when.count)
    return today + timedelta(days=when.count * _DAYS[when.unit])


def _months(day: date, count: int) -> date:
    index = day.year * 12 + day.month - 1 + count
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return first + timedelta(days=min(day.day, (following - first).days) - 1)


def moment(when: Away, now: datetime) -> datetime:
    """The exact moment that is meant by minutes or hours."""
    return now + timedelta(minutes=when.count * _MINUTES[when.unit])


def midnight(day: date, tz: tzinfo) -> datetime:
    """The moment at which a local day begins."""
    return datetime.combine(day, time(), tz)


def span(period: str, today: date) -> tuple[date, date]:
    """The first and the last day of a period of ``PERIODS``, seen from ``today``. KeyError for other words."""
    which, _under, unit = period.partition("_")
    if not unit:
        shift = {"today": 0, "yesterday": -1, "tomorrow": 1}[period]
        return today + timedelta(days=shift), today + timedelta(days=shift)
    step = {"this": 0, "last": -1, "next": 1}[which]
    if unit == "week":
        first = today - timedelta(days=today.weekday()) + timedelta(days=7 * step)
        return first, first + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    start = today.replace(day=1, month=(today.month - 1) // months * months + 1)
    return _months(start, months * step), _months(start, months * (step + 1)) - timedelta(days=1)
