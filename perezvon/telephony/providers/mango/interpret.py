"""A set of Mango Office events -> the canonical call. Pure; order and duplicates do not matter."""

import heapq
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from perezvon.kit import phones

from ... import canonical as c
from ...canonical import Call, Ending, Head, Rules, Step
from ...stages import Cause
from ..contract import Inferred, Stored, whole
from .codes import cause_of
from .events import Dtmf, LegEvent, MangoEvent, Recording, Side, Summary, Tally
from .tally import summary_of, told_by_rows

T = TypeVar("T")
# Within one second: the menu comes before the queue, the queue before a ring, a ring before the answer.
_RANK = {"ivr": 0, "queue": 2, "abonent": 3, "Disconnected": 4, "Connected": 5, "OnHold": 6}
_DTMF_RANK = 1
_HALF_HOUR = 1800
_SLACK = 900
_INTERNAL, _IN, _OUT = 0, 1, 2


def interpret(key: str, events: Sequence[MangoEvent], rules: Rules) -> Call | None:
    """The call behind ``entry_id``; None while only a recording is known."""
    legs = _once(e for e in events if isinstance(e, LegEvent))
    keys = sorted({e for e in events if isinstance(e, Dtmf)})
    tally = max((e for e in events if isinstance(e, Tally)), default=None)
    summary = summary_of(tally) if tally else max((e for e in events if isinstance(e, Summary)), default=None)
    gone = min((e for e in events if isinstance(e, Inferred)), key=lambda e: (e.at, e.reason), default=None)
    if not (legs or keys or summary):
        return None
    head = _head(legs, keys, summary)
    steps = _steps(legs, keys, head.direction, rules)
    if tally:
        steps = told_by_rows(tally, steps, legs, head.direction, rules)
    if summary:
        steps = _told_by_summary(steps, [*legs, *(tally.rows if tally else ())], summary, head, rules)
    ending = _ending(legs, summary, gone, head.direction, rules, steps)
    if ending and _closed_by_calendar(steps, ending, head, rules):
        steps = [*steps, Step(ending.at, c.CLOSED, cause="inferred")]
    start = _at(summary.created, rules) if summary else steps[0].at
    start = min([start, *(step.at for step in steps[:1])])
    records = sorted({(e.at, e.id) for e in events if isinstance(e, Recording) and e.is_kept})
    kept = " ".join(dict.fromkeys(name for _at, name in records))
    kept = kept or (max((row.record for row in tally.rows), default="") if tally else "")
    return c.build(key, head, steps, ending, rules, started_at=start, record=kept)


def clock_offset(stored: Stored) -> int | None:
    """Seconds by which the account's clock runs ahead of UTC, when this event proves that it does.

    An event cannot come from the future: the vendor's older text says "UTC", the newer one "UTC+3".
    """
    payload = stored.payload if isinstance(stored.payload, dict) else {}
    told = payload.get("timestamp") or payload.get("end_time")
    if told is None:
        return None
    ahead = whole(told) - stored.received_at.timestamp()
    offset = round(ahead / _HALF_HOUR) * _HALF_HOUR
    return offset if ahead > _SLACK and 0 < offset <= 14 * 3600 else None


def _at(second: int, rules: Rules) -> datetime:
    return datetime.fromtimestamp(second - rules.clock_offset, UTC)


def _once(events: Iterable[LegEvent]) -> list[LegEvent]:
    """One event per (leg, seq, state): a repeat may be written differently."""
    found: dict[tuple[str, int, str], LegEvent] = {}
    for event in sorted(events):
        found.setdefault((event.leg, event.seq, event.state), event)
    return list(found.values())


def _head(legs: list[LegEvent], keys: list[Dtmf], summary: Summary | None) -> Head:
    direction = _direction(legs, keys, summary)
    client = [_client(e.caller, e.callee, direction) for e in legs]
    client += [e.number for e in keys if direction == c.IN]
    line = [e.callee.line for e in legs] + [e.line for e in keys]
    if summary:
        client.insert(0, _client(summary.caller, summary.callee, direction))
        line.insert(0, summary.line)
    phone = next(filter(None, map(phones.normalise, client)), "") if direction != c.INTERNAL else ""
    return Head(direction, phone, _line(line))


def _client(caller: Side, callee: Side, direction: str) -> str:
    return callee.number if direction == c.OUT else caller.number


def _line(candidates: list[str]) -> str:
    told = [text for text in candidates if text]
    return next(filter(None, map(phones.normalise, told)), told[0][:20] if told else "")


def _direction(legs: list[LegEvent], keys: list[Dtmf], summary: Summary | None) -> str:
    if summary:
        return {_INTERNAL: c.INTERNAL, _OUT: c.OUT}.get(summary.direction, c.IN)
    if keys or any(e.location in ("ivr", "queue") for e in legs):
        return c.IN
    first = min(legs, key=lambda e: (e.at, e.seq, e.leg))
    if not first.caller.extension:
        return c.IN
    return c.INTERNAL if first.callee.extension else c.OUT


def _steps(legs: list[LegEvent], keys: list[Dtmf], direction: str, rules: Rules) -> list[Step]:
    """Steps in the order of things: by ``seq`` within a leg, by time and place between legs."""
    by_leg: dict[str, list[LegEvent]] = {}
    for event in legs:
        by_leg.setdefault(event.leg, []).append(event)
    ways = [_way(sorted(own, key=lambda e: (e.seq, e)), direction, rules) for own in by_leg.values()]
    pressed = [((e.at, _DTMF_RANK, e.leg, e.seq), _pressed(e, rules)) for e in keys]
    return [step for _order, step in heapq.merge(*ways, pressed, key=lambda pair: pair[0])]


def _way(own: list[LegEvent], direction: str, rules: Rules) -> list[tuple[tuple[int, int, str, int], Step]]:
    """The steps of one leg with keys that never fall, although its clock has whole seconds only."""
    way, at, rank, talked = [], 0, 0, False
    for number, event in enumerate(own):
        place = _RANK[event.state if event.state in _RANK else event.location]
        rank = place if event.at > at else max(rank, place)
        at = max(at, event.at)
        step = _step(event, _at(at, rules), direction, talked)
        talked = talked or step.kind == c.ANSWERED
        way.append(((at, rank, event.leg, number), step))
    return way


def _step(event: LegEvent, at: datetime, direction: str, talked: bool) -> Step:
    employee = event.caller.extension if direction == c.OUT else event.callee.extension
    leg, place = event.leg, event.location
    if event.state == "Disconnected":
        cause = cause_of(event.reason, incoming=direction == c.IN)
        failed = place == "abonent" and not talked
        return Step(at, c.FAILED if failed else c.LEFT, leg, employee, cause)
    if place == "ivr":
        return Step(at, c.IVR, leg)
    if place == "queue":
        return Step(at, c.QUEUED, leg, event.callee.group)
    if event.state == "OnHold":
        return Step(at, c.HELD, leg, employee)
    if event.state == "Connected":
        return Step(at, c.ANSWERED, leg, employee)
    return Step(at, c.RINGING, leg, employee)


def _pressed(event: Dtmf, rules: Rules) -> Step:
    return Step(_at(event.at, rules), c.INPUT, event.leg, f"{event.node}:{event.keys}"[:80])


def _told_by_summary(
    steps: list[Step], legs: Sequence[object], summary: Summary, head: Head, rules: Rules
) -> list[Step]:
    """What only the summary knows: an answer or a way whose leg events never came (trap 1)."""
    employee = summary.caller.extension if head.direction == c.OUT else summary.callee.extension
    if not legs:
        steps = [*_way_of_summary(summary, head, employee, rules), *steps]
        steps.sort(key=lambda step: step.at)
    if summary.talked and not any(step.kind == c.ANSWERED for step in steps):
        answer = Step(_at(summary.talked, rules), c.ANSWERED, "", employee)
        place = next((i for i, step in enumerate(steps) if step.at > answer.at), len(steps))
        steps = [*steps[:place], answer, *steps[place:]]
    return steps


def _way_of_summary(summary: Summary, head: Head, employee: str, rules: Rules) -> list[Step]:
    """The way in a call without leg events; ``forward_time`` is when the menu was left (0 = never)."""
    created, forwarded = _at(summary.created, rules), _at(summary.forwarded, rules)
    if head.direction != c.IN:
        return [Step(created, c.RINGING, "", employee)]
    way = [] if summary.forwarded == summary.created else [Step(created, c.IVR)]
    if not summary.forwarded:
        return way
    if summary.callee.extension:
        return [*way, Step(forwarded, c.RINGING, "", summary.callee.extension)]
    return [*way, Step(forwarded, c.QUEUED, "", summary.callee.group)]


def _ending(
    legs: list[LegEvent],
    summary: Summary | None,
    gone: Inferred | None,
    direction: str,
    rules: Rules,
    steps: list[Step],
) -> Ending | None:
    """The call ends with its summary; without one, when we gave up waiting (inferred)."""
    if summary:
        last = max(_at(summary.ended, rules), *(s.at for s in steps[-1:]), _at(summary.created, rules))
        return Ending(last, cause_of(summary.reason, incoming=direction == c.IN))
    if not gone:
        return None
    left = [e for e in legs if e.state == "Disconnected"]
    if left and len({e.leg for e in left}) == len({e.leg for e in legs}):
        last_leg = max(left, key=lambda e: (e.at, e.seq, e))
        return Ending(steps[-1].at, cause_of(last_leg.reason, incoming=direction == c.IN), observed=False)
    return Ending(max(gone.at, steps[-1].at), Cause.NETWORK_ERROR.value, observed=False)


def _closed_by_calendar(steps: list[Step], ending: Ending, head: Head, rules: Rules) -> bool:
    """The scheme hung up by itself outside working hours, and nobody was ever called (trap 1)."""
    # A menu whose leg events came was really heard: that is no closed door.
    reached = any(s.leg or s.kind in (c.QUEUED, c.RINGING, c.ANSWERED, c.INPUT) for s in steps)
    started = steps[0].at if steps else ending.at
    by_scheme = head.direction == c.IN and ending.cause == Cause.IVR_ENDED and not reached
    return by_scheme and not rules.is_open(head.line, "", started)
