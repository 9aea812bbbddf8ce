"""What of a request is changed in place: in the list and on its page."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from perezvon.crm import hooks as crm
from perezvon.crm.models import Product
from perezvon.lists.listing import Edit
from perezvon.staff import access as rights
from perezvon.staff import reads as staff

from .models import Priority, Ticket, TicketQueue

Pairs = Sequence[tuple[Any, Any]]


def _choice(key: str, label: Any, column: str, pairs: Callable[[Any, Ticket], Pairs], of_id: bool = True) -> Edit:
    """A choice out of pairs; those of ids may be left empty."""

    def field(user: Any, row: Ticket) -> forms.Field:
        choices = list(pairs(user, row))
        if not of_id:
            return forms.ChoiceField(choices=choices)
        return forms.TypedChoiceField(choices=[("", "—"), *choices], coerce=int, empty_value=None, required=False)

    return Edit(key, label, field, lambda row: getattr(row, column), lambda user, value: {column: value})


def _with(current: int | None, name: str, pairs: Pairs) -> Pairs:
    """Pairs that offer what is chosen now, too."""
    known = {pk for pk, _name in pairs}
    return pairs if current is None or current in known else [(current, name), *pairs]


def _products(user: Any, row: Ticket) -> Pairs:
    pairs = list(Product.objects.filter(is_archived=False).values_list("pk", "name"))
    return _with(row.product_id, row.product.name if row.product else "", pairs)


def _sources(user: Any, row: Ticket) -> Pairs:
    return _with(row.source_id, row.source.name if row.source else "", crm.sources())


def _may_assign(user: Any, row: Ticket) -> bool:
    return rights.allows(user, "ticket", "assign", owner_id=row.responsible_id, department_id=row.department_id)


def _people(user: Any, row: Ticket) -> Pairs:
    """Those whom the right to hand over reaches; without it only who is there now."""
    reach = rights.scope(user, "ticket", "assign") if _may_assign(user, row) else ""
    below = None if reach == "all" else user.department_id
    pairs = [(one.pk, one.name) for one in staff.colleagues(below)] if reach else []
    return _with(row.responsible_id, staff.name_of(row.responsible_id), pairs)


def _queues(user: Any, row: Ticket) -> Pairs:
    pairs = (
        list(TicketQueue.objects.filter(is_archived=False).values_list("pk", "name")) if _may_assign(user, row) else []
    )
    return _with(row.queue_id, row.queue.name if row.queue else "", pairs)


def _region() -> Edit:
    return Edit(
        "region", _("Region"), lambda user, row: forms.CharField(max_length=120, required=False), lambda row: row.region,
        lambda user, value: {"region": value.strip()},
    )  # fmt: skip


EDITS = (
    _choice("source", _("Source"), "source_id", _sources),
    _choice("product", _("Product"), "product_id", _products),
    _region(),
    _choice("responsible", _("Responsible"), "responsible_id", _people),
    _choice("queue", _("Queue"), "queue_id", _queues),
    _choice("priority", _("Priority"), "priority", lambda user, row: Priority.choices, of_id=False),
)
