"""Rows of the statistics -> what the summary of the call would say, and the way of a call whose events never came."""

from collections.abc import Sequence
from datetime import UTC, datetime

from ... import canonical as c
from ...canonical import Rules, Step
from ...stages import Cause
from .codes import cause_of
from .events import LegEvent, Row, Summary, Tally

_INTERNAL, _IN, _OUT = 0, 1, 2
_TALKS = frozenset({c.ANSWERED, c.HELD, c.UNHELD})


def summary_of(tally: Tally) -> Summary:
    """The final account of the call. A menu "answers" too: a talk needs an employee."""
    first, last = tally.rows[0], max(tally.rows, key=lambda row: (row.finish, bool(row.answer), row))
    talks = [row for row in tally.rows if _is_talk(row)]
    talk = min(talks, key=lambda row: row.answer, default=None)
    told = talk or last
    return Summary(
        ended=max(row.finish for row in tally.rows), created=min(row.created or row.start for row in tally.rows),
        forwarded=min((row.start for row in tally.rows if row.location != "ivr"), default=0),
        talked=talk.answer if talk else 0, direction=_direction(first), caller=first.caller, callee=told.callee,
        line=next((row.line for row in tally.rows if row.line), ""), reason=last.reason,
    )  # fmt: skip


def _is_talk(row: Row) -> bool:
    return (
        row.answer > 0 and row.location not in ("ivr", "queue") and bool(row.caller.extension or row.callee.extension)
    )


def _direction(row: Row) -> int:
    if not row.caller.extension:
        return _IN
    return _INTERNAL if row.callee.extension else _OUT


def told_by_rows(tally: Tally, steps: list[Step], legs: Sequence[LegEvent], direction: str, rules: Rules) -> list[Step]:
    """The statistics decide whether there was a talk; the way they tell only where no event of a leg came."""
    if not any(_is_talk(row) for row in tally.rows):
        steps = [step for step in steps if step.kind not in _TALKS]
    if legs:
        return steps
    found = [step for number, row in enumerate(tally.rows) for step in _of_row(row, str(number), direction, rules)]
    return sorted([*steps, *found], key=lambda step: step.at)


def _of_row(row: Row, leg: str, direction: str, rules: Rules) -> list[Step]:
    start, finish = _at(row.start, rules), _at(row.finish, rules)
    if row.location == "ivr":
        return [Step(start, c.IVR, leg)]
    if row.location == "queue":
        return [Step(start, c.QUEUED, leg, row.callee.group)]
    employee = row.caller.extension if direction == c.OUT else row.callee.extension
    if not employee:
        return []
    ring = Step(start, c.RINGING, leg, employee)
    if row.answer:
        return [ring, Step(_at(row.answer, rules), c.ANSWERED, leg, employee)]
    failed = cause_of(row.reason, incoming=direction == c.IN)
    if failed in (Cause.CALLER_HANGUP, Cause.NORMAL):
        failed = Cause.NO_ANSWER.value
    return [ring, Step(finish, c.FAILED, leg, employee, failed)]


def _at(second: int, rules: Rules) -> datetime:
    return datetime.fromtimestamp(second - rules.clock_offset, UTC)
