"""Whether the office works on a journey: taken into work, and carried on without gaps. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .journey import OUT, Journey, Touch

WARM_UP, WON, LOST = "warm_up", "won", "lost"


@dataclass(frozen=True, slots=True)
class Lapse:
    """Nothing was done and nothing planned from before ``due`` until ``ended_at``."""

    due: datetime
    ended_at: datetime
    by_client: bool


def work_began(journey: Journey, touches: Sequence[Touch], since: datetime, entered: datetime) -> datetime | None:
    """When somebody took the entered client into work: the first act of ours after the talk."""
    acts = [touch.at for touch in touches if touch.at > since and (touch.direction == OUT or touch.is_talk)]
    acts += _own_acts(journey)
    if journey.sale:
        acts.append(max(journey.sale.opened_at, since))
    first = min((act for act in acts if act >= since), default=None)
    return max(first, entered) if first else None


def _own_acts(journey: Journey) -> list[datetime]:
    acts = list(journey.notes)
    for plan in journey.plans:
        acts += [plan.created_at] if plan.set_by_person else []
        acts += [plan.done_at] if plan.done_at and plan.done_by_person else []
    return acts


def follow_up(
    journey: Journey, touches: Sequence[Touch], worked: datetime, patience: timedelta
) -> tuple[list[Lapse], datetime | None]:
    """The gaps that were closed again, and when the present silence becomes a loss.

    A silence lasts from the last act, or from the deadline of what was planned by then, and counts
    after ``patience``. A deal in a warm-up stage may rest; one that ended needs nothing more.
    """
    acts = _acts(journey, touches, worked)
    lapses = []
    for (act, _mine), (after, by_client) in zip(acts, acts[1:], strict=False):
        if after - act > patience and (due := _due(journey, act, patience)) and after > due:
            lapses.append(Lapse(due, after, by_client))
    return lapses, _due(journey, acts[-1][0], patience)


def _acts(journey: Journey, touches: Sequence[Touch], worked: datetime) -> list[tuple[datetime, bool]]:
    """Everything that happened since the work began, with whether the client did it."""
    acts = [(worked, False), *((act, False) for act in _own_acts(journey))]
    acts += [(touch.at, touch.direction != OUT) for touch in touches if touch.is_reach or touch.direction == OUT]
    if journey.sale:
        acts += [(move.at, False) for move in journey.sale.moves]
    return sorted({act for act in acts if act[0] >= worked})


def _due(journey: Journey, act: datetime, patience: timedelta) -> datetime | None:
    if _may_rest(journey, act):
        return None
    covered = [plan.deadline for plan in journey.plans if plan.created_at <= act and not _was_done(plan.done_at, act)]
    return max(act, *covered) + patience if covered else act + patience


def _was_done(done_at: datetime | None, by: datetime) -> bool:
    return done_at is not None and done_at <= by


def _may_rest(journey: Journey, at: datetime) -> bool:
    if journey.sale is None:
        return False
    moves = sorted(journey.sale.moves, key=lambda move: (move.at, move.number))
    place = bisect_right([move.at for move in moves], at)
    return place > 0 and moves[place - 1].kind in (WARM_UP, WON, LOST)
