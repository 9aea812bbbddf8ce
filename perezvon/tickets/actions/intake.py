"""The one intake: every contact of a client joins his open request or opens a new one.

A handful of statements per batch, whatever its size. Two requests for one client cannot be opened
at once: the database's partial unique index decides, and the loser joins the winner.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from perezvon.crm.models import Person
from perezvon.journey.models import Fact

from ..models import Contact, Ticket
from ..rows import insert_tickets, save_contacts
from ..stages import CALL_LOSSES
from .arrivals import Arrival, arrivals_of, describe, people_of
from .settings import patience
from .standing import Origin, restand

_TRIES = 3


@transaction.atomic
def admit(facts: Sequence[Fact]) -> list[Ticket]:
    """Take a batch of facts about calls and forms in; the requests that changed. May be repeated."""
    changed: list[Ticket] = []
    for arrivals in _waves(arrivals_of(facts)):
        desk = _Desk(arrivals)
        for _try in range(_TRIES):
            if not desk.seat():
                break
        changed += desk.finish()
    return changed


def _waves(arrivals: Sequence[Arrival]) -> list[list[Arrival]]:
    """One wave, except in a long backlog: contacts of one client further apart than the window are not
    judged together, for the first of them may be lost for good by the time of the second.
    """
    window = timedelta(hours=patience().row.window_hours)
    waves: list[list[Arrival]] = []
    first: dict[object, datetime] = {}
    for arrival in arrivals:
        who, at = arrival.person_id or arrival.key, arrival.contact.at
        if not waves or at - first.setdefault(who, at) > window:
            waves.append([])
            first = {who: at}
        waves[-1].append(arrival)
    return waves


class _Desk:
    """The state of one batch: which request every arrival belongs to."""

    def __init__(self, arrivals: Sequence[Arrival]) -> None:
        self.arrivals = arrivals
        self.places: dict[tuple[str, int], Ticket] = {}
        self.tickets: dict[int, Ticket] = {}
        self.by_person: dict[int, list[Ticket]] = defaultdict(list)
        self.origins: dict[int, list[Origin]] = defaultdict(list)
        self.known: dict[tuple[str, int], int] = {}

    def seat(self) -> bool:
        """Find or open requests for the arrivals without one; whether some are still without (a race was lost)."""
        self._find()
        self._close_expired()
        without = [arrival for arrival in self.arrivals if arrival.key not in self.places]
        opening = self._join(without)
        if not opening:
            return False
        made = self._open(opening)
        return len(made) < len(opening)

    def _find(self) -> None:
        """Lock, in the order of ids, the requests of known contacts and those that the others may join."""
        people = {arrival.person_id for arrival in self.arrivals if arrival.person_id}
        joinable = Q(state="open") | Q(state="closed", loss__in=CALL_LOSSES)
        self.known = self._known()
        mine = Q(pk__in=self.known.values())
        rows = Ticket.objects.select_for_update(of=("self",), no_key=True)
        found = rows.filter(mine | (Q(person__in=people) & joinable)) if people else rows.filter(mine)
        self.by_person.clear()
        for ticket in found.order_by("pk"):
            ticket = self.tickets.setdefault(ticket.pk, ticket)
            if ticket.person_id:
                self.by_person[ticket.person_id].append(ticket)
        self.places.update({key: self.tickets[pk] for key, pk in self.known.items() if pk in self.tickets})

    def _known(self) -> dict[tuple[str, int], int]:
        wanted = Q()
        for kind in {arrival.contact.kind for arrival in self.arrivals}:
            ids = [arrival.contact.ref_id for arrival in self.arrivals if arrival.contact.kind == kind]
            wanted |= Q(kind=kind, ref_id__in=ids)
        rows = Contact.objects.filter(wanted).values_list("kind", "ref_id", "ticket_id")
        return {(kind, ref_id): ticket_id for kind, ref_id, ticket_id in rows}

    def _close_expired(self) -> None:
        """A loss whose window is over by the new contact is final, even if the timer has not said so yet."""
        moments: dict[int, datetime] = {}
        for arrival in self.arrivals:
            if arrival.key in self.places or arrival.person_id is None:
                continue
            for ticket in self.by_person[arrival.person_id]:
                if ticket.is_open and ticket.window_until and ticket.window_until <= arrival.contact.at:
                    moments[ticket.pk] = max(arrival.contact.at, moments.get(ticket.pk, arrival.contact.at))
        if moments:
            expired = [self.tickets[pk] for pk in sorted(moments)]
            restand(expired, at=min(moments.values()), moments=moments)

    def _join(self, arrivals: Sequence[Arrival]) -> list[Arrival]:
        """Put arrivals to requests that are there; those that have to open one (the first of each client)."""
        opening: dict[object, Arrival] = {}
        for arrival in arrivals:
            ticket = self._joinable(arrival)
            if ticket is not None:
                self._place(arrival, ticket, opened=False)
            elif arrival.is_inbound:
                opening.setdefault(arrival.person_id or arrival.key, arrival)
        return list(opening.values())

    def _joinable(self, arrival: Arrival) -> Ticket | None:
        """The client's open request; for a call of ours also the one that was lost last."""
        if arrival.person_id is None:
            return None
        tickets = self.by_person[arrival.person_id]
        found = [ticket for ticket in tickets if ticket.is_open]
        if not found and not arrival.is_inbound:
            found = [ticket for ticket in tickets if ticket.opened_at <= arrival.contact.at]
        return max(found, key=lambda ticket: (ticket.channel != "manual", ticket.opened_at, ticket.pk), default=None)

    def _place(self, arrival: Arrival, ticket: Ticket, *, opened: bool) -> None:
        self.places[arrival.key] = ticket
        contact = arrival.contact
        self.origins[ticket.pk].append(Origin(contact.kind, contact.ref_id, contact.at, opened))

    def _open(self, opening: Sequence[Arrival]) -> list[Ticket]:
        describe(opening)
        people, rules = people_of(opening), patience()
        new = [_new(arrival, people.get(arrival.person_id or 0)) for arrival in opening]
        for ticket in new:
            ticket.first_response_due = rules.response_due(ticket.department_id, ticket.opened_at)
        made = insert_tickets(new)
        by_new = {id(ticket): arrival for ticket, arrival in zip(new, opening, strict=True)}
        for ticket in made:
            self.tickets[ticket.pk] = ticket
            if ticket.person_id:
                self.by_person[ticket.person_id].append(ticket)
            self._place(by_new[id(ticket)], ticket, opened=True)
        self._join([arrival for arrival in self.arrivals if arrival.key not in self.places and arrival.person_id])
        return made

    def finish(self) -> list[Ticket]:
        """Write the contacts and bring every request they belong to up to date."""
        moments: dict[int, datetime] = {}
        contacts = []
        for arrival in self.arrivals:
            ticket = self.places.get(arrival.key)
            if ticket is None:
                continue
            arrival.contact.ticket_id = ticket.pk
            contacts.append(arrival.contact)
            moments[ticket.pk] = max(arrival.told_at, arrival.contact.at, moments.get(ticket.pk, arrival.told_at))
        save_contacts(contacts)
        if not moments:
            return []
        touched = [self.tickets[pk] for pk in sorted(moments)]
        return restand(touched, at=min(moments.values()), moments=moments, origins=self.origins)


def _new(arrival: Arrival, person: Person | None) -> Ticket:
    contact = arrival.contact
    return Ticket(
        person_id=arrival.person_id,
        channel=contact.kind,
        line=arrival.line,
        source_id=arrival.source_id or (person.source_id if person else None),
        product_id=arrival.product_id,
        region=person.region if person else "",
        is_new=not (person and person.first_sale_at and person.first_sale_at < contact.at),
        department_id=arrival.department_id or (person.department_id if person else None),
        responsible_id=person.responsible_id if person else None,
        opened_at=contact.at,
        last_contact_at=contact.at,
        changed_at=contact.at,
    )
