"""Today against the usual day, and what should be noticed without any rule; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from .board import Board, Reach, Waiting, within
from .judge import Level, Verdict, judge
from .today import BINS
from .usual import Usual

HOUR = 6  # ten-minute pieces
SOON = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the day: today's calls (None = still to come) beside the usual number."""

    hour: int
    calls: int | None
    usual: float


@dataclass(frozen=True, slots=True)
class Rise:
    """More losses at a stage in the last hour than usual at this time; ``rises`` = also more than in the hour before."""

    stage: str
    verdict: Verdict
    rises: bool


@dataclass(frozen=True)
class Pulse:
    """How the day goes: all calls so far against the usual, by hour, and the stages at which more are lost."""

    day: Verdict
    hours: tuple[Hour, ...]
    rises: tuple[Rise, ...]


def pulse(board: Board, usual: Usual, reach: Reach) -> Pulse:
    """The day within reach. Only full pieces of ten minutes are compared: the running one is not over on any day."""
    now = board.bin
    so_far = sum(count for (dept, bin_), count in board.by_bin.items() if bin_ < now and within(dept, reach))
    day = judge(so_far, usual.calls_between(0, now, reach))
    return Pulse(day, tuple(_hours(board, usual, reach)), tuple(rises(board, usual, reach)))


def _hours(board: Board, usual: Usual, reach: Reach) -> Iterator[Hour]:
    today = [0] * 24
    for (department, bin_), count in board.by_bin.items():
        if within(department, reach):
            today[bin_ * 24 // BINS] += count
    running = board.bin * 24 // BINS
    for hour, days in enumerate(usual.hours(reach)):
        yield Hour(hour, today[hour] if hour <= running else None, median(days))


def rises(board: Board, usual: Usual, reach: Reach) -> Iterator[Rise]:
    """Stages that lost more in the last full hour than on other days at this time."""
    end = board.bin
    last, before = _lost(board, end - HOUR, end, reach), _lost(board, end - 2 * HOUR, end - HOUR, reach)
    known = usual.lost_between(end - HOUR, end, reach)
    for stage, count in sorted(last.items()):
        verdict = judge(count, known.get(stage, []))
        if verdict.level == Level.ABOVE:
            yield Rise(stage, verdict, count > before.get(stage, 0))


def _lost(board: Board, first: int, end: int, reach: Reach) -> dict[str, int]:
    found: dict[str, int] = {}
    for (department, stage, bin_), count in board.by_stage.items():
        if first <= bin_ < end and within(department, reach):
            found[stage] = found.get(stage, 0) + count
    return found


def about_to_leave(waiting: Iterator[Waiting] | tuple[Waiting, ...], at: datetime) -> list[Waiting]:
    """Those who are expected to hang up within half a minute, or should have done so."""
    return [one for one in waiting if one.position and one.gives_up_at is not None and one.gives_up_at <= at + SOON]


def stake_of(stakes: Mapping[int, tuple[Decimal, bool]], calls: list[Waiting]) -> Decimal:
    """Roubles at stake with these clients, each client once."""
    seen: dict[object, Decimal] = {}
    for one in calls:
        who: object = one.client.person_id or one.client.phone or one.call_id
        seen[who] = stakes[one.call_id][0]
    return sum(seen.values(), Decimal(0))
