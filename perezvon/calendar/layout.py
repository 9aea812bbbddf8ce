"""Where things stand in a column of a day: pure arithmetic in minutes of the local clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Generic, TypeVar

DAY = 1440
SHORTEST = 20  # minutes that a slot takes on the page at least, so that it can be read
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours a page shows, in minutes after midnight."""

    begin: int = 8 * 60
    end: int = 20 * 60

    @property
    def marks(self) -> list[int]:
        """The full hours."""
        return list(range(self.begin // 60, self.end // 60))

    def share(self, minutes: float) -> float:
        """A length as percent of the column's height."""
        return round(100 * minutes / (self.end - self.begin), 3)

    def top(self, minute: float) -> float:
        """Where a minute stands, in percent from the top."""
        return self.share(min(max(minute, self.begin), self.end) - self.begin)


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """A thing in its column: percent of the column's height and width; its minutes of the day."""

    thing: T
    begin: int
    length: int
    top: float
    height: float
    left: float
    width: float


def minute_of(moment: datetime, day: date, tz: tzinfo) -> int:
    """Minutes after the midnight of ``day`` on the clock of ``tz``: below 0 before it, above 1440 after it."""
    local = moment.astimezone(tz).replace(tzinfo=None)
    return int((local - datetime.combine(day, datetime.min.time())) / timedelta(minutes=1))


def span_on(starts: datetime, ends: datetime, day: date, tz: tzinfo) -> tuple[int, int] | None:
    """The part of a span that lies on a local day, in its minutes; None = no part."""
    begin, end = max(minute_of(starts, day, tz), 0), min(minute_of(ends, day, tz), DAY)
    return (begin, max(end, begin)) if begin < DAY and end > 0 and end >= begin else None


def hours_for(spans: Iterable[tuple[int, int]], usual: Hours) -> Hours:
    """The usual hours, stretched to whole hours around everything that has to be seen."""
    begins, ends = [usual.begin], [usual.end]
    for begin, end in spans:
        begins.append(begin // 60 * 60)
        ends.append(min(-(-end // 60) * 60, DAY))
    return Hours(max(0, min(begins)), min(DAY, max(ends)))


def place(things: Sequence[tuple[int, int, T]], hours: Hours) -> list[Placed[T]]:
    """Lay (begin, end, thing) of one column side by side where they overlap.

    Things that touch one another in a chain share the width; each goes into the first lane that is free.
    """
    placed: list[Placed[T]] = []
    chain: list[tuple[int, int, int, T]] = []
    lanes: list[int] = []

    def close() -> None:
        for begin, end, lane, thing in chain:
            width = 100 / len(lanes)
            placed.append(
                Placed(thing, begin, end - begin, hours.top(begin), hours.share(max(end - begin, SHORTEST)), round(lane * width, 3), round(width, 3))
            )  # fmt: skip
        chain.clear()
        lanes.clear()

    for begin, end, thing in sorted(things, key=lambda one: (one[0], -one[1])):
        shown_end = max(end, begin + SHORTEST)
        if lanes and begin >= max(lanes):
            close()
        lane = next((number for number, free in enumerate(lanes) if free <= begin), len(lanes))
        lanes[lane : lane + 1] = [shown_end]
        chain.append((begin, end, lane, thing))
    close()
    return placed
