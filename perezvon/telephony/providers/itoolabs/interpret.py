"""A set of crmapi events -> the canonical call. Pure; order and duplicates do not matter.

Blind spots of this contract: no events of the menu and of the queue. A missed call outside working
hours is taken as off hours by our own calendar, a missed one that rang nobody as lost in the menu;
both are marked as inferred.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from perezvon.kit import phones

from ... import canonical as c
from ...canonical import Call, Ending, Head, Rules, Step
from ...stages import Cause
from ..contract import Inferred
from .events import CrmEvent, History, Rating, Ring

_TALKED = "success"
CAUSES = {
    "success": Cause.NORMAL,
    "missed": Cause.NO_ANSWER,
    "cancel": Cause.CALLER_HANGUP,
    "cancelled": Cause.CALLER_HANGUP,
    "canceled": Cause.CALLER_HANGUP,
    "busy": Cause.BUSY,
    "notavailable": Cause.UNAVAILABLE,
    "notallowed": Cause.BARRED,
    "notfound": Cause.INVALID_NUMBER,
    "noanswer": Cause.NO_ANSWER,
}
_WHY = {c.CLOSED: Cause.OFF_HOURS, c.IVR: Cause.CALLER_HANGUP}


def interpret(key: str, events: Sequence[CrmEvent], rules: Rules) -> Call | None:
    """The call behind ``callid``; None while only a rating is known."""
    rings = sorted({e for e in events if isinstance(e, Ring)}, key=lambda e: e.order)
    histories = [e for e in events if isinstance(e, History)]
    history = max(histories, key=lambda e: e.order, default=None)
    gone = min((e for e in events if isinstance(e, Inferred)), key=lambda e: (e.at, e.reason), default=None)
    if not (rings or history):
        return None
    head = _head(rings, history)
    start = min([e.at for e in rings] + ([history.start] if history else []))
    steps = _steps(rings)
    ending = _ending(rings, history, gone, steps, start)
    if history and history.status == _TALKED:
        steps = _with_answer(steps, history, ending)
    elif history and history.from_statistics:
        steps = [step for step in steps if step.kind not in (c.ANSWERED, c.TRANSFERRED)]
    guess = _inferred(steps, rings, history, head, rules) if history and ending else None
    if guess and ending:
        steps, ending = [*steps, guess], replace(ending, cause=_WHY[guess.kind].value)
    return c.build(
        key, head, steps, ending, rules, started_at=start, talk_seconds=_talk(history),
        record=max((one.link for one in histories), default=""), rating=_mark(events),
    )  # fmt: skip


def _talk(history: History | None) -> int | None:
    return history.duration if history and history.status == _TALKED else None


def _mark(events: Sequence[CrmEvent]) -> int | None:
    return max((e.mark for e in events if isinstance(e, Rating)), default=None)


def _head(rings: list[Ring], history: History | None) -> Head:
    told = [e for e in (history, *rings) if e is not None]
    outward = (history.type == "out") if history else any(e.type == "OUTGOING" or e.direction == "out" for e in rings)
    phone = next(filter(None, (phones.normalise(e.phone) for e in told)), "")
    line = next((e.line for e in told if e.line), "")
    inside = not phone and all(e.phone.isdigit() and len(e.phone) <= 6 for e in told if e.phone)
    if inside and any(e.phone for e in told):
        return Head(c.INTERNAL, "", "")
    group = next((e.group for e in told if e.group), "")
    return Head(c.OUT if outward else c.IN, phone, phones.normalise(line) or line[:20], group)


def _steps(rings: list[Ring]) -> list[Step]:
    return [_step(ring) for ring in rings]


def _step(ring: Ring) -> Step:
    at, leg = ring.at, ring.employee
    if ring.type in ("INCOMING", "OUTGOING"):
        return Step(at, c.RINGING, leg, ring.employee)
    if ring.type == "ACCEPTED":
        return Step(at, c.ANSWERED, leg, ring.employee)
    if ring.type == "TRANSFERRED":
        return Step(at, c.TRANSFERRED, leg, ring.employee)
    if ring.type == "CANCELLED":  # nobody took it here, or somebody else of the group did
        return Step(at, c.FAILED, leg, ring.employee, Cause.NO_ANSWER.value)
    return Step(at, c.LEFT, leg, ring.employee, Cause.NORMAL.value)


def _with_answer(steps: list[Step], history: History, ending: Ending | None) -> list[Step]:
    """A talk whose ACCEPTED never came: it lasted ``duration`` seconds before the end."""
    if ending is None or any(step.kind == c.ANSWERED for step in steps):
        return steps
    at = max(ending.at - timedelta(seconds=history.duration), history.start)
    before = [step for step in steps if step.at <= at and step.kind != c.FAILED]
    after = [step for step in steps if step not in before]
    return [*before, Step(at, c.ANSWERED, history.employee, history.employee), *after]


def _ending(
    rings: list[Ring], history: History | None, gone: Inferred | None, steps: list[Step], start: datetime
) -> Ending | None:
    """The call ends with its history; without one, when we gave up waiting (inferred)."""
    if history:
        last = max((e.at for e in rings if e.type in ("COMPLETED", "CANCELLED")), default=None)
        told = history.start + timedelta(seconds=history.duration + max(history.wait, 0))
        end = max(filter(None, (last or told, *(step.at for step in steps[-1:]))))
        return Ending(max(end, start), CAUSES.get(history.status, Cause.NETWORK_ERROR).value)
    if not gone:
        return None
    done = [e.at for e in rings if e.type == "COMPLETED"]
    if done:
        return Ending(max(done[-1], steps[-1].at), Cause.NORMAL.value, observed=False)
    return Ending(max(gone.at, *(s.at for s in steps[-1:]), start), Cause.NETWORK_ERROR.value, observed=False)


def _inferred(steps: list[Step], rings: list[Ring], history: History, head: Head, rules: Rules) -> Step | None:
    """Where a missed call was lost, as far as the calendar and the rings tell."""
    answered = history.status == _TALKED or any(step.kind == c.ANSWERED for step in steps)
    if head.direction != c.IN or answered:
        return None
    at = steps[-1].at if steps else history.start
    if not rules.is_open(head.line, head.group, history.start):
        return Step(at, c.CLOSED, cause="inferred")
    if not rings and CAUSES.get(history.status) in (Cause.NO_ANSWER, Cause.CALLER_HANGUP):
        return Step(at, c.IVR, cause="inferred")
    return None
