"""A set of Zadarma's events -> the canonical call. Pure; order and duplicates do not matter.

Blind spots of this contract: no queues; the menu is told only where the scenario waits for keys. A call that began,
rang nobody and ended is taken as lost in the menu, outside working hours as off hours; both are marked as inferred.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from perezvon.kit import phones

from ... import canonical as c
from ...canonical import Call, Ending, Head, Rules, Step
from ...stages import Cause
from ..contract import Inferred
from .events import ANSWER, ANSWERED, INTERNAL, IVR, OUT_START, Final, Notice, Recording, ZadarmaEvent

CAUSES = {
    "answered": Cause.NORMAL,
    "busy": Cause.BUSY,
    "cancel": Cause.CALLER_HANGUP,
    "no answer": Cause.NO_ANSWER,
    "failed": Cause.NETWORK_ERROR,
    "call failed": Cause.NETWORK_ERROR,
    "no money": Cause.BILLING,
    "no limit": Cause.BILLING,
    "no day limit": Cause.BILLING,
    "no money, no limit": Cause.BILLING,
    "unallocated number": Cause.INVALID_NUMBER,
    "line limit": Cause.LINES_EXHAUSTED,
}
_Q850 = {"1": Cause.INVALID_NUMBER, "17": Cause.BUSY, "18": Cause.NO_ANSWER, "19": Cause.NO_ANSWER,
         "20": Cause.UNAVAILABLE, "21": Cause.REJECTED, "34": Cause.LINES_EXHAUSTED}  # fmt: skip
_TALKS = frozenset({c.ANSWERED, c.HELD, c.UNHELD})
_LATE = timedelta(hours=1)


def interpret(key: str, events: Sequence[ZadarmaEvent], rules: Rules) -> Call | None:
    """The call behind ``pbx_call_id``; None while only a recording is known."""
    notices = sorted({e for e in events if isinstance(e, Notice)}, key=lambda e: e.order)
    finals = [e for e in events if isinstance(e, Final)]
    final = max(finals, key=lambda e: e.order, default=None)
    gone = min((e for e in events if isinstance(e, Inferred)), key=lambda e: (e.at, e.reason), default=None)
    if not (notices or final):
        return None
    head = _head(notices, final, finals)
    start = _start(notices, final, rules)
    steps = [step for notice in notices for step in _steps(notice)]
    if final and not steps:
        steps = [Step(max(at, start), c.RINGING, inner, inner) for at, inner in final.rung]
    ending = _ending(final, gone, steps, start)
    if final and ending:
        steps = _settled(steps, final, ending, start)
    if ending and head.direction == c.IN:
        steps = _inferred(steps, head, ending, start, rules)
    record = max([e.id for e in events if isinstance(e, Recording)] + [e.record for e in finals], default="")
    talk = final.seconds if final and _talked(final, steps) else None
    return c.build(key, head, steps, ending, rules, started_at=start, talk_seconds=talk, record=record)


def _head(notices: list[Notice], final: Final | None, finals: list[Final]) -> Head:
    told = sorted(finals, key=lambda e: e.order, reverse=True)
    everybody: list[Final | Notice] = [*told, *notices]
    outward = final.outward if final else any(notice.event == OUT_START for notice in notices)
    phone = next(filter(None, (phones.normalise(one.client) for one in everybody)), "")
    lines = [one.line for one in everybody if one.line]
    line = next(filter(None, map(phones.normalise, lines)), lines[0][:20] if lines else "")
    inside = not phone and any(one.client for one in everybody)
    if inside and all(one.client.isdigit() and len(one.client) <= 6 for one in everybody if one.client):
        return Head(c.INTERNAL)
    return Head(c.OUT if outward else c.IN, phone, line)


def _start(notices: list[Notice], final: Final | None, rules: Rules) -> datetime:
    """When we first heard of the call; when only its end was told, the moment that the end names."""
    if notices:
        return notices[0].at
    assert final is not None
    if final.began is None:
        return final.at - timedelta(seconds=final.seconds)
    told = final.began.replace(tzinfo=UTC) if final.from_statistics else rules.moment(final.began)
    latest = final.at - timedelta(seconds=final.seconds)
    return told if latest - _LATE <= told <= latest else latest  # the zone is set wrong: our clock is nearer


def _steps(notice: Notice) -> list[Step]:
    if notice.event == IVR:
        heard = [Step(notice.at, c.IVR, what=notice.node)]
        if notice.keys:
            return [*heard, Step(notice.at, c.INPUT, what=f"{notice.node}:{notice.keys}"[:80])]
        return [*heard, Step(notice.at, c.NO_CHOICE, what=notice.node)] if notice.nothing_chosen else heard
    kind = {ANSWER: c.ANSWERED, INTERNAL: c.RINGING, OUT_START: c.RINGING}.get(notice.event)
    return [Step(notice.at, kind, notice.employee, notice.employee)] if kind else []


def _talked(final: Final, steps: list[Step]) -> bool:
    """Somebody of ours talked: "answered" alone may be the menu that picked up."""
    if final.disposition != ANSWERED:
        return False
    told = any(step.kind == c.ANSWERED for step in steps)
    return told or (final.seconds > 0 and (final.outward or bool(final.employee)))


def _ending(final: Final | None, gone: Inferred | None, steps: list[Step], start: datetime) -> Ending | None:
    last = max([start, *(step.at for step in steps)])
    if final:
        cause = CAUSES.get(final.disposition, Cause.NETWORK_ERROR)
        if cause == Cause.NETWORK_ERROR:
            cause = _Q850.get(final.code, cause)
        if final.disposition == ANSWERED and not _talked(final, steps):
            cause = Cause.CALLER_HANGUP
        return Ending(max(final.at, last), cause.value)
    return Ending(max(gone.at, last), Cause.NETWORK_ERROR.value, observed=False) if gone else None


def _settled(steps: list[Step], final: Final, ending: Ending, start: datetime) -> list[Step]:
    """What the end knows better: an answer that was not told, or a talk that there was not."""
    if not _talked(final, steps):
        return [step for step in steps if step.kind not in _TALKS] if final.from_statistics else steps
    if any(step.kind == c.ANSWERED for step in steps):
        return steps
    at = max(ending.at - timedelta(seconds=final.seconds), start)
    before = [step for step in steps if step.at <= at]
    leg = final.employee or next((step.leg for step in reversed(before) if step.kind == c.RINGING), "")
    return [*before, Step(at, c.ANSWERED, leg, leg), *(step for step in steps if step.at > at)]


def _inferred(steps: list[Step], head: Head, ending: Ending, start: datetime, rules: Rules) -> list[Step]:
    """Where a call that reached nobody was lost, as far as the calendar tells."""
    if not ending.observed or steps or ending.cause not in (Cause.CALLER_HANGUP, Cause.NO_ANSWER, Cause.NORMAL):
        return steps
    kind = c.IVR if rules.is_open(head.line, head.group, start) else c.CLOSED
    return [Step(start, kind, cause="inferred")]
