"""When a client did not get through, and what came of it: a pure function of what is known of his journey.

The rules are those of the standing (``standing.py``): he is reached by a talk in either direction or by a form of his
own within the window, or a deal is opened with him. What is lost after he has been reached once is a loss anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .journey import IN, OUT, Journey, Limits, Touch

WAITING, RECOVERED, GONE, DROPPED = "waiting", "recovered", "gone", "dropped"
BY_US, BY_CLIENT, SOLD = "by_us", "by_client", "sold"


@dataclass(slots=True)
class Lost:
    """One time that he did not get through; the fields are the columns of ``models.LostCall``."""

    began_at: datetime
    lost_at: datetime
    last_at: datetime
    stage: str
    is_short: bool
    window_until: datetime
    rings: int = 1
    attempts: int = 0
    first_try_at: datetime | None = None
    last_try_at: datetime | None = None
    state: str = WAITING
    healed_at: datetime | None = None
    recovery: str = ""
    healed_by_id: int | None = None
    seconds: int | None = None
    work_seconds: int | None = None


def lost_calls(journey: Journey, limits: Limits, at: datetime) -> list[Lost]:
    """Every time that the client did not get through until ``at``, in order."""
    found: list[Lost] = []
    for touch in sorted(journey.touches, key=lambda touch: touch.order):
        last = found[-1] if found and found[-1].state == WAITING else None
        if last and touch.at > last.window_until:
            last.state, last = GONE, None
        if touch.is_lost:
            if last:
                last.rings, last.last_at = last.rings + 1, touch.end
            else:
                found.append(_lost(touch, limits))
        elif last and touch.is_reach:
            _heal(last, touch.at, BY_CLIENT if touch.direction == IN else BY_US, touch.by_id, limits)
        elif last and touch.direction == OUT:
            last.attempts += 1
            last.first_try_at = last.first_try_at or touch.at
            last.last_try_at = touch.end
    _end(found, journey, limits, at)
    return found


def _lost(touch: Touch, limits: Limits) -> Lost:
    waited = (touch.end - touch.at).total_seconds()
    is_short = touch.cause == "caller_hangup" and waited < limits.short_seconds
    return Lost(touch.at, touch.end, touch.end, touch.stage, is_short, touch.end + limits.window)


def _heal(lost: Lost, at: datetime, recovery: str, by_id: int | None, limits: Limits) -> None:
    lost.state, lost.healed_at, lost.recovery = RECOVERED, at, recovery
    lost.healed_by_id = by_id if recovery == BY_US else None
    lost.seconds = max(0, int((at - lost.lost_at).total_seconds()))
    lost.work_seconds = limits.calendar.between(lost.lost_at, at)


def _end(found: Sequence[Lost], journey: Journey, limits: Limits, at: datetime) -> None:
    """A deal makes the last loss good whenever it was opened; else it waits, was closed by hand, or is gone."""
    if not found:
        return
    last, sale = found[-1], journey.sale
    if last.state in (WAITING, GONE) and sale and sale.opened_at >= last.began_at:
        won = any(move.kind == "won" for move in sale.moves)
        _heal(last, max(last.lost_at, sale.opened_at), SOLD if won else BY_US, None, limits)
        return
    closed = journey.out_at or journey.closed_at
    if last.state == WAITING and closed and closed < last.window_until:
        last.state = DROPPED
    elif last.state == WAITING and at >= last.window_until:
        last.state = GONE
