"""Gathering everything known of many journeys with a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from perezvon.billing.models import Payment
from perezvon.crm.models import Deal, DealOutcome, Note, Person, StageTransition, Task

from .journey import Journey, Move, Plan, Sale, Touch
from .models import Contact, Ticket

LOST_CALL, ESCALATED = "lost_call", "escalated"
MANUAL = "manual"
_TOUCH = (
    "kind", "direction", "at", "ended_at", "answered_at", "stage", "cause", "seconds", "observed", "by_id",
)  # fmt: skip
_TASK = ("pk", "ticket_id", "deal_id", "origin", "created_at", "deadline", "done_at", "created_by_id", "done_by_id")


@dataclass(slots=True)
class TaskRow:
    """A task of a journey, done or not."""

    pk: int
    origin: str
    plan: Plan

    @property
    def is_open(self) -> bool:
        return self.plan.done_at is None


@dataclass(slots=True)
class Known:
    """A journey with what its request needs besides the standing."""

    journey: Journey
    tasks: list[TaskRow] = field(default_factory=list)
    deal: Deal | None = None
    person: Person | None = None

    @property
    def callbacks(self) -> list[TaskRow]:
        """Open tasks to call back a lost call."""
        return [task for task in self.tasks if task.is_open and task.origin in (LOST_CALL, ESCALATED)]

    @property
    def next_task(self) -> TaskRow | None:
        """The open task with the nearest deadline."""
        waiting = [task for task in self.tasks if task.is_open]
        return min(waiting, key=lambda task: (task.plan.deadline, task.pk), default=None)

    @property
    def talker_id(self) -> int | None:
        """Who of ours talked to the client first."""
        talks = [touch for touch in self.journey.touches if touch.is_talk and touch.by_id]
        return min(talks, key=lambda touch: touch.order).by_id if talks else None

    def with_tasks(self, tasks: list[TaskRow]) -> "Known":
        """The same with other tasks."""
        plans = tuple(task.plan for task in tasks)
        return replace(self, tasks=tasks, journey=replace(self.journey, plans=plans))


def gather(tickets: Sequence[Ticket]) -> dict[int, Known]:
    """What is known of each request's journey, by the request's id."""
    ids = [ticket.pk for ticket in tickets]
    people_ids = {ticket.person_id for ticket in tickets if ticket.person_id}
    deal_ids = {ticket.deal_id for ticket in tickets if ticket.deal_id}
    touches, people = _touches(ids), _people(people_ids)
    tasks, notes = _tasks(ids, deal_ids), _notes(tickets, people_ids, deal_ids)
    deals, sales = _sales(deal_ids)
    wins = _wins(people_ids) if any(deal.status == "won" for deal in deals.values()) else {}
    return {ticket.pk: _known(ticket, touches, people, tasks, notes, deals, sales, wins) for ticket in tickets}


def _known(
    ticket: Ticket,
    touches: dict[int, list[Touch]],
    people: dict[int, Person],
    tasks: dict[tuple[str, int], list[TaskRow]],
    notes: dict[tuple[str, int], list[datetime]],
    deals: dict[int, Deal],
    sales: dict[int, Sale],
    wins: dict[int, list[tuple[datetime, int]]],
) -> Known:
    person = people.get(ticket.person_id or 0)
    own = {task.pk: task for key in _keys("ticket", ticket) for task in tasks.get(key, ())}
    noted = [at for key in _keys("person", ticket) for at in notes.get(key, ()) if at >= ticket.opened_at]
    journey = Journey(
        opened_at=ticket.opened_at,
        touches=tuple(touches.get(ticket.pk, ())),
        entered_at=person.entered_at if person else None,
        plans=tuple(task.plan for task in own.values()),
        notes=tuple(noted),
        sale=sales.get(ticket.deal_id or 0),
        out_at=ticket.out_at,
        closed_at=ticket.ended_at,
        repeat_at=_repeat(ticket, wins),
        response_due=ticket.first_response_due,
        worked_from_start=ticket.channel == MANUAL,
    )
    return Known(journey, list(own.values()), deals.get(ticket.deal_id or 0), person)


def _keys(owner: str, ticket: Ticket) -> Iterable[tuple[str, int]]:
    """Under which keys tasks (by the request or the deal) and notes (by the person or the deal) stand."""
    first = ticket.pk if owner == "ticket" else ticket.person_id
    if first:
        yield owner, first
    if ticket.deal_id:
        yield "deal", ticket.deal_id


def _touches(ids: list[int]) -> dict[int, list[Touch]]:
    found: dict[int, list[Touch]] = defaultdict(list)
    for ticket_id, *row in Contact.objects.filter(ticket__in=ids).values_list("ticket_id", *_TOUCH):
        found[ticket_id].append(Touch(*row))
    return found


def _people(ids: set[int]) -> dict[int, Person]:
    columns = ("entered_at", "responsible_id", "department_id", "region", "first_sale_at", "segment")
    return {person.pk: person for person in Person.objects.filter(pk__in=ids).only(*columns)} if ids else {}


def _tasks(ids: list[int], deal_ids: set[int]) -> dict[tuple[str, int], list[TaskRow]]:
    found: dict[tuple[str, int], list[TaskRow]] = defaultdict(list)
    owned = Q(ticket_id__in=ids) | Q(deal__in=deal_ids) if deal_ids else Q(ticket_id__in=ids)
    for pk, ticket_id, deal_id, origin, made, deadline, done, set_by, done_by in Task.objects.filter(owned).values_list(
        *_TASK
    ):
        row = TaskRow(pk, origin, Plan(deadline, made, done, set_by is not None, done_by is not None))
        if ticket_id:
            found["ticket", ticket_id].append(row)
        if deal_id:
            found["deal", deal_id].append(row)
    return found


def _notes(
    tickets: Sequence[Ticket], people_ids: set[int], deal_ids: set[int]
) -> dict[tuple[str, int], list[datetime]]:
    if not people_ids and not deal_ids:
        return {}
    found: dict[tuple[str, int], list[datetime]] = defaultdict(list)
    owned = Q(person__in=people_ids) | Q(deal__in=deal_ids) if deal_ids else Q(person__in=people_ids)
    since = min(ticket.opened_at for ticket in tickets)
    for person_id, deal_id, at in Note.objects.filter(owned, at__gte=since).values_list("person_id", "deal_id", "at"):
        if person_id:
            found["person", person_id].append(at)
        elif deal_id:
            found["deal", deal_id].append(at)
    return found


def _sales(ids: set[int]) -> tuple[dict[int, Deal], dict[int, Sale]]:
    if not ids:
        return {}, {}
    deals = {deal.pk: deal for deal in Deal.objects.filter(pk__in=ids).select_related("stage")}
    moves: dict[int, list[Move]] = defaultdict(list)
    columns = ("deal_id", "at", "to_stage_id", "to_stage__order", "to_stage__kind", "pk")
    for deal_id, *row in StageTransition.objects.filter(deal__in=ids).values_list(*columns):
        moves[deal_id].append(Move(*row))
    payments: dict[int, list[tuple[datetime, Decimal]]] = defaultdict(list)
    for deal_id, at, amount in Payment.objects.filter(deal__in=ids).values_list("deal_id", "at", "amount"):
        payments[deal_id].append((at, amount))
    return deals, {
        pk: Sale(deal.created_at, tuple(moves.get(pk) or [_first(deal)]), deal.amount, tuple(payments.get(pk, ())))
        for pk, deal in deals.items()
    }


def _first(deal: Deal) -> Move:
    """An imported deal may have no moves: it stands where it stands."""
    return Move(deal.created_at, deal.stage_id, deal.stage.order, deal.stage.kind)


def _wins(people_ids: set[int]) -> dict[int, list[tuple[datetime, int]]]:
    rows: Any = DealOutcome.objects.filter(won=True, deal__person__in=people_ids)
    found: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for person_id, at, deal_id in rows.values_list("deal__person_id", "at", "deal_id"):
        found[person_id].append((at, deal_id))
    return found


def _repeat(ticket: Ticket, wins: dict[int, list[tuple[datetime, int]]]) -> datetime | None:
    """When the same client bought again after the sale of this journey."""
    won = sorted(wins.get(ticket.person_id or 0, ()))
    own = next((at for at, deal_id in won if deal_id == ticket.deal_id), None)
    return next((at for at, deal_id in won if own and (at, deal_id) > (own, ticket.deal_id)), None)
