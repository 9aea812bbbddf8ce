"""A request waits for the client: its clocks stand until he comes back, the time is up, or somebody goes on."""

from datetime import datetime
from typing import Any

from django.db import transaction

from .. import facts
from ..models import Ticket, TicketPause
from .errors import DoesNotWait, NotOpen, ReasonNeeded, TooLate, WaitsAlready
from .promises import LONGEST_PAUSE
from .standing import fact, locked, restand


@transaction.atomic
def pause(ticket: Ticket, *, why: str, until: datetime, by: Any = None, at: datetime) -> TicketPause:
    """Let the clocks stand until ``until`` at most. ReasonNeeded, NotOpen, WaitsAlready, TooLate."""
    row = locked([ticket.pk])[0]
    if not why.strip():
        raise ReasonNeeded
    if not row.is_open:
        raise NotOpen
    if TicketPause.objects.filter(ticket=row, ended_at=None).exists():
        raise WaitsAlready
    if not at < until <= at + LONGEST_PAUSE:
        raise TooLate
    made = TicketPause.objects.create(ticket=row, why=why.strip()[:200], by=by, since=at, until=until)
    told = [fact(facts.PAUSED, row, max(row.changed_at, at), by=by, why=made.why, until=until)]
    restand([row], at=at, told=told)
    ticket.refresh_from_db()
    return made


@transaction.atomic
def resume(ticket: Ticket, *, by: Any = None, at: datetime) -> TicketPause:
    """Go on by hand. DoesNotWait when there is no pause."""
    row = locked([ticket.pk])[0]
    found = TicketPause.objects.filter(ticket=row, ended_at=None).first()
    if found is None:
        raise DoesNotWait
    found.ended_at, found.ended_by, found.ending = max(at, found.since), by, TicketPause.Ending.PERSON
    found.save(update_fields=["ended_at", "ended_by", "ending"])
    told = [fact(facts.RESUMED, row, max(row.changed_at, at), by=by, ending=found.ending)]
    restand([row], at=at, told=told)
    ticket.refresh_from_db()
    return found
