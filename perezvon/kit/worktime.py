"""Working time: several intervals a day, holidays and shortened days as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

Interval = tuple[time, time]
_HORIZON_DAYS = 1500


@dataclass(frozen=True)
class WorkingTime:
    """A week of opening hours with exceptions.

    ``weekly`` maps a weekday (0 = Monday) to its intervals; ``exceptions`` maps a date to the
    intervals of that one day (an empty tuple = closed). An interval that ends at 00:00 lasts
    until midnight.
    """

    weekly: Mapping[int, Sequence[Interval]]
    tz: tzinfo
    exceptions: Mapping[date, Sequence[Interval]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for intervals in (*self.weekly.values(), *self.exceptions.values()):
            check_intervals(intervals)

    def intervals(self, day: date) -> list[tuple[datetime, datetime]]:
        """The open spans of a local day, as aware moments in order."""
        pairs = self.exceptions.get(day, self.weekly.get(day.weekday(), ()))
        return [(self._moment(day, a), self._moment(day, b, closing=True)) for a, b in pairs]

    def _moment(self, day: date, at: time, closing: bool = False) -> datetime:
        if closing and at == time():
            day += timedelta(days=1)
        return datetime.combine(day, at, self.tz).astimezone(UTC)  # UTC: summer time cannot bend the sums

    def is_open(self, at: datetime) -> bool:
        """Whether people work at this moment."""
        day = at.astimezone(self.tz).date()
        return any(a <= at < b for a, b in self.intervals(day))

    def add(self, start: datetime, seconds: float) -> datetime:
        """The moment when ``seconds`` of working time have passed since ``start``.

        With no opening hours within four years the wall clock is used, so that a deadline always exists.
        """
        left = timedelta(seconds=seconds)
        day = start.astimezone(self.tz).date()
        for _ in range(_HORIZON_DAYS):
            for a, b in self.intervals(day):
                begin = max(a, start)
                if begin >= b:
                    continue
                if begin + left <= b:
                    return begin + left
                left -= b - begin
            day += timedelta(days=1)
        return start + timedelta(seconds=seconds)

    def between(self, start: datetime, end: datetime) -> int:
        """Working seconds from ``start`` to ``end``; 0 when ``end`` is not later."""
        total, day = timedelta(), start.astimezone(self.tz).date()
        last = end.astimezone(self.tz).date()
        while day <= last:
            for a, b in self.intervals(day):
                total += max(timedelta(), min(b, end) - max(a, start))
            day += timedelta(days=1)
        return int(total.total_seconds())


def check_intervals(intervals: Sequence[Interval]) -> None:
    """ValueError when intervals of a day overlap, are out of order or are empty."""
    previous = time()
    for index, (a, b) in enumerate(intervals):
        if b != time() and b <= a:
            raise ValueError(f"the interval {a:%H:%M}-{b:%H:%M} ends before it starts")
        if index and (previous == time() or a < previous):
            raise ValueError(f"the interval {a:%H:%M}-{b:%H:%M} overlaps the one before it")
        previous = b


def all_week(opens: time, closes: time, tz: tzinfo, days: Sequence[int] = range(5)) -> WorkingTime:
    """The same single interval on each of ``days``."""
    return WorkingTime(dict.fromkeys(days, ((opens, closes),)), tz)
