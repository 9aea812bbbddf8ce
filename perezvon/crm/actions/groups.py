"""One task for many people: everybody has a copy; of those for whoever is first the others' copies go away."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from perezvon.journey.actions import record_many
from perezvon.staff.models import User

from .. import facts
from ..models import Task, TaskGroup
from .errors import Taken
from .tasks import NewTask, cancel_task, fact_of, set_tasks


@transaction.atomic
def set_group(new: NewTask, people: Sequence[User], *, mode: str, at: datetime) -> list[Task]:
    """Set the same task to these people; their copies. ValueError for nobody or an unknown mode."""
    if not people:
        raise ValueError("a task for nobody")
    group = TaskGroup.objects.create(
        mode=TaskGroup.Mode(mode).value, title=new.title[:200], people=len(people), created_at=at,
        created_by_id=new.by_id,
    )  # fmt: skip
    return set_tasks(
        [replace(new, responsible_id=one.pk, department_id=one.department_id, group_id=group.pk) for one in people], at
    )


@transaction.atomic
def take_task(task: Task, *, by: Any, at: datetime) -> Task:
    """Take a task for whoever is first; the others' copies go away. Taken when somebody was faster."""
    claim(task, by.pk, at=at)
    return task


def claim(task: Task, by_id: int | None, *, at: datetime) -> None:
    """Let a copy be the only one left, when its task is for whoever is first. Part of a bigger action. Taken."""
    if not task.group_id:
        return
    group = TaskGroup.objects.select_for_update().get(pk=task.group_id)
    if group.mode != TaskGroup.Mode.FIRST:
        return
    if not Task.objects.filter(pk=task.pk).exists():
        raise Taken
    if group.taken_at:
        return  # the only copy left: it may have been handed over since
    group.taken_at, group.taken_by_id = at, by_id
    group.save(update_fields=["taken_at", "taken_by"])
    record_many([fact_of(facts.TASK_TAKEN, task, by_id, at)])
    for other in Task.objects.open().filter(group=group).exclude(pk=task.pk).order_by("pk"):
        cancel_task(other, by=by_id, at=at)
