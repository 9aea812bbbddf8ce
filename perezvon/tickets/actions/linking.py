"""A deal belongs to one request, so that every sale has a journey from its first contact."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q

from perezvon.crm.actions import link_ticket
from perezvon.crm.models import Deal
from perezvon.journey.actions import record_many
from perezvon.journey.models import Fact

from .. import facts as words
from ..assembly import MANUAL
from ..models import Ticket
from ..rows import insert_tickets
from ..stages import CALL_LOSSES
from .standing import fact as fact_of

LOOK_BACK = timedelta(days=30)


def link_deals(opened: Sequence[Fact]) -> list[Ticket]:
    """Tie deals opened by hand to requests; the requests. A deal that has one is left alone.

    The client's open request without a deal, else one lost at the exchange in the last 30 days
    (he was sold to all the same), else a new one of the channel "manual".
    """
    linked = set(Ticket.objects.filter(deal_id__in=[fact.deal_id for fact in opened]).values_list("deal_id", flat=True))
    waiting = [fact for fact in opened if fact.deal_id not in linked]
    if not waiting:
        return []
    free = _free(waiting)
    deals = Deal.objects.in_bulk([fact.deal_id for fact in waiting])
    tickets = []
    for fact in waiting:
        deal = deals.get(fact.deal_id)
        if deal is not None:
            tickets.append(_tie(fact, deal, _choice(fact, free)))
    record_many(fact_of(words.DEAL, ticket, ticket.changed_at, number=ticket.number) for ticket in tickets)
    return tickets


def _free(opened: Sequence[Fact]) -> dict[int | None, list[Ticket]]:
    """Locked requests without a deal, of the clients and those named by the deals."""
    people = [fact.person_id for fact in opened if fact.person_id]
    named = [fact.ticket_id for fact in opened if fact.ticket_id]
    kinds = Q(state="open") | Q(state="closed", loss__in=CALL_LOSSES)
    rows = Ticket.objects.select_for_update(of=("self",), no_key=True).filter(deal_id=None)
    found: dict[int | None, list[Ticket]] = defaultdict(list)
    for ticket in rows.filter((Q(person__in=people) & kinds) | Q(pk__in=named)).order_by("pk"):
        found[ticket.person_id].append(ticket)
    return found


def _choice(fact: Fact, free: dict[int | None, list[Ticket]]) -> Ticket | None:
    tickets = [ticket for ticket in free.get(fact.person_id, ()) if ticket.deal_id is None]
    named = [ticket for ticket in tickets if ticket.pk == fact.ticket_id]
    recent = [ticket for ticket in tickets if ticket.is_open or ticket.last_contact_at >= fact.at - LOOK_BACK]
    if fact.person_id is None:
        recent = []
    return max(named or recent, key=lambda ticket: (ticket.is_open, ticket.opened_at, ticket.pk), default=None)


def _tie(fact: Fact, deal: Deal, ticket: Ticket | None) -> Ticket:
    if ticket is None:
        ticket = insert_tickets([_by_hand(fact, deal)])[0]
        record_many([fact_of(words.OPENED, ticket, fact.at, by=fact.by_id, number=ticket.number, contact=MANUAL)])
    else:
        ticket.deal_id = deal.pk
        ticket.changed_at = max(fact.at, ticket.changed_at)
        ticket.save(update_fields=["deal_id", "changed_at"])
    link_ticket(deal, ticket.pk)
    return ticket


def _by_hand(fact: Fact, deal: Deal) -> Ticket:
    person = deal.person
    first_sale = person.first_sale_at if person else None
    return Ticket(
        person=person, channel=MANUAL, source_id=deal.source_id, product_id=deal.product_id,
        region=person.region if person else "", is_new=not (first_sale and first_sale < fact.at),
        department_id=deal.department_id, responsible_id=deal.responsible_id, deal_id=deal.pk,
        opened_at=fact.at, last_contact_at=fact.at, changed_at=fact.at,
    )  # fmt: skip
