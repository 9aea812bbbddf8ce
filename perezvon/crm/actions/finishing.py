"""The end of a task together with what comes next, in one go: another step, waiting, or the end of the deal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from ..models import Deal, LostReason, Task, TaskResult
from .completing import complete_task
from .deals import lose_deal, win_deal
from .errors import CommentNeeded, NextNeeded
from .tasks import NewTask, set_tasks
from .waits import wait


@dataclass(frozen=True, slots=True)
class Wait:
    """The client is to answer: the deal waits until then, for what."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Lose:
    """The deal is lost, for a reason; the comment is what came out of the task."""

    reason: LostReason


@dataclass(frozen=True, slots=True)
class Win:
    """The deal is won for the amount that it has."""


Then = NewTask | Wait | Lose | Win | None


@transaction.atomic
def finish_task(
    task: Task,
    *,
    result: str,
    then: Then,
    by: Any = None,
    at: datetime,
    outcome: TaskResult | None = None,
    comment: str = "",
) -> Task | None:
    """Complete a task and do what comes next; the new task, if that is one.

    ``result`` is all that came out of it; ``comment`` what was said beside the ready ``outcome``. Errors as of
    ``complete_task``; CommentNeeded when the outcome asks for a word; NextNeeded when an open deal would be left with
    nothing planned: it is the person's to say what comes next.
    """
    if outcome is not None and outcome.needs_comment and not comment.strip():
        raise CommentNeeded
    complete_task(task, result=result, outcome=outcome, by=by, at=at)
    made = set_tasks([then], at)[0] if isinstance(then, NewTask) else None
    if task.deal is not None:
        _go_on(task.deal, then, result, by, at)
    if by is not None and task.deal_id and Deal.objects.open().filter(pk=task.deal_id, next_action_at=None).exists():
        raise NextNeeded
    return made


def _go_on(deal: Deal, then: Then, result: str, by: Any, at: datetime) -> None:
    if isinstance(then, Wait):
        wait(deal, then.until, why=then.why, by=by, at=at)
    elif isinstance(then, Lose):
        lose_deal(deal, reason=then.reason, comment=result, by=by, at=at)
    elif isinstance(then, Win):
        win_deal(deal, amount=deal.amount, by=by, at=at)


def next_step(task: Task, *, kind: str, title: str, deadline: datetime, by: Any) -> NewTask:
    """A step after ``task`` with the same client, deal, request and responsible."""
    return NewTask(
        kind=kind, title=title, deadline=deadline, by_id=getattr(by, "pk", None), person_id=task.person_id,
        company_id=task.company_id, deal_id=task.deal_id, ticket_id=task.ticket_id,
        responsible_id=task.responsible_id or getattr(by, "pk", None),
        department_id=task.department_id or getattr(by, "department_id", None), origin="next_step",
    )  # fmt: skip
