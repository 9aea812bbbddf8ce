"""A set of notifications and reports -> the canonical call. Pure; order and duplicates do not matter.

Notifications tell the way in time but not why anything ended; the report tells every leg with its reason. Where there is a
report it decides; until then a lost call is lost where the notifications saw it last, the menu and closed doors inferred.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from perezvon.kit import phones

from ... import canonical as c
from ...canonical import Call, Ending, Head, Rules, Step
from ...stages import EMPLOYEE_CAUSES, Cause
from ..contract import Inferred
from .codes import cause_of
from .events import CALL_END, CALL_OUT, FINAL, LOST, TALK_END, TALK_START, WAITING, Leg, Notice, Report, UisEvent

_UNTAKEN = frozenset({"incorrect_input", "no_operation"})
_Way = list[tuple[datetime, Notice]]


def interpret(key: str, events: Sequence[UisEvent], rules: Rules) -> Call | None:
    """The call behind ``call_session_id``; None while only a recording is known."""
    found = {e for e in events if isinstance(e, Notice)}
    way = sorted(((_at(e, rules), e) for e in found), key=lambda pair: (pair[0], pair[1].order))
    report = max((e for e in events if isinstance(e, Report)), key=lambda e: e.order, default=None)
    gone = min((e for e in events if isinstance(e, Inferred)), key=lambda e: (e.at, e.reason), default=None)
    record = max([e.record for e in found] + ([report.record] if report else []), default="")
    if report:
        return _by_report(key, report, way, rules, record)
    if not any(e.event != "record" for _moment, e in way):
        return None
    return _by_notices(key, way, gone, rules, record)


def _at(notice: Notice, rules: Rules) -> datetime:
    return notice.at if notice.sure else rules.moment(notice.at.replace(tzinfo=None))


def _head(told: Sequence[Notice | Report], way: _Way) -> Head:
    if any(notice.inside for _moment, notice in way):
        return Head(c.INTERNAL)
    outward = next((one.direction == "out" for one in told if one.direction), False)
    phone = next(filter(None, (phones.normalise(one.client) for one in told)), "")
    lines = [one.line for one in told if one.line]
    line = next(filter(None, map(phones.normalise, lines)), lines[0][:20] if lines else "")
    return Head(c.OUT if outward else c.IN, phone, line)


def _by_notices(key: str, way: _Way, gone: Inferred | None, rules: Rules, record: str) -> Call:
    head = _head([notice for _moment, notice in way], way)
    start = way[0][0]
    steps = [step for at, notice in way if (step := _step(at, notice, way))]
    ending = _ending(way, gone, steps, start)
    final = next((notice for _moment, notice in reversed(way) if notice.event == CALL_END), None)
    if final and ending and final.talk and not any(step.kind == c.ANSWERED for step in steps):
        at = max(ending.at - timedelta(seconds=final.talk), start)
        before = [step for step in steps if step.at <= at]
        steps = [*before, Step(at, c.ANSWERED, final.employee, final.employee), *steps[len(before) :]]
    if ending and head.direction == c.IN and ending.observed:
        steps = [*steps, *_guess(way, steps, head, start, rules)]
    talk = final.talk if final and final.talk else None
    return c.build(key, head, steps, ending, rules, started_at=start, talk_seconds=talk, record=record)


def _step(at: datetime, notice: Notice, way: _Way) -> Step | None:
    leg = _leg_of(notice, way)
    if notice.event in (WAITING, CALL_OUT):
        return Step(at, c.RINGING, leg, notice.employee)
    if notice.event == TALK_START:
        return Step(at, c.ANSWERED, leg, notice.employee)
    return Step(at, c.LEFT, leg, notice.employee, Cause.NORMAL.value) if notice.event == TALK_END else None


def _leg_of(notice: Notice, way: _Way) -> str:
    """The leg that rang: a talk names both sides, and which of them is ours tells the notification of the ring."""
    if notice.event in (WAITING, CALL_OUT):
        return notice.legs[0] if notice.legs else notice.employee
    rung = {one.legs[0]: one.employee for _at_, one in way if one.event == WAITING and one.legs}
    ours = [leg for leg in notice.legs if rung.get(leg) == notice.employee]
    return ours[-1] if ours else notice.employee or "".join(notice.legs[-1:])


def _ending(way: _Way, gone: Inferred | None, steps: list[Step], start: datetime) -> Ending | None:
    """The last of "call finished" and "lost call" ends the call; neither says why."""
    ends = [(at, notice) for at, notice in way if notice.event in FINAL]
    last = max([start, *(step.at for step in steps)])
    if ends:
        talked = any(notice.talk for _moment, notice in ends) or any(step.kind == c.ANSWERED for step in steps)
        rung = any(step.kind == c.RINGING for step in steps) or any(notice.rung for _moment, notice in ends)
        cause = Cause.NORMAL if talked else Cause.NO_ANSWER if rung else Cause.CALLER_HANGUP
        return Ending(max(ends[-1][0], last), cause.value)
    return Ending(max(gone.at, last), Cause.NETWORK_ERROR.value, observed=False) if gone else None


def _guess(way: _Way, steps: list[Step], head: Head, start: datetime, rules: Rules) -> list[Step]:
    """Where a lost call that rang nobody was lost, as far as the calendar tells."""
    lost = any(notice.event == LOST for _moment, notice in way) or not steps
    if not lost or steps or any(notice.rung or notice.talk for _moment, notice in way):
        return []
    kind = c.IVR if rules.is_open(head.line, head.group, start) else c.CLOSED
    return [Step(start, kind, cause="inferred")]


def _by_report(key: str, report: Report, way: _Way, rules: Rules, record: str) -> Call:
    head = _head([report, *(notice for _moment, notice in way)], way)
    start = rules.moment(report.began)
    ours = [leg for leg in report.legs if leg.ours]
    steps = sorted((step for leg in ours for step in _of_leg(leg, head, rules)), key=lambda step: step.at)
    if not steps:
        steps = [step for at, notice in way if (step := _step(at, notice, way))]
    end = rules.moment(report.ended) if report.ended else start
    ending = Ending(max([end, start, *(step.at for step in steps)]), _cause(report, ours, steps))
    steps = _answered(steps, report, ending, start)
    if head.direction == c.IN and not any(step.kind == c.ANSWERED for step in steps):
        steps = _lost(steps, report, ours, start)
    talk = report.talk if any(step.kind == c.ANSWERED for step in steps) else None
    return c.build(key, head, steps, ending, rules, started_at=start, talk_seconds=talk, record=record)


def _of_leg(leg: Leg, head: Head, rules: Rules) -> list[Step]:
    """The ring of one employee: when, what came of it."""
    start, cause = rules.moment(leg.at), cause_of(leg.reason)
    end = start + timedelta(seconds=leg.length)
    if leg.reason == "call_enqueued":
        return [Step(start, c.QUEUED, leg.id, leg.group)]
    if leg.answered:
        answered = Step(rules.moment(leg.answered), c.ANSWERED, leg.id, leg.employee)
        left = Step(max(end, answered.at), c.LEFT, leg.id, leg.employee, cause.value)
        return [Step(min(start, answered.at), c.RINGING, leg.id, leg.employee), answered, left]
    if cause == Cause.OFF_HOURS or not leg.employee:
        return []  # nobody was rung
    failed = Cause.NO_ANSWER if cause in (Cause.NORMAL, Cause.CALLER_HANGUP) else cause
    return [Step(start, c.RINGING, leg.id, leg.employee), Step(end, c.FAILED, leg.id, leg.employee, failed.value)]


def _cause(report: Report, ours: list[Leg], steps: list[Step]) -> str:
    """Why the call ended; "everybody is out by schedule" is told only by the legs."""
    cause = cause_of(report.reason)
    if any(step.kind == c.ANSWERED for step in steps) or report.talk:
        return (Cause.NORMAL if cause in EMPLOYEE_CAUSES else cause).value
    if ours and not steps and all(cause_of(leg.reason) == Cause.OFF_HOURS for leg in ours):
        return Cause.OFF_HOURS.value
    return cause.value


def _answered(steps: list[Step], report: Report, ending: Ending, start: datetime) -> list[Step]:
    """The report decides whether anybody talked."""
    told = any(step.kind == c.ANSWERED for step in steps)
    if report.talk and not told:
        at = max(ending.at - timedelta(seconds=report.talk), start)
        before = [step for step in steps if step.at <= at]
        return [*before, Step(at, c.ANSWERED, report.employee, report.employee), *steps[len(before) :]]
    if report.is_lost and told:
        return [step for step in steps if step.kind not in (c.ANSWERED, c.HELD, c.UNHELD)]
    return steps


def _lost(steps: list[Step], report: Report, ours: list[Leg], start: datetime) -> list[Step]:
    """The place of a loss before anybody was rung."""
    if steps or cause_of(report.reason) == Cause.OFF_HOURS:
        return steps
    if report.reason in _UNTAKEN:
        return [Step(start, c.NO_CHOICE)]
    return [Step(start, c.IVR)] if not ours else steps
