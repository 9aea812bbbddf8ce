"""Tasks: what one person has to do by when; the deal's next action follows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from perezvon.journey.actions import NewFact, cancel_timer, record_many, set_timers
from perezvon.journey.models import Due
from perezvon.staff import reads as staff

from .. import facts
from ..models import Deal, Person, Task
from .errors import AlreadyDone, NextNeeded, ResultNeeded
from .people import touch_people

__all__ = [
    "NewTask", "cancel_task", "complete_task", "finish_task", "hand_task", "move_task", "next_step", "note_overdue", "set_task", "set_tasks", "touch_people",
]  # fmt: skip

OVERDUE = "crm.task_overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """A task about to be set; the fields are the columns of ``Task``, ids of other nouns."""

    kind: str
    title: str
    deadline: datetime
    by_id: int | None = None
    person_id: int | None = None
    company_id: int | None = None
    deal_id: int | None = None
    ticket_id: int | None = None
    call_id: int | None = None
    responsible_id: int | None = None
    department_id: int | None = None
    origin: str = ""
    is_hard: bool = False

    def row(self, at: datetime) -> Task:
        """The row to insert."""
        return Task(
            kind=self.kind, title=self.title[:200], deadline=self.deadline, created_by_id=self.by_id,
            person_id=self.person_id, company_id=self.company_id, deal_id=self.deal_id, ticket_id=self.ticket_id,
            call_id=self.call_id, responsible_id=self.responsible_id, department_id=self.department_id,
            origin=self.origin, is_hard=self.is_hard, created_at=at,
        )  # fmt: skip


def set_task(
    *,
    kind: str,
    title: str,
    deadline: datetime,
    at: datetime,
    by: Any = None,
    person: Person | None = None,
    deal: Deal | None = None,
    ticket_id: int | None = None,
    call_id: int | None = None,
    responsible: Any = None,
    department: Any = None,
    origin: str = "",
    is_hard: bool = False,
) -> Task:
    """Plan one thing to do; the responsible is the deal's or whoever plans it, when nobody is named."""
    responsible = responsible or (deal.responsible if deal else None) or by
    new = NewTask(
        kind=kind, title=title, deadline=deadline, by_id=getattr(by, "pk", None),
        person_id=person.pk if person else deal.person_id if deal else None,
        company_id=deal.company_id if deal else None, deal_id=deal.pk if deal else None,
        ticket_id=ticket_id if ticket_id is not None else deal.ticket_id if deal else None, call_id=call_id,
        responsible_id=getattr(responsible, "pk", None),
        department_id=getattr(department, "pk", None) or getattr(responsible, "department_id", None),
        origin=origin, is_hard=is_hard,
    )  # fmt: skip
    return set_tasks([new], at)[0]


@transaction.atomic
def set_tasks(new: Sequence[NewTask], at: datetime) -> list[Task]:
    """Plan many things with a fixed number of statements; the tasks in the same order."""
    deals = {each.deal_id for each in new if each.deal_id}
    _hold(deals)
    tasks = Task.objects.bulk_create([each.row(at) for each in new])
    keep_next_actions(deals)
    set_timers([Due(kind=OVERDUE, key=str(task.pk), due_at=task.deadline) for task in tasks])
    record_many(_fact(facts.TASK_SET, task, task.created_by_id, at) for task in tasks)
    return tasks


@transaction.atomic
def complete_task(task: Task, *, result: str, by: Any = None, at: datetime) -> Task:
    """Say what came out of a task. ResultNeeded for an empty word, AlreadyDone when somebody was faster."""
    if not result.strip():
        raise ResultNeeded
    _hold({task.deal_id})
    done = {"done_at": at, "done_by_id": getattr(by, "pk", by), "result": result.strip()}
    if not Task.objects.filter(pk=task.pk, done_at=None).update(**done):
        raise AlreadyDone
    for name, value in done.items():
        setattr(task, name, value)
    keep_next_actions({task.deal_id})
    cancel_timer(OVERDUE, task.pk)
    record_many([_fact(facts.TASK_DONE, task, task.done_by_id, at, result=task.result)])
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


@transaction.atomic
def move_task(task: Task, deadline: datetime, *, by: Any = None, at: datetime) -> Task:
    """Put an open task off or forward. AlreadyDone when there is nothing to move."""
    _hold({task.deal_id})
    before = task.deadline
    if not Task.objects.filter(pk=task.pk, done_at=None).update(deadline=deadline):
        raise AlreadyDone
    task.deadline = deadline
    keep_next_actions({task.deal_id})
    set_timers([Due(kind=OVERDUE, key=str(task.pk), due_at=deadline)])
    record_many([_fact(facts.TASK_MOVED, task, getattr(by, "pk", by), at, before=before)])
    return task


@transaction.atomic
def hand_task(task: Task, responsible_id: int | None, *, by: Any = None, at: datetime) -> Task:
    """Give an open task to somebody else; his department comes with him. AlreadyDone when there is nothing to give."""
    who = {"responsible_id": responsible_id, "department_id": staff.department_of(responsible_id)}
    if not Task.objects.filter(pk=task.pk, done_at=None).update(**who):
        raise AlreadyDone
    before = task.responsible_id
    task.responsible_id, task.department_id = who["responsible_id"], who["department_id"]
    record_many([_fact(facts.TASK_HANDED, task, getattr(by, "pk", by), at, before_id=before)])
    return task


@transaction.atomic
def cancel_task(task: Task, *, by: Any = None, at: datetime) -> None:
    """Take an open task back as if it had not been planned; the ledger keeps that it was. AlreadyDone for a done one."""
    _hold({task.deal_id})
    deleted, _rows = Task.objects.filter(pk=task.pk, done_at=None).delete()
    if not deleted:
        raise AlreadyDone
    keep_next_actions({task.deal_id})
    cancel_timer(OVERDUE, task.pk)
    record_many([_fact(facts.TASK_CANCELLED, task, getattr(by, "pk", by), at)])


@transaction.atomic
def note_overdue(ids: Iterable[int], *, at: datetime) -> list[Task]:
    """Record that open tasks are past their deadline; done or moved ones are left out."""
    tasks = list(Task.objects.open().filter(pk__in=list(ids), deadline__lte=at).order_by("pk"))
    record_many(_fact(facts.TASK_OVERDUE, task, None, at) for task in tasks)
    return tasks


def _fact(kind: str, task: Task, by_id: int | None, at: datetime, **more: Any) -> NewFact:
    details = {
        "task": task.pk, "title": task.title, "deadline": task.deadline, "kind": task.kind, "origin": task.origin,
    }  # fmt: skip
    return NewFact(
        kind, at, by_id=by_id, owner_id=task.responsible_id, department_id=task.department_id,
        person_id=task.person_id, company_id=task.company_id, deal_id=task.deal_id, ticket_id=task.ticket_id,
        call_id=task.call_id, details={**details, **more},
    )  # fmt: skip


def _hold(deals: Iterable[int | None]) -> None:
    """Lock the deals first: two tasks set at once must both be seen by whoever counts the next action."""
    ids = sorted(pk for pk in deals if pk)
    if ids:
        list(Deal.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


_NEXT = """
UPDATE crm_deal SET next_action_at = t.deadline, next_action_kind = coalesce(t.kind, ''),
       next_action_title = coalesce(t.title, ''), next_task_id = t.id
  FROM unnest(%s::bigint[]) AS d(id)
  LEFT JOIN LATERAL (
       SELECT id, deadline, kind, title FROM crm_task WHERE deal_id = d.id AND done_at IS NULL
        UNION ALL
       SELECT NULL, until, 'wait', why FROM crm_dealwait WHERE deal_id = d.id AND ended_at IS NULL
        ORDER BY deadline, id LIMIT 1) t ON true
 WHERE crm_deal.id = d.id AND next_task_id IS DISTINCT FROM t.id
    OR crm_deal.id = d.id AND (next_action_at, next_action_kind) IS DISTINCT FROM (t.deadline, coalesce(t.kind, ''))
"""


def keep_next_actions(deals: Iterable[int | None]) -> None:
    """Let each deal say what is planned next: its nearest open task or its waiting. Part of a bigger action."""
    ids = sorted(pk for pk in deals if pk)
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [ids])


def claim_tasks(ticket_id: int, responsible: Any) -> int:
    """Give a request's open tasks that belong to nobody to ``responsible``; how many there were."""
    return Task.objects.filter(ticket_id=ticket_id, responsible=None, done_at=None).update(responsible=responsible)
