"""Tasks are done, with a result, and the next step follows."""

from datetime import datetime
from typing import Any

from django.db import transaction

from perezvon.journey.actions import cancel_timer, record_many

from .. import facts
from ..models import Deal, Task
from . import groups, reminders, series
from .errors import AlreadyDone, NextNeeded, ResultNeeded
from .tasks import OVERDUE, NewTask, fact_of, hold_deals, keep_next_actions, set_tasks

__all__ = ["complete_task", "finish_task", "next_step"]


@transaction.atomic
def complete_task(task: Task, *, result: str, by: Any = None, at: datetime) -> Task:
    """Say what came out of a task. ResultNeeded for an empty word, AlreadyDone when somebody was faster.

    A repeating task is there again at once; the copies of a task for whoever is first go away.
    """
    if not result.strip():
        raise ResultNeeded
    hold_deals({task.deal_id})
    groups.claim(task, getattr(by, "pk", by), at=at)
    done = {"done_at": at, "done_by_id": getattr(by, "pk", by), "result": result.strip()}
    if not Task.objects.filter(pk=task.pk, done_at=None).update(**done):
        raise AlreadyDone
    for name, value in done.items():
        setattr(task, name, value)
    if task.series_id:
        series.extend([task.series_id], done=task, at=at)
    keep_next_actions({task.deal_id})
    cancel_timer(OVERDUE, task.pk)
    cancel_timer(reminders.TIMER, *reminders.keys([task.pk]))
    record_many([fact_of(facts.TASK_DONE, task, task.done_by_id, at, result=task.result)])
    return task


@transaction.atomic
def finish_task(task: Task, *, result: str, then: NewTask | None, by: Any = None, at: datetime) -> Task | None:
    """Complete a task and plan the next step in one go; the new task. Errors as of ``complete_task``.

    NextNeeded when an open deal would be left with nothing planned: it is the person's to say what comes next.
    """
    complete_task(task, result=result, by=by, at=at)
    made = set_tasks([then], at)[0] if then else None
    if by is not None and task.deal_id and Deal.objects.open().filter(pk=task.deal_id, next_action_at=None).exists():
        raise NextNeeded
    return made


def next_step(task: Task, *, kind: str, title: str, deadline: datetime, by: Any) -> NewTask:
    """A step after ``task`` with the same client, deal, request and responsible."""
    return NewTask(
        kind=kind, title=title, deadline=deadline, by_id=getattr(by, "pk", None), person_id=task.person_id,
        company_id=task.company_id, deal_id=task.deal_id, ticket_id=task.ticket_id,
        responsible_id=task.responsible_id or getattr(by, "pk", None),
        department_id=task.department_id or getattr(by, "department_id", None), origin="next_step",
    )  # fmt: skip
