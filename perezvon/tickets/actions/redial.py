"""Clients who do not answer are called again by the company's rule, and at last become the head's business."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, ngettext

from perezvon.crm import reads as crm
from perezvon.crm.actions import NewTask, complete_task, move_task, set_tasks
from perezvon.crm.actions.errors import AlreadyDone
from perezvon.crm.models import Task, TaskKind
from perezvon.journey.actions import record
from perezvon.kit import phones
from perezvon.staff import reads as staff

from .. import facts
from ..assembly import ESCALATED, LOST_CALL, Known, TaskRow
from ..journey import Plan
from ..lost_calls import Lost
from ..models import RedialPolicy, Ticket
from ..redial import PAUSES, Policy
from .lost_calls import LossBook

SECONDS = 5.0
_kept: list[tuple[float, dict[int | None, Policy]]] = []


def policies() -> dict[int | None, Policy]:
    """The policy of every department that has its own, and of the rest (None); remembered for ``SECONDS``."""
    if not _kept or monotonic() >= _kept[0][0]:
        _kept[:] = [(monotonic() + SECONDS, {row.department_id: _policy(row) for row in RedialPolicy.objects.all()})]
    return _kept[0][1]


def forget_policies() -> None:
    """Ask the database at the next question."""
    _kept.clear()


def _policy(row: RedialPolicy) -> Policy:
    pauses = tuple(int(each) for each in row.pauses) or PAUSES
    return Policy(row.attempts, pauses, row.from_time, row.to_time, row.daily)


def policy_of(department_id: int | None) -> Policy:
    """How clients of a department are called again."""
    known = policies()
    return known.get(department_id) or known.get(None) or Policy()


def zone_of(person_id: int | None, region: str = "") -> tzinfo:
    """The clock of the client: of his number, else of his region, else the company's."""
    phone = crm.phone_of(person_id) if person_id else ""
    return ZoneInfo(phones.zone_of(phone, region) or settings.TIME_ZONE)


@transaction.atomic
def save_policy(row: RedialPolicy, *, by: Any, at: datetime) -> RedialPolicy:
    """Add or change a policy; vain calls from now on follow it."""
    row.full_clean()
    row.save()
    record(facts.REDIAL, at=at, by=by, department_id=row.department_id)
    transaction.on_commit(forget_policies)
    return row


def redial(
    tickets: Sequence[Ticket], known: Mapping[int, Known], book: LossBook, times: Mapping[int, datetime]
) -> dict[int, Known]:
    """Put callback tasks off after a vain call, or hand them to the head; what is known of those requests then."""
    changed = {}
    for ticket in tickets:
        lost = book.fresh(ticket.pk)
        tasks = [row for row in known[ticket.pk].callbacks if row.origin == LOST_CALL]
        if lost and tasks:
            rows = _after_vain_call(ticket, lost, tasks, known[ticket.pk], times[ticket.pk])
            changed[ticket.pk] = known[ticket.pk].with_tasks(rows)
    return changed


def _after_vain_call(ticket: Ticket, lost: Lost, tasks: list[TaskRow], known: Known, at: datetime) -> list[TaskRow]:
    policy = policy_of(ticket.department_id)
    head = staff.head_of(ticket.department_id)
    if policy.is_used_up(lost.attempts) and head is not None:
        return _hand_over(ticket, lost, tasks, known, head, at)
    zone = zone_of(ticket.person_id, ticket.region)
    calendar = staff.calendar_of(ticket.department_id)
    due = policy.next_at(lost.attempts, lost.last_try_at or at, calendar, zone)
    moved = {row.pk: _moved(row, due, at) for row in tasks}
    return [moved.get(row.pk, row) for row in known.tasks]


def _moved(row: TaskRow, due: datetime, at: datetime) -> TaskRow:
    task = Task.objects.select_related("deal").get(pk=row.pk)
    try:
        move_task(task, due, at=at)
    except AlreadyDone:  # somebody was faster, which is as good
        return row
    return TaskRow(row.pk, row.origin, Plan(due, row.plan.created_at, None, row.plan.set_by_person))


def _hand_over(
    ticket: Ticket, lost: Lost, tasks: list[TaskRow], known: Known, head: int, at: datetime
) -> list[TaskRow]:
    """The task is done in vain; the head decides what else can be done."""
    with translation.override(settings.LANGUAGE_CODE):
        count = ngettext("%(count)d call, no answer", "%(count)d calls, no answer", lost.attempts)
        result = count % {"count": lost.attempts}
        title = gettext("Does not answer: %(calls)s, request %(number)s") % {"calls": result, "number": ticket.number}
    rows = {row.pk: row for row in known.tasks}
    for row in tasks:
        task = Task.objects.select_related("deal").get(pk=row.pk)
        try:
            complete_task(task, result=result, at=at)
        except AlreadyDone:
            continue
        rows[row.pk] = TaskRow(row.pk, row.origin, Plan(row.plan.deadline, row.plan.created_at, at, False, False))
    if not any(row.is_open and row.origin == ESCALATED for row in rows.values()):
        deadline = staff.calendar_of(ticket.department_id).add(at, 4 * 3600)
        new = NewTask(
            kind=TaskKind.CALLBACK, title=title, deadline=deadline, person_id=ticket.person_id, ticket_id=ticket.pk,
            responsible_id=head, department_id=ticket.department_id, origin=ESCALATED, is_hard=True,
        )  # fmt: skip
        task = set_tasks([new], at)[0]
        rows[task.pk] = TaskRow(task.pk, ESCALATED, Plan(deadline, at, None, False))
    return list(rows.values())
