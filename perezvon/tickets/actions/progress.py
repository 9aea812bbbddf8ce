"""What the office does moves the journey on: deals, payments, tasks, notes, entered clients."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from perezvon.journey.models import Fact

from ..assembly import ESCALATED, LOST_CALL
from ..models import Ticket
from .escalation import escalate
from .linking import link_deals
from .standing import restand

_OF_PERSON = ("person.entered", "note.added")


@transaction.atomic
def advance(facts: Sequence[Fact]) -> list[Ticket]:
    """Take a batch of facts of the rooms below in; the requests that changed. May be repeated."""
    facts = [fact for fact in facts if not _is_own(fact)]
    link_deals([fact for fact in facts if fact.kind == "deal.opened" and fact.deal_id])
    tickets = _touched(facts)
    moments = {ticket.pk: _moment(ticket, facts) for ticket in tickets}
    changed = restand(tickets, at=min(moments.values()), moments=moments) if tickets else []
    escalate([fact for fact in facts if fact.kind == "task.overdue" and fact.details.get("origin") == LOST_CALL])
    return changed


def _is_own(fact: Fact) -> bool:
    """What this room has done itself is in the row already."""
    origin = fact.details.get("origin")
    return fact.by_id is None and fact.kind in ("task.set", "task.done") and origin in (LOST_CALL, ESCALATED)


def _touched(facts: Iterable[Fact]) -> list[Ticket]:
    """The requests that facts may move, locked in the order of their ids."""
    ids, deals, people, buyers = set(), set(), set(), set()
    for fact in facts:
        ids |= {fact.ticket_id} if fact.ticket_id else set()
        deals |= {fact.deal_id} if fact.deal_id else set()
        people |= {fact.person_id} if fact.kind in _OF_PERSON and fact.person_id else set()
        buyers |= {fact.person_id} if fact.kind == "deal.won" and fact.person_id else set()
    wanted = Q(pk__in=ids) | Q(deal_id__in=deals)
    if people:
        wanted |= Q(person__in=people, state="open")
    if buyers:
        wanted |= Q(person__in=buyers, won_at__isnull=False)
    if not (ids or deals or people or buyers):
        return []
    rows = Ticket.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(wanted).order_by("pk"))


def _moment(ticket: Ticket, facts: Iterable[Fact]) -> datetime:
    """The last moment that any of the facts tells about the request."""
    keys = (ticket.pk, ticket.deal_id, ticket.person_id)
    own = [fact.at for fact in facts if _speaks_of(fact, *keys)]
    return max(own, default=ticket.changed_at)


def _speaks_of(fact: Fact, ticket_id: int, deal_id: int | None, person_id: int | None) -> bool:
    if fact.ticket_id == ticket_id or (deal_id and fact.deal_id == deal_id):
        return True
    return bool(person_id) and fact.person_id == person_id
