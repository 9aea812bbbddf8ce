"""A lost call that is not called back in time goes to the head of the department."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from perezvon.crm.actions.tasks import NewTask, set_tasks
from perezvon.crm.models import Task, TaskKind
from perezvon.journey.models import Fact
from perezvon.staff import reads as staff

from ..assembly import ESCALATED
from ..models import Ticket
from .settings import patience


def escalate(overdue: Sequence[Fact]) -> list[Task]:
    """Set a second task for the head; the first stays with its owner, who is still to call back.

    Nothing for a request that is answered by now, has been escalated, or has no head above it.
    """
    ids = {fact.ticket_id for fact in overdue if fact.ticket_id}
    if not ids:
        return []
    told = set(Task.objects.open().filter(ticket_id__in=ids, origin=ESCALATED).values_list("ticket_id", flat=True))
    tickets = Ticket.objects.missed().filter(pk__in=ids - told).order_by("pk")
    at = max(fact.at for fact in overdue)
    with translation.override(settings.LANGUAGE_CODE):
        new = [_task(ticket, head, at) for ticket in tickets if (head := _head(ticket))]
    return set_tasks(new, at) if new else []


def _head(ticket: Ticket) -> int | None:
    head = staff.head_of(ticket.department_id)
    return None if head == ticket.responsible_id else head


def _task(ticket: Ticket, head: int, at: datetime) -> NewTask:
    return NewTask(
        kind=TaskKind.CALLBACK,
        title=gettext("Not called back in time: request %(number)s") % {"number": ticket.number},
        deadline=patience().callback_due(ticket.department_id, at),
        person_id=ticket.person_id,
        ticket_id=ticket.pk,
        responsible_id=head,
        department_id=ticket.department_id,
        origin=ESCALATED,
        is_hard=True,
    )
