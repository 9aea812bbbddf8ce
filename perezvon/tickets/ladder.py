"""When a promise that is not kept is told to whom: a pure ladder that never ends before somebody acts.

The rungs stand before, at and after the deadline, in working time; after the last of them it is told again and again, with
pauses that grow and then stay as long as the last.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from perezvon.kit.worktime import WorkingTime

REPEATS = (60, 120, 240, 480)
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: ``minutes`` of working time after the deadline (below zero: before it)."""

    minutes: int
    to: str
    way: str = "notice"
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of one promise in the order of time; pauses in working minutes."""

    rungs: tuple[Rung, ...]
    repeats: tuple[int, ...] = REPEATS

    def next_at(
        self, climbed: int, last_at: datetime | None, moment: Callable[[int], datetime | None], calendar: WorkingTime
    ) -> datetime | None:
        """When the next rung is due after ``climbed`` ones; None without a ladder, or while the clock stands.

        ``moment(seconds)`` is the deadline put off by so many seconds of working time.
        """
        if not self.rungs:
            return None
        if climbed < len(self.rungs):
            return moment(self.rungs[climbed].minutes * MINUTE)
        if moment(0) is None:
            return None
        pauses = self.repeats or REPEATS
        pause = pauses[min(climbed - len(self.rungs), len(pauses) - 1)]
        since = last_at or moment(self.rungs[-1].minutes * MINUTE)
        return calendar.add(since, pause * MINUTE) if since else None

    def due(
        self, climbed: int, last_at: datetime | None, moment: Callable[[int], datetime | None], at: datetime
    ) -> list[Rung]:
        """The rungs to be climbed now: all that have come meanwhile, or once more the last ones."""
        ready = []
        for rung in self.rungs[climbed:]:
            when = moment(rung.minutes * MINUTE)
            if when is None or when > at:
                break
            ready.append(rung)
        if ready or climbed < len(self.rungs):
            return ready
        return _again(self.rungs)


def _again(rungs: Sequence[Rung]) -> list[Rung]:
    """A repetition tells whoever has to act and whoever was told last; nothing is set or handed over twice."""
    last = rungs[-1]
    told = [Rung(last.minutes, "own", is_urgent=last.is_urgent)]
    return told if last.to == "own" else [*told, Rung(last.minutes, last.to, is_urgent=last.is_urgent)]
