"""What a client was promised and whether it was kept: pure questions about working time with pauses.

A promise is ``seconds`` of working time from its start; while the request waits for the client its clock stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from perezvon.kit.worktime import WorkingTime

from .journey import IN, Journey, Touch
from .standing import responses

FIRST, NEXT, RESOLUTION = "first", "next", "resolution"


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which clocks stand; without an end they stand still."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A promise that began to run, and when it was kept (or nobody needed it any more)."""

    kind: str
    started_at: datetime
    met_at: datetime | None = None


def deadline(
    calendar: WorkingTime, started_at: datetime, seconds: float, pauses: Iterable[Pause] = ()
) -> datetime | None:
    """When ``seconds`` of working time are over; None while a pause keeps it from ever being."""
    cursor, left = started_at, max(0.0, seconds)
    for pause in sorted(pauses, key=lambda each: each.since):
        if pause.until is not None and pause.until <= cursor:
            continue
        before = max(cursor, pause.since)
        worked = calendar.between(cursor, before)
        if worked >= left and calendar.add(cursor, left) <= before:
            break
        left -= worked
        if pause.until is None:
            return None
        cursor = max(cursor, pause.until)
    return calendar.add(cursor, left)


def left(calendar: WorkingTime, deadline_at: datetime, at: datetime) -> int:
    """Working seconds until a deadline; below zero since it passed."""
    return calendar.between(at, deadline_at) if at <= deadline_at else -calendar.between(deadline_at, at)


def spans(journey: Journey, ended_at: datetime | None) -> list[Span]:
    """The promises of a journey in order; ``ended_at`` is when the request was decided (a deal, a closing)."""
    touches = sorted(journey.touches, key=lambda touch: touch.order)
    if journey.worked_from_start:
        return []
    acts = sorted(act for act in responses(journey, touches) if act >= journey.opened_at)
    first = acts[0] if acts else None
    found = [Span(FIRST, journey.opened_at, _earliest(first, ended_at))]
    if first is not None:
        found += _nexts(touches, acts, first, ended_at)
    return [*found, Span(RESOLUTION, journey.opened_at, ended_at)]


def _nexts(
    touches: Sequence[Touch], acts: Sequence[datetime], first: datetime, ended_at: datetime | None
) -> list[Span]:
    """Each time the client came back after our first response and was not talked to: until our next act."""
    found: list[Span] = []
    for touch in touches:
        if touch.direction != IN or touch.is_talk or touch.is_barred or touch.end <= first or touch.ended_at is None:
            continue
        if ended_at is not None and touch.end > ended_at:
            break
        if found and (found[-1].met_at is None or touch.end <= found[-1].met_at):
            continue
        act = next((act for act in acts if act >= touch.end), None)
        found.append(Span(NEXT, touch.end, _earliest(act, ended_at)))
    return found


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
