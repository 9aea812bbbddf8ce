"""Is a figure usual? Compared with the same hours of the same weekday in the weeks before; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import median

FAR = 2.0  # spreads from the median
ENOUGH = 3  # days with something in them, to say anything at all
_MAD = 1.4826  # makes the median absolute deviation a standard deviation of a normal distribution


class Level(StrEnum):
    """How a figure stands to what is usual."""

    UNKNOWN = "unknown"
    TYPICAL = "typical"
    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``now`` beside the ``usual`` (the median); ``level`` says whether the difference is more than chance."""

    level: Level
    now: int
    usual: float

    @property
    def is_above(self) -> bool:
        """More than usual."""
        return self.level == Level.ABOVE


def judge(now: int, before: Sequence[int]) -> Verdict:
    """Compare with the same figure of earlier days.

    The spread is the robust one (1.4826 x median absolute deviation), at least the square root of the median: counts of
    independent calls scatter like that (Poisson) even when every day is alike.
    """
    usual = median(before) if before else 0.0
    if sum(1 for one in before if one) < ENOUGH:
        return Verdict(Level.UNKNOWN, now, usual)
    spread = max(_MAD * median(abs(one - usual) for one in before), sqrt(max(usual, 1.0)))
    away = (now - usual) / spread
    level = Level.ABOVE if away > FAR else Level.BELOW if away < -FAR else Level.TYPICAL
    return Verdict(level, now, usual)


def patience(waits: Sequence[int], waited: float) -> float | None:
    """After how many seconds of waiting somebody who has waited ``waited`` usually hangs up.

    The median of those who gave up later than that, of ``waits`` (sorted, of those who gave up); None when nobody
    has ever waited longer.
    """
    later = [wait for wait in waits if wait > waited]
    return float(median(later)) if later else None
