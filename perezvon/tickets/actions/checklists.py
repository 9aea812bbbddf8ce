"""Checklists of a request: a step is left by hand only when its required items are ticked off."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from perezvon.journey.actions import record_many

from .. import facts
from ..models import ChecklistItem, ChecklistMark, Ticket
from ..stages import BY_KEY
from .errors import Unticked
from .standing import fact

BEFORE_DEAL = tuple(key for key in BY_KEY if BY_KEY[key].rank < BY_KEY["deal"].rank)


def items_before_deal(ticket: Ticket) -> list[ChecklistItem]:
    """Items of all the steps that this request passes before it is a deal, in order; those of its product and source."""
    items = ChecklistItem.objects.filter(is_archived=False, step__in=BEFORE_DEAL).filter(
        Q(product=None) | Q(product=ticket.product_id), Q(source=None) | Q(source=ticket.source_id)
    )
    return sorted(items, key=lambda item: (BY_KEY[item.step].rank, item.order, item.pk))


@transaction.atomic
def tick(ticket: Ticket, item_ids: Iterable[int], *, by: Any, at: datetime) -> list[ChecklistMark]:
    """Tick items off; those that are ticked already, archived or unknown are left alone. A tick stays."""
    known = ChecklistItem.objects.filter(pk__in=list(item_ids), is_archived=False)
    fresh = list(known.exclude(pk__in=ChecklistMark.objects.filter(ticket=ticket).values("item")))
    marks = ChecklistMark.objects.bulk_create(
        [ChecklistMark(ticket=ticket, item=item, by=by, at=at) for item in fresh], ignore_conflicts=True
    )
    record_many(fact(facts.TICKED, ticket, at, by=by, item=item.text) for item in fresh)
    return marks


def require_ticked(ticket: Ticket) -> None:
    """Unticked when a required item of the steps before the deal is open."""
    ticked = set(ChecklistMark.objects.filter(ticket=ticket).values_list("item_id", flat=True))
    missing = [item for item in items_before_deal(ticket) if item.is_required and item.pk not in ticked]
    if missing:
        raise Unticked(missing)
