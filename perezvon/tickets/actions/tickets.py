"""What people do with a request."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from perezvon.crm import actions as crm_tasks
from perezvon.crm.actions import deals as crm_deals
from perezvon.crm.actions import people as crm_people
from perezvon.crm.models import Deal, Person, Pipeline, Stage, Task
from perezvon.journey.actions import NewFact
from perezvon.staff.models import Department, User

from .. import facts
from ..models import Handout, Priority, Ticket, TicketQueue
from . import merging
from .checklists import require_ticked, tick
from .errors import AlreadyEnded, HasDeal, NobodyToSell, NotYours, ReasonNeeded, SomethingDue
from .routing import end_handouts
from .standing import fact, locked, restand


def _locked(ticket: Ticket) -> Ticket:
    return locked([ticket.pk])[0]


def _save(ticket: Ticket, row: Ticket, names: Iterable[str], told: list[NewFact], at: datetime) -> Ticket:
    """Write what a person decided, judge the request anew, and let the caller's object say the same."""
    names = list(names)
    row.save(update_fields=[*names, "changed_at"])
    restand([row], at=at, told=told)
    ticket.refresh_from_db()
    return ticket


def _moment(row: Ticket, at: datetime) -> datetime:
    row.changed_at = max(row.changed_at, at)
    return row.changed_at


@transaction.atomic
def assign(
    ticket: Ticket, *, responsible: User | None, by: Any = None, at: datetime, department: Department | None = None
) -> Ticket:
    """Give the request and its open tasks without an owner to somebody (None = to the department)."""
    row = _locked(ticket)
    department_id = department.pk if department else getattr(responsible, "department_id", None)
    row.responsible, row.department_id = responsible, department_id or row.department_id
    row.waiting_since = None
    if responsible is not None:  # what waited for anybody in the department is his now
        crm_tasks.claim_tasks(row.pk, responsible)
        _note_by_hand(row, responsible, by, at)
    name = responsible.name if responsible else ""
    told = [fact(facts.ASSIGNED, row, _moment(row, at), by=by, name=name)]
    return _save(ticket, row, ["responsible", "department", "waiting_since"], told, at)


def _note_by_hand(row: Ticket, responsible: User, by: Any, at: datetime) -> None:
    """What the queue gave is over; the log says who gave it by hand, and the rules leave it alone from now on."""
    replaced = Handout.Outcome.REPLACED
    end_handouts(row.pk, replaced, at=at)
    if row.queue_id and by is not None:
        Handout.objects.create(
            ticket=row, queue_id=row.queue_id, rule_name=by.name, user=responsible, at=at, ended_at=at, outcome=replaced
        )


@transaction.atomic
def accept(ticket: Ticket, *, by: User, at: datetime) -> Ticket:
    """Whoever was given the request takes it up. NotYours for anybody else or when it waits for nobody."""
    row = _locked(ticket)
    if row.responsible_id != by.pk or not end_handouts(row.pk, Handout.Outcome.ACCEPTED, at=at):
        raise NotYours
    return _save(ticket, row, [], [fact(facts.ACCEPTED, row, _moment(row, at), by=by)], at)


@transaction.atomic
def set_priority(ticket: Ticket, priority: str, *, by: Any, at: datetime) -> Ticket:
    """How urgent it is; the promise of time follows. ValueError for an unknown word."""
    row = _locked(ticket)
    row.priority = Priority(priority)
    told = [fact(facts.PRIORITY, row, _moment(row, at), by=by, priority=row.priority)]
    return _save(ticket, row, ["priority"], told, at)


@transaction.atomic
def set_queue(ticket: Ticket, queue: TicketQueue, *, by: Any, at: datetime) -> Ticket:
    """Put the request into another queue; when nobody works on it the queue's rules give it out anew."""
    row = _locked(ticket)
    row.queue = queue
    row.department_id = row.department_id or queue.department_id
    if row.responsible_id is None and row.is_open:
        row.waiting_since = row.waiting_since or at
    told = [fact(facts.QUEUED, row, _moment(row, at), by=by, queue=queue.name)]
    return _save(ticket, row, ["queue", "department", "waiting_since"], told, at)


@transaction.atomic
def disqualify(ticket: Ticket, *, reason: str, by: Any = None, at: datetime) -> Ticket:
    """Not a target: the way out, for a reason. ReasonNeeded without one, HasDeal once a deal was made of it."""
    if not reason.strip():
        raise ReasonNeeded
    row = _locked(ticket)
    if row.state == Ticket.State.DISQUALIFIED:
        raise AlreadyEnded
    if row.deal_id:
        raise HasDeal
    row.out_at, row.out_reason, row.out_by = at, reason.strip()[:200], by
    told = [fact(facts.OUT, row, _moment(row, at), by=by, reason=row.out_reason)]
    return _save(ticket, row, ["out_at", "out_reason", "out_by"], told, at)


@transaction.atomic
def close(ticket: Ticket, *, reason: str, by: Any = None, at: datetime) -> Ticket:
    """Nothing is left to do, for a reason. SomethingDue while a task is open or a lost call unanswered."""
    if not reason.strip():
        raise ReasonNeeded
    row = _locked(ticket)
    if not row.is_open:
        raise AlreadyEnded
    if row.deal_id:
        raise HasDeal
    if row.missed_at or Task.objects.open().filter(ticket_id=row.pk).exists():
        raise SomethingDue
    row.ended_at, row.end_reason, row.ended_by = at, reason.strip()[:200], by
    told = [fact(facts.CLOSED, row, _moment(row, at), by=by, reason=row.end_reason)]
    return _save(ticket, row, ["ended_at", "end_reason", "ended_by"], told, at)


@transaction.atomic
def make_deal(
    ticket: Ticket,
    *,
    by: Any = None,
    at: datetime,
    title: str = "",
    amount: Decimal | int = 0,
    pipeline: Pipeline | None = None,
    stage: Stage | None = None,
    responsible: User | None = None,
    ticked: Iterable[int] = (),
) -> Deal:
    """A deal of the request's client with its source, product and responsible, in the department of the latter.

    ``ticked`` are checklist items ticked off in the same go. Unticked when a required one stays open
    (the system itself, ``by=None``, is not asked); HasDeal, NobodyToSell.
    """
    row = _locked(ticket)
    if row.deal_id:
        raise HasDeal
    if row.person is None:
        raise NobodyToSell
    tick(row, ticked, by=by, at=at)
    if by is not None:
        require_ticked(row)
    seller = responsible or row.responsible or by
    deal = crm_deals.open_deal(
        person=row.person, title=title.strip() or default_title(row), by=by, at=at, pipeline=pipeline, stage=stage,
        amount=amount, product=row.product, responsible=seller, ticket_id=row.pk, source_id=row.source_id,
        department=None if getattr(seller, "department_id", None) else row.department,
    )  # fmt: skip
    row.deal_id, row.out_at, row.ended_at = deal.pk, None, None
    if row.state == Ticket.State.DISQUALIFIED:
        row.state = Ticket.State.CLOSED  # the standing opens it again, unless the client has another open request
    told = [fact(facts.DEAL, row, _moment(row, at), by=by, number=row.number)]
    _save(ticket, row, ["deal_id", "out_at", "ended_at", "state"], told, at)
    return deal


@transaction.atomic
def attach(ticket: Ticket, deal: Deal, *, by: Any = None, at: datetime) -> Ticket:
    """The request belongs to a deal that exists already (opened by hand, or of the client's family).

    When another request is the deal's journey, this one is merged into it: a deal has one journey, from the first ring.
    AlreadyEnded for a closed request, HasDeal when it has one.
    """
    journey = Ticket.objects.filter(deal_id=deal.pk).exclude(pk=ticket.pk).first()
    if journey is not None and ticket.is_open and not ticket.deal_id:
        merging.merge(journey, ticket, is_one_deal=True, by=by, at=at)
        return ticket
    row = _locked(ticket)
    if row.deal_id:
        raise HasDeal
    if not row.is_open:
        raise AlreadyEnded
    row.deal_id = deal.pk
    crm_deals.link_ticket(deal, row.pk)
    told = [fact(facts.ATTACHED, row, _moment(row, at), by=by, number=row.number, deal=deal.title)]
    return _save(ticket, row, ["deal_id"], told, at)


def default_title(ticket: Ticket) -> str:
    """What the deal of a request is called when nobody says: the product, else the client, else the number."""
    named = [ticket.product.name if ticket.product else "", ticket.person.name if ticket.person else ""]
    return " — ".join(name for name in named if name) or ticket.number


@transaction.atomic
def plan(
    ticket: Ticket,
    *,
    kind: str,
    title: str,
    deadline: datetime,
    by: Any = None,
    at: datetime,
    responsible: User | None = None,
) -> Task:
    """The next step of the request: a task for its responsible, else for whoever plans it."""
    row = _locked(ticket)
    if row.responsible is None and by is not None:
        row.responsible = by
        row.save(update_fields=["responsible"])
    deal = Deal.objects.filter(pk=row.deal_id).first() if row.deal_id else None
    task = crm_tasks.set_task(
        kind=kind, title=title, deadline=deadline, at=at, by=by, person=row.person, deal=deal, ticket_id=row.pk,
        responsible=responsible or row.responsible, department=row.department, origin="next_step",
    )  # fmt: skip
    restand([row], at=at)
    ticket.refresh_from_db()
    return task


@transaction.atomic
def call_back_done(ticket: Ticket, *, result: str, by: Any, at: datetime) -> Ticket:
    """The client was called back otherwise than through the exchange; the callback tasks are done.

    It is a response, not a proof: the loss is made good only by a call, a form or a deal.
    """
    row = _locked(ticket)
    for task in (
        Task.objects.open().filter(ticket_id=row.pk, origin__in=("lost_call", "escalated")).select_related("deal")
    ):
        crm_tasks.complete_task(task, result=result, by=by, at=at)
    restand([row], at=at)
    ticket.refresh_from_db()
    return ticket


@transaction.atomic
def name_client(ticket: Ticket, *, name: str, phone: str = "", by: Any, at: datetime) -> Person:
    """Say who a hidden number was: a new person is entered and the request is his."""
    row = _locked(ticket)
    if row.person is not None:
        raise AlreadyEnded
    phones = [phone] if phone.strip() else []
    person = crm_people.add_person(name=name, phones=phones, responsible=row.responsible or by, by=by, at=at)
    row.person, row.region = person, person.region
    _moment(row, at)
    _save(ticket, row, ["person", "region"], [fact(facts.CHANGED, row, row.changed_at, by=by)], at)
    return person
