"""Tasks: what one person has to do by when; the deal's next action follows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from perezvon.journey.actions import NewFact, cancel_timer, record_many, set_timers
from perezvon.journey.models import Due
from perezvon.staff import reads as staff

from .. import access, facts
from ..kinds import kind_name
from ..models import Company, Deal, Person, Task, TaskHandover
from ..models.task import LONGEST_SLOT
from . import reminders
from .errors import AlreadyDone, HardDeadline, NotALength
from .people import touch_people

__all__ = [
    "NewTask", "cancel_task", "hand_task", "move_task", "note_overdue", "set_slot", "set_task", "set_tasks", "touch_people",
]  # fmt: skip

OVERDUE = "crm.task_overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """A task about to be set; the fields are the columns of ``Task``, ids of other nouns.

    ``reminders`` are minutes before its time; None = those of its kind.
    """

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
    is_private: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    series_id: int | None = None
    occurrence: datetime | None = None
    group_id: int | None = None
    reminders: tuple[int, ...] | None = None

    def row(self, at: datetime) -> Task:
        """The row to insert."""
        return Task(
            kind=self.kind, title=self.title[:200], deadline=self.deadline, created_by_id=self.by_id,
            person_id=self.person_id, company_id=self.company_id, deal_id=self.deal_id, ticket_id=self.ticket_id,
            call_id=self.call_id, responsible_id=self.responsible_id, department_id=self.department_id,
            origin=self.origin, is_hard=self.is_hard, is_private=self.is_private, starts_at=self.starts_at,
            ends_at=self.ends_at, series_id=self.series_id, occurrence=self.occurrence, group_id=self.group_id,
            created_at=at,
        )  # fmt: skip


def set_task(
    *,
    kind: str,
    title: str,
    deadline: datetime,
    at: datetime,
    by: Any = None,
    person: Person | None = None,
    company: Company | None = None,
    deal: Deal | None = None,
    ticket_id: int | None = None,
    call_id: int | None = None,
    responsible: Any = None,
    department: Any = None,
    origin: str = "",
    **more: Any,
) -> Task:
    """Plan one thing to do; the responsible is the deal's or whoever plans it, when nobody is named.

    ``more`` are other fields of ``NewTask``. NotALength for a slot that ends before it begins.
    """
    check_slot(more.get("starts_at"), more.get("ends_at"))
    responsible = responsible or (deal.responsible if deal else None) or by
    new = NewTask(
        kind=kind, title=title, deadline=deadline, by_id=getattr(by, "pk", None),
        person_id=person.pk if person else deal.person_id if deal else None,
        company_id=company.pk if company else deal.company_id if deal else None, deal_id=deal.pk if deal else None,
        ticket_id=ticket_id if ticket_id is not None else deal.ticket_id if deal else None, call_id=call_id,
        responsible_id=getattr(responsible, "pk", None),
        department_id=getattr(department, "pk", None) or getattr(responsible, "department_id", None),
        origin=origin, **more,
    )  # fmt: skip
    return set_tasks([new], at)[0]


@transaction.atomic
def set_tasks(new: Sequence[NewTask], at: datetime) -> list[Task]:
    """Plan many things with a fixed number of statements; the tasks in the same order."""
    deals = {each.deal_id for each in new if each.deal_id}
    hold_deals(deals)
    tasks = Task.objects.bulk_create([each.row(at) for each in new])
    keep_next_actions(deals)
    overdue = [Due(kind=OVERDUE, key=str(task.pk), due_at=task.deadline) for task in tasks]
    wanted = [(task, one.reminders) for task, one in zip(tasks, new, strict=True)]
    set_timers([*overdue, *reminders.plan(wanted, at)])
    record_many(fact_of(facts.TASK_SET, task, task.created_by_id, at) for task in tasks)
    return tasks


@transaction.atomic
def move_task(task: Task, moment: datetime, *, by: Any = None, at: datetime) -> Task:
    """Put an open task off or forward: its deadline, or with a slot its beginning; the slot keeps its length.

    AlreadyDone when there is nothing to move, HardDeadline when ``by`` may not move it so far.
    """
    if task.starts_at is None or task.ends_at is None:
        return _put(task, {"deadline": moment}, by, at)
    ends = moment + (task.ends_at - task.starts_at)
    return _put(task, {"starts_at": moment, "ends_at": ends, "deadline": _deadline_with(task, ends)}, by, at)


@transaction.atomic
def set_slot(task: Task, starts_at: datetime | None, ends_at: datetime | None, *, by: Any = None, at: datetime) -> Task:
    """Give an open task a time in the calendar, another one, or none (both None); the deadline follows when it must.

    NotALength for a slot that ends before it begins or lasts too long; AlreadyDone, HardDeadline.
    """
    check_slot(starts_at, ends_at)
    slot: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at}
    return _put(task, {**slot, "deadline": _deadline_with(task, ends_at)} if ends_at else slot, by, at)


def check_slot(starts_at: datetime | None, ends_at: datetime | None) -> None:
    """NotALength for what is no slot: one end only, an end before the beginning, more than a week."""
    if starts_at is None and ends_at is None:
        return
    if starts_at is None or ends_at is None or not starts_at < ends_at <= starts_at + LONGEST_SLOT:
        raise NotALength


def _deadline_with(task: Task, ends: datetime) -> datetime:
    """The deadline of a task whose slot ends so: it was the slot's end and goes with it, or it is pushed by it."""
    return ends if task.deadline == task.ends_at else max(task.deadline, ends)


def _put(task: Task, times: dict[str, Any], by: Any, at: datetime) -> Task:
    """Write other times of an open task, with its timers and the next action of its deal."""
    deadline = times.get("deadline", task.deadline)
    if task.is_hard and deadline > task.deadline and not access.may_put_off(by, task):
        raise HardDeadline
    hold_deals({task.deal_id})
    before = task.deadline
    if not Task.objects.filter(pk=task.pk, done_at=None).update(**times):
        raise AlreadyDone
    for name, value in times.items():
        setattr(task, name, value)
    keep_next_actions({task.deal_id})
    set_timers([Due(kind=OVERDUE, key=str(task.pk), due_at=deadline)])
    reminders.move(task, at)
    record_many([fact_of(facts.TASK_MOVED, task, getattr(by, "pk", by), at, before=before)])
    return task


@transaction.atomic
def hand_task(task: Task, responsible_id: int | None, *, why: str = "", by: Any = None, at: datetime) -> Task:
    """Give an open task to somebody else; his department comes with him, and the task remembers who gave it and why.

    AlreadyDone when there is nothing to give.
    """
    who = {"responsible_id": responsible_id, "department_id": staff.department_of(responsible_id)}
    if not Task.objects.filter(pk=task.pk, done_at=None).update(**who):
        raise AlreadyDone
    before = task.responsible_id
    task.responsible_id, task.department_id = who["responsible_id"], who["department_id"]
    TaskHandover.objects.create(
        task=task, giver_id=before, taker_id=responsible_id, why=why.strip(), by_id=getattr(by, "pk", by), at=at
    )
    record_many([fact_of(facts.TASK_HANDED, task, getattr(by, "pk", by), at, before_id=before)])
    return task


@transaction.atomic
def place_task(
    task: Task, starts_at: datetime | None, ends_at: datetime | None, *, taker_id: int | None, by: Any, at: datetime
) -> Task:
    """Put a task where it was dropped in the calendar; in a colleague's column it is his from now on.

    Whoever raises in ``set_slot`` and ``hand_task`` raises here, and then nothing of it is done.
    """
    if taker_id is not None and taker_id != task.responsible_id:
        hand_task(task, taker_id, by=by, at=at)
    return set_slot(task, starts_at, ends_at, by=by, at=at)


@transaction.atomic
def cancel_task(task: Task, *, by: Any = None, at: datetime) -> None:
    """Take an open task back as if it had not been planned; the ledger keeps that it was. AlreadyDone for a done one."""
    hold_deals({task.deal_id})
    pk, timers = task.pk, reminders.keys([task.pk])
    deleted, _rows = Task.objects.filter(pk=task.pk, done_at=None).delete()
    if not deleted:
        raise AlreadyDone
    keep_next_actions({task.deal_id})
    cancel_timer(OVERDUE, pk)
    cancel_timer(reminders.TIMER, *timers)
    record_many([fact_of(facts.TASK_CANCELLED, task, getattr(by, "pk", by), at)])


@transaction.atomic
def note_overdue(ids: Iterable[int], *, at: datetime) -> list[Task]:
    """Record that open tasks are past their deadline; done or moved ones are left out."""
    tasks = list(Task.objects.open().filter(pk__in=list(ids), deadline__lte=at).order_by("pk"))
    record_many(fact_of(facts.TASK_OVERDUE, task, None, at) for task in tasks)
    return tasks


def fact_of(kind: str, task: Task, by_id: int | None, at: datetime, **more: Any) -> NewFact:
    """What the ledger is told of a task; the words of a private one stay private."""
    details = {
        "task": task.pk, "title": kind_name(task.kind) if task.is_private else task.title, "deadline": task.deadline, "kind": task.kind, "origin": task.origin,
    }  # fmt: skip
    return NewFact(
        kind, at, by_id=by_id, owner_id=task.responsible_id, department_id=task.department_id,
        person_id=task.person_id, company_id=task.company_id, deal_id=task.deal_id, ticket_id=task.ticket_id,
        call_id=task.call_id, details={**details, **more},
    )  # fmt: skip


def hold_deals(deals: Iterable[int | None]) -> None:
    """Lock the deals first: two tasks set at once must both be seen by whoever counts the next action."""
    ids = sorted(pk for pk in deals if pk)
    if ids:
        list(Deal.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


_NEXT = """
UPDATE crm_deal SET next_action_at = t.deadline, next_action_kind = coalesce(t.kind, ''),
       next_action_title = coalesce(t.title, ''), next_task_id = t.id
  FROM unnest(%s::bigint[]) AS d(id)
  LEFT JOIN LATERAL (
       SELECT id, deadline, kind, CASE WHEN is_private THEN '' ELSE title END AS title FROM crm_task WHERE deal_id = d.id AND done_at IS NULL
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
