"""Changing a request in place, field by field, without overwriting what somebody else has just said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from perezvon.staff.models import User

from .. import facts
from ..models import Ticket, TicketQueue
from .errors import FasterThanYou
from .standing import fact, locked, restand
from .tickets import assign, set_priority, set_queue

PLAIN = frozenset({"source_id", "product_id", "region"})
CHANGEABLE = PLAIN | {"responsible_id", "queue_id", "priority"}


@transaction.atomic
def change_ticket(ticket: Ticket, changes: Mapping[str, Any], *, version: int, by: Any = None, at: datetime) -> Ticket:
    """Save changed columns of the request read at ``version``; each follows the way of its own verb.

    FasterThanYou when it is not the last version; TypeError for a column that is not for changing.
    """
    if unknown := changes.keys() - CHANGEABLE:
        raise TypeError(f"not for changing: {sorted(unknown)}")
    row = locked([ticket.pk])[0]
    if row.version != version:
        raise FasterThanYou
    wanted = {name: value for name, value in changes.items() if getattr(row, name) != value}
    plain = sorted(PLAIN & wanted.keys())
    if plain:
        for name in plain:
            setattr(row, name, wanted[name])
        row.changed_at = max(row.changed_at, at)
        row.save(update_fields=[*plain, "changed_at"])
        restand([row], at=at, told=[fact(facts.EDITED, row, row.changed_at, by=by, fields=plain)])
    if "priority" in wanted:
        set_priority(ticket, wanted["priority"], by=by, at=at)
    if wanted.get("queue_id"):
        set_queue(ticket, TicketQueue.objects.get(pk=wanted["queue_id"]), by=by, at=at)
    if "responsible_id" in wanted:
        pk = wanted["responsible_id"]
        assign(ticket, responsible=User.objects.get(pk=pk) if pk else None, by=by, at=at)
    ticket.refresh_from_db()
    return ticket
