"""Spans of calendar time, half open: the start belongs to the period, the end does not."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

NAMES = ("today", "yesterday", "7d", "week", "month", "30d", "quarter", "90d", "year", "14m", "all")
_LONG_AGO = date(2000, 1, 1)


def _midnight(day: date, tz: tzinfo) -> datetime:
    return datetime.combine(day, time(), tz)


def _month_back(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True)
class Period:
    """From ``start`` up to but not including ``end``; both aware."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a period needs aware moments")
        if self.end <= self.start:
            raise ValueError("a period ends after it starts")

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end

    @property
    def days(self) -> int:
        """Whole days covered, at least one."""
        return max(1, round((self.end - self.start) / timedelta(days=1)))

    def previous(self) -> "Period":
        """The period of the same length that ends where this one starts."""
        return Period(self.start - (self.end - self.start), self.start)

    @classmethod
    def of_days(cls, first: date, last: date, tz: tzinfo) -> "Period":
        """Whole local days, both ends included."""
        return cls(_midnight(first, tz), _midnight(last + timedelta(days=1), tz))

    @classmethod
    def named(cls, name: str, now: datetime, tz: tzinfo) -> "Period":
        """A period by its name in ``NAMES``; ends with the local day of ``now``. ValueError otherwise."""
        today = now.astimezone(tz).date()
        first = {
            "today": today,
            "yesterday": today - timedelta(days=1),
            "7d": today - timedelta(days=6),
            "week": today - timedelta(days=today.weekday()),
            "month": today.replace(day=1),
            "30d": today - timedelta(days=29),
            "quarter": _month_back(today, (today.month - 1) % 3),
            "90d": today - timedelta(days=89),
            "year": today.replace(month=1, day=1),
            "14m": _month_back(today, 13),
            "all": _LONG_AGO,
        }.get(name)
        if first is None:
            raise ValueError(f"no period is called {name!r}")
        return cls.of_days(first, first if name == "yesterday" else today, tz)
