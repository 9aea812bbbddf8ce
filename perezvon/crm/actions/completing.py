"""Tasks are done, with a result; what comes next: finishing.py."""

from datetime import datetime
from typing import Any

from django.db import transaction

from perezvon.journey.actions import cancel_timer, record_many

from .. import facts
from ..models import Task, TaskResult
from . import groups, reminders, series
from .errors import AlreadyDone, ResultNeeded
from .tasks import OVERDUE, fact_of, hold_deals, keep_next_actions

__all__ = ["complete_task"]


@transaction.atomic
def complete_task(task: Task, *, result: str, by: Any = None, at: datetime, outcome: TaskResult | None = None) -> Task:
    """Say what came out of a task. ResultNeeded for an empty word, AlreadyDone when somebody was faster.

    A repeating task is there again at once; the copies of a task for whoever is first go away.
    """
    if not result.strip():
        raise ResultNeeded
    hold_deals({task.deal_id})
    groups.claim(task, getattr(by, "pk", by), at=at)
    done = {"done_at": at, "done_by_id": getattr(by, "pk", by), "result": result.strip(), "outcome": outcome}
    if not Task.objects.filter(pk=task.pk, done_at=None).update(**done):
        raise AlreadyDone
    for name, value in done.items():
        setattr(task, name, value)
    if task.series_id:
        series.extend([task.series_id], done=task, at=at)
    keep_next_actions({task.deal_id})
    cancel_timer(OVERDUE, task.pk)
    cancel_timer(reminders.TIMER, *reminders.keys([task.pk]))
    record_many([fact_of(facts.TASK_DONE, task, task.done_by_id, at, result=task.result, outcome=task.outcome_id)])
    return task
