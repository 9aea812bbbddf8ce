"""Requests of one client become one, are split and linked. Nothing is deleted: the one that goes points to the kept one.

Contacts from the opening of the kept one on come over; older ones are another journey's history and stay where they
were lost or won (the page shows them together), so that what was lost once is not lost from the figures.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from perezvon.crm.models import Task

from .. import facts
from ..assembly import MANUAL
from ..models import Contact, Handout, Ticket, TicketLink, TicketMerge
from ..rows import insert_tickets
from .errors import ChangedSince, MergedAlready, NothingToSplit, NotOneClient, TwoDeals
from .routing import end_handouts
from .standing import fact, locked, restand


def _two(one: Ticket, other: Ticket) -> tuple[Ticket, Ticket]:
    """Both, locked in the order of ids, in the order they were named."""
    rows = {row.pk: row for row in locked([one.pk, other.pk])}
    return rows[one.pk], rows[other.pk]


def pair(kept: Ticket, gone: Ticket, is_one_deal: bool = False) -> tuple[Ticket, Ticket]:
    """Which one is kept: the one with a deal, else the open one, else as asked. MergedAlready, NotOneClient, TwoDeals.

    ``is_one_deal``: both are about one deal, so they may come from two clients (a family).
    """
    if kept.pk == gone.pk or kept.merged_into_id or gone.merged_into_id:
        raise MergedAlready
    if kept.person_id and gone.person_id and kept.person_id != gone.person_id and not is_one_deal:
        raise NotOneClient
    if kept.deal_id and gone.deal_id:
        raise TwoDeals
    turned = bool(gone.deal_id) or (not kept.deal_id and gone.is_open and not kept.is_open)
    return (gone, kept) if turned else (kept, gone)


@transaction.atomic
def merge(kept: Ticket, gone: Ticket, *, is_one_deal: bool = False, by: Any, at: datetime) -> TicketMerge:
    """Let ``gone`` lead to ``kept``: contacts and open tasks come over. Errors as of ``pair``."""
    stays, goes = pair(*_two(kept, gone), is_one_deal)
    contacts = list(Contact.objects.filter(ticket=goes, at__gte=stays.opened_at).values_list("pk", flat=True))
    tasks = list(Task.objects.open().filter(ticket_id=goes.pk).values_list("pk", flat=True))
    before = {"ended_at": goes.ended_at.isoformat() if goes.ended_at else None, "end_reason": goes.end_reason,
              "ended_by": goes.ended_by_id, "person": stays.person_id}  # fmt: skip
    row = TicketMerge.objects.create(kept=stays, gone=goes, contacts=contacts, tasks=tasks, before=before, by=by, at=at)
    Contact.objects.filter(pk__in=contacts).update(ticket=stays)
    Task.objects.filter(pk__in=tasks).update(ticket_id=stays.pk)
    stays.person_id = stays.person_id or goes.person_id
    stays.save(update_fields=["person"])
    _end(goes, stays, by, at)
    news: dict[str, Any] = {"gone": goes.number, "kept": stays.number}
    moment = max(stays.changed_at, goes.changed_at, at)
    restand(
        [goes, stays],
        at=moment,
        told=[fact(facts.MERGED, stays, moment, by=by, **news), fact(facts.MERGED, goes, moment, by=by, **news)],
    )
    for one in (kept, gone):
        one.refresh_from_db()
    return row


def _end(goes: Ticket, stays: Ticket, by: Any, at: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("merged into %(number)s") % {"number": stays.number}
    goes.ended_at, goes.end_reason, goes.ended_by = goes.ended_at or at, reason, by
    goes.state, goes.closed_at, goes.waiting_since = Ticket.State.CLOSED, goes.closed_at or at, None
    goes.merged_into = stays
    goes.save(
        update_fields=["ended_at", "end_reason", "ended_by", "state", "closed_at", "waiting_since", "merged_into"]
    )
    end_handouts(goes.pk, Handout.Outcome.ENDED, at=at)


@transaction.atomic
def undo_merge(row: TicketMerge, *, by: Any, at: datetime) -> TicketMerge:
    """Two requests again: what came over and is still there goes back. MergedAlready when it was undone, ChangedSince."""
    stays, goes = _two(row.kept, row.gone)
    if not TicketMerge.objects.filter(pk=row.pk, undone_at=None).update(undone_at=at, undone_by=by):
        raise MergedAlready
    before = row.before
    is_open_again = before.get("ended_at") is None
    others = Ticket.objects.open().filter(person=goes.person_id).exclude(channel=MANUAL).exclude(pk=stays.pk)
    if is_open_again and goes.person_id and goes.channel != MANUAL and others.exclude(pk=goes.pk).exists():
        raise ChangedSince
    Contact.objects.filter(pk__in=row.contacts, ticket=stays).update(ticket=goes)
    Task.objects.filter(pk__in=row.tasks, ticket_id=stays.pk).update(ticket_id=goes.pk)
    if before.get("person") is None:
        stays.person_id = None
    goes.merged_into = None
    goes.ended_at = datetime.fromisoformat(before["ended_at"]) if before.get("ended_at") else None
    goes.end_reason, goes.ended_by_id = before.get("end_reason", ""), before.get("ended_by")
    goes.save(update_fields=["merged_into", "ended_at", "end_reason", "ended_by"])
    stays.save(update_fields=["person"])
    moment = max(stays.changed_at, goes.changed_at, at)
    news: dict[str, Any] = {"gone": goes.number, "kept": stays.number}
    restand(
        [stays, goes],
        at=moment,
        told=[fact(facts.UNMERGED, stays, moment, by=by, **news), fact(facts.UNMERGED, goes, moment, by=by, **news)],
    )
    row.refresh_from_db()
    return row


@transaction.atomic
def split(ticket: Ticket, contact_ids: Collection[int], *, by: Any, at: datetime) -> Ticket:
    """Take some contacts out into a request of their own, for the same client and responsible. NothingToSplit.

    The new one counts as opened by hand: a client has one open request of his own at a time.
    """
    row = locked([ticket.pk])[0]
    own = set(Contact.objects.filter(ticket=row).values_list("pk", flat=True))
    chosen = own & set(contact_ids)
    if not chosen or chosen == own:
        raise NothingToSplit
    moment = max(row.changed_at, at)
    new = Ticket(
        person_id=row.person_id, channel=MANUAL, line=row.line, source_id=row.source_id, product_id=row.product_id,
        region=row.region, is_new=row.is_new, department_id=row.department_id,
        responsible_id=row.responsible_id or getattr(by, "pk", None), opened_at=moment, last_contact_at=moment, changed_at=moment,
    )  # fmt: skip
    made = insert_tickets([new])[0]
    Contact.objects.filter(pk__in=chosen).update(ticket=made)
    _link(row, made, by, at)
    news: dict[str, Any] = {"made": made.number, "number": row.number}
    told = [fact(facts.SPLIT, row, moment, by=by, **news), fact(facts.SPLIT, made, moment, by=by, **news)]
    restand(locked([row.pk, made.pk]), at=moment, told=told)
    ticket.refresh_from_db()
    made.refresh_from_db()
    return made


def _link(one: Ticket, other: Ticket, by: Any, at: datetime, why: str = "") -> bool:
    first, second = sorted((one, other), key=lambda each: each.pk)
    _row, made = TicketLink.objects.get_or_create(
        one=first, other=second, defaults={"by": by, "at": at, "why": why.strip()[:200]}
    )
    return made


@transaction.atomic
def link(ticket: Ticket, other: Ticket, *, why: str = "", by: Any, at: datetime) -> None:
    """The two belong together. MergedAlready for one and the same."""
    if ticket.pk == other.pk:
        raise MergedAlready
    if _link(ticket, other, by, at, why):
        told = [
            fact(facts.LINKED, ticket, max(ticket.changed_at, at), by=by, other=other.number),
            fact(facts.LINKED, other, max(other.changed_at, at), by=by, other=ticket.number),
        ]
        restand(locked([ticket.pk, other.pk]), at=at, told=told)


@transaction.atomic
def unlink(ticket: Ticket, other: Ticket, *, by: Any, at: datetime) -> None:
    """They have nothing to do with each other."""
    one, two = sorted((ticket.pk, other.pk))
    deleted, _rows = TicketLink.objects.filter(one=one, other=two).delete()
    if deleted:
        told = [
            fact(facts.UNLINKED, ticket, max(ticket.changed_at, at), by=by, other=other.number),
            fact(facts.UNLINKED, other, max(other.changed_at, at), by=by, other=ticket.number),
        ]
        restand(locked([ticket.pk, other.pk]), at=at, told=told)
