"""What can be asked of requests: queues, rules, promises, filters and views all use this vocabulary."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.crm.fields import products, sources
from perezvon.crm.models import Segment
from perezvon.kit.conditions import Field, Fields, Kind, Relation
from perezvon.kit.conditions.fields import Pair
from perezvon.lists.picking import picked
from perezvon.staff import fields as staff

from .models import ClockKind, Priority, SlaClock, Ticket, TicketQueue
from .stages import Loss

_ORIGIN = pgettext_lazy("fields", "Where from")
_CLIENT = _("Client")
_WORK = pgettext_lazy("fields", "Work")
_WHEN = pgettext_lazy("fields", "When")
CHANNELS = (
    ("call", pgettext_lazy("channel", "call")),
    ("form", pgettext_lazy("channel", "site form")),
    ("manual", pgettext_lazy("channel", "by hand")),
)


def queues() -> list[Pair]:
    """The queues that are in use."""
    return list(TicketQueue.objects.filter(is_archived=False).values_list("pk", "name"))


def _segment(ticket: Any) -> str | None:
    return ticket.person.segment if ticket.person_id and ticket.person else None


def _name(ticket: Any) -> str | None:
    return ticket.person.name if ticket.person_id and ticket.person else None


def _is(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())


PROMISE: Fields = Fields(
    "promise",
    Field("kind", Kind.CHOICE, _("which promise"), choices=ClockKind.choices),
    Field("broken", Kind.FLAG, _("The promise was not kept"), path=_is(Q(breached_at__isnull=False)),
          value=lambda one: one.breached_at is not None),
    Field("started", Kind.MOMENT, _("Promised at"), path="started_at"),
)  # fmt: skip
TICKET: Fields = Fields(
    "ticket",
    Field("channel", Kind.CHOICE, _("How it came"), choices=CHANNELS, group=_ORIGIN),
    Field("source", Kind.CHOICE, _("Source"), path="source_id", choices=sources, ids=True, group=_ORIGIN),
    Field("line", Kind.TEXT, _("Dialled number"), group=_ORIGIN),
    Field("product", Kind.CHOICE, _("Product"), path="product_id", choices=products, ids=True, group=_ORIGIN),
    Field("client", Kind.TEXT, _("Name of the client"), path="person__name", value=_name, group=_CLIENT),
    Field("region", Kind.TEXT, _("Region"), group=_CLIENT),
    Field("new_client", Kind.FLAG, _("New client"), path="is_new", group=_CLIENT),
    Field("segment", Kind.CHOICE, _("Segment of the client"), path="person__segment", value=_segment,
          choices=Segment.choices, group=_CLIENT),
    staff.department("department", _("Department"), "department_id", _WORK),
    staff.person("responsible", _("Responsible"), "responsible_id", _WORK),
    Field("queue", Kind.CHOICE, _("Queue"), path="queue_id", choices=queues, ids=True, group=_WORK),
    Field("priority", Kind.CHOICE, _("Priority"), choices=Priority.choices, group=_WORK),
    Field("state", Kind.CHOICE, pgettext_lazy("request", "State"), choices=Ticket.State.choices, group=_WORK),
    Field("loss", Kind.CHOICE, _("Lost at"), choices=Loss.choices, group=_WORK),
    Field("merged", Kind.FLAG, _("Merged into another request"), path=_is(Q(merged_into__isnull=False)),
          value=lambda one: one.merged_into_id is not None, group=_WORK),
    Relation(
        "promises", _("Promises of time"), lambda: PROMISE, lambda: SlaClock.objects.filter(ticket=OuterRef("pk")),
        lambda one: SlaClock.objects.filter(ticket=one),
    ),
    Field("opened", Kind.MOMENT, pgettext_lazy("request", "Opened"), path="opened_at", group=_WHEN),
    Field("due", Kind.MOMENT, _("Promised by"), path="due_at", group=_WHEN),
    picked("tickets"),
    Field("answered", Kind.MOMENT, _("First answer"), path="first_response_at", group=_WHEN),
    Field("contact", Kind.MOMENT, _("Last contact"), path="last_contact_at", group=_WHEN),
    Field("next_step", Kind.MOMENT, _("Next step"), path="deadline", group=_WHEN),
)  # fmt: skip
