"""What programs can do with requests, their contacts and lost calls."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Expansion, Heard, Noun, Order, fact_of, of_listing, register
from perezvon.api.problems import wrong
from perezvon.api.schemas import Amount, Field, Id, In, Line, Moment, Out, Roubles
from perezvon.crm.models import Pipeline, Stage
from perezvon.crm.reads import kind_choices, phones_of
from perezvon.kit import phones
from perezvon.staff.models import User

from ..actions import tickets as actions
from ..actions.checklists import BEFORE_DEAL, tick
from ..forms import AssignForm
from ..listings import TICKETS as LISTING
from ..models import ChecklistItem, Contact, LostCall, Ticket

Why = Annotated[str, Field(min_length=1, max_length=200)]


class ClientOut(Out):
    """Whose request it is."""

    id: int
    name: str
    phone: str = Field(description=_("E.164, or masked for those who may not see numbers."))


class TicketOut(Out):
    """A request: one journey of one client, from the first contact to the repeat sale."""

    id: int
    number: str
    state: Ticket.State
    channel: str
    line: str = Field(description=_("The number that was dialled, E.164."))
    client: ClientOut | None
    person_id: int | None
    source_id: int | None
    source: str = Field(validation_alias="source_name")
    product_id: int | None
    region: str
    is_new: bool = Field(description=_("The client came for the first time."))
    department_id: int | None
    responsible_id: int | None
    responsible: str = Field(validation_alias="responsible_name")
    opened_at: datetime
    last_contact_at: datetime
    first_response_due: datetime | None
    first_response_at: datetime | None
    deadline: datetime | None
    step: str = Field(description=_("The last step passed."))
    loss: str = Field(description=_("The stage it is lost at, L01 to L14; empty = not lost."))
    lost_at: datetime | None
    missed_at: datetime | None = Field(description=_("The client's last call that nobody talked to him after."))
    recovery: str
    recovered_at: datetime | None
    deal_id: int | None
    queue_id: int | None
    priority: str
    due_at: datetime | None = Field(description=_("When the nearest promise is due."))
    paused_at: datetime | None
    amount: Roubles = Field(description=_("The sale in roubles."))
    paid: Roubles
    closed_at: datetime | None
    overdue_since: datetime | None
    changed_at: datetime


class TicketAssignIn(In):
    """To whom."""

    responsible_id: Id


class TicketReasonIn(In):
    """Why."""

    reason: Why


class TicketDealIn(In):
    """The deal; everything has a default. ``ticked`` are items of the checklist ticked off in the same go."""

    title: Line = ""
    amount: Amount = Decimal(0)
    pipeline_id: Id | None = None
    stage_id: Id | None = None
    ticked: list[Id] = Field([], max_length=100)


class TicketPlanIn(In):
    """The next step."""

    kind: Annotated[str, Field(max_length=12, pattern="^[a-z0-9_]+$")]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    deadline: Moment


class ResultIn(In):
    """What came out of calling back otherwise than through the exchange."""

    result: Annotated[str, Field(min_length=1, max_length=500)]


class NameIn(In):
    """Who a hidden number was."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    phone: Annotated[str, Field(max_length=40)] = ""


class TickIn(In):
    """Items of the checklist."""

    item_ids: list[Id] = Field(min_length=1, max_length=100)


def _dress(rows: Sequence[Any], caller: Caller) -> None:
    numbers = phones_of(row.person_id for row in rows if row.person_id)
    for row in rows:
        number = numbers.get(row.person_id or 0, "")
        shown = number if caller.sees_phones else phones.mask(number)
        row.client = ClientOut(id=row.person_id, name=row.person.name, phone=shown) if row.person else None
        row.source_name = row.source.name if row.source else ""
        row.responsible_name = row.responsible.name if row.responsible else ""


TICKETS = of_listing(
    LISTING, "ticket", TicketOut, related=("person", "source", "responsible"), dress=_dress,
    narrow={
        "person": "person_id", "number": "number", "state": "state", "responsible": "responsible_id", "source": "source_id",
        "queue": "queue_id", "deal": "deal_id",
    },
    expand={"person": Expansion("people", "person_id"), "deal": Expansion("deals", "deal_id")},
    heard=Heard(("ticket.",), fact_of("ticket_id")),
)  # fmt: skip


def _colleague(caller: Caller, pk: int) -> User:
    """Whom the page would offer too."""
    offered = AssignForm(user=caller.user).fields["responsible"].queryset  # type: ignore[attr-defined]
    found: User = named(offered, pk, "responsible_id")
    return found


@TICKETS.verb("assign", _("Requests: hand over"), TicketAssignIn, right="assign")
def assign(caller: Caller, ticket: Ticket, body: TicketAssignIn) -> Ticket:
    """Somebody else's work now."""
    return actions.assign(ticket, responsible=_colleague(caller, body.responsible_id), by=caller.user, at=caller.at)


@TICKETS.verb("take", _("Requests: take one myself"))
def take(caller: Caller, ticket: Ticket) -> Ticket:
    """The caller's own work now."""
    return actions.assign(ticket, responsible=caller.user, by=caller.user, at=caller.at)


@TICKETS.verb("close", _("Requests: close, for a reason"), TicketReasonIn, right="close")
def close(caller: Caller, ticket: Ticket, body: TicketReasonIn) -> Ticket:
    """Nothing is left to do."""
    return actions.close(ticket, reason=body.reason, by=caller.user, at=caller.at)


@TICKETS.verb("disqualify", _("Requests: not a target, for a reason"), TicketReasonIn, right="close")
def disqualify(caller: Caller, ticket: Ticket, body: TicketReasonIn) -> Ticket:
    """It leaves the funnel and does not count as a loss."""
    return actions.disqualify(ticket, reason=body.reason, by=caller.user, at=caller.at)


@TICKETS.verb("deal", _("Requests: make a deal"), TicketDealIn, right="edit", tells="deals")
def make_deal(caller: Caller, ticket: Ticket, body: TicketDealIn) -> Any:
    """A deal of the request's client."""
    pipeline = named(Pipeline.objects.filter(is_archived=False), body.pipeline_id, "pipeline_id")
    stages = Stage.objects.filter(is_archived=False, kind__in=("unsorted", "open", "warm_up"))
    stage = named(stages.filter(pipeline=pipeline) if pipeline else stages, body.stage_id, "stage_id")
    return actions.make_deal(
        ticket, title=body.title, amount=body.amount, pipeline=pipeline, stage=stage, ticked=body.ticked,
        by=caller.user, at=caller.at,
    )  # fmt: skip


@TICKETS.verb("plan", _("Requests: plan the next step"), TicketPlanIn, tells="tasks")
def plan(caller: Caller, ticket: Ticket, body: TicketPlanIn) -> Any:
    """A task for its responsible."""
    if body.kind not in dict(kind_choices()):
        raise wrong("body.kind", _now("There is no such kind of task."), "unknown_id")
    return actions.plan(ticket, kind=body.kind, title=body.title, deadline=body.deadline, by=caller.user, at=caller.at)


@TICKETS.verb("called-back", _("Requests: the client was called back, not through the exchange"), ResultIn)
def called_back(caller: Caller, ticket: Ticket, body: ResultIn) -> Ticket:
    """The tasks to call back are done."""
    return actions.call_back_done(ticket, result=body.result, by=caller.user, at=caller.at)


@TICKETS.verb("name-client", _("Requests: say who a hidden number was"), NameIn, tells="people")
def name_client(caller: Caller, ticket: Ticket, body: NameIn) -> Any:
    """A client is entered, and the request is his."""
    return actions.name_client(ticket, name=body.name, phone=body.phone, by=caller.user, at=caller.at)


@TICKETS.verb("tick", _("Requests: tick items of the checklist off"), TickIn)
def tick_off(caller: Caller, ticket: Ticket, body: TickIn) -> Ticket:
    """A tick stays."""
    tick(ticket, body.item_ids, by=caller.user, at=caller.at)
    return ticket


class TicketContactOut(Out):
    """One contact within a request: a call, a form, a message."""

    id: int
    ticket_id: int
    kind: str
    ref_id: int = Field(description=_("The id of the call or of the form's submission."))
    direction: str
    at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    stage: str
    cause: str
    seconds: int
    by_id: int | None


def of_tickets(model: Any) -> Any:
    return lambda user, verb: model.objects.filter(
        ticket__in=Ticket.objects.visible_to(user, verb).order_by().values("pk")
    )


register(Noun(
    "ticket-contacts", "ticket_contact", _("Contacts of requests"), TicketContactOut, of_tickets(Contact), "ticket",
    narrow={"ticket": "ticket_id", "kind": "kind"}, expand={"ticket": Expansion("tickets", "ticket_id")}, is_exported=True,
))  # fmt: skip


class LostCallOut(Out):
    """One time that a client did not get through."""

    id: int
    ticket_id: int
    person_id: int | None
    began_at: datetime
    lost_at: datetime
    last_at: datetime
    stage: str = Field(description=_("Where it was lost, L01 to L08."))
    rings: int
    is_short: bool
    attempts: int
    state: LostCall.State
    window_until: datetime
    healed_at: datetime | None
    recovery: str
    healed_by_id: int | None
    seconds: int | None
    responsible_id: int | None
    department_id: int | None
    source_id: int | None


register(Noun(
    "lost-calls", "lost_call", _("Lost calls"), LostCallOut, lambda user, verb: LostCall.objects.visible_to(user, verb),
    "ticket", orders=(Order("lost", "lost_at"),), narrow={"ticket": "ticket_id", "state": "state", "person": "person_id"},
    expand={"ticket": Expansion("tickets", "ticket_id"), "person": Expansion("people", "person_id")}, is_exported=True,
))  # fmt: skip


class ChecklistItemOut(Out):
    """Something to be ticked off before a deal."""

    id: int
    step: str
    text: str
    order: int
    is_required: bool


def _items(user: Any, verb: str) -> Any:
    return ChecklistItem.objects.filter(is_archived=False, step__in=BEFORE_DEAL)


register(Noun("checklist-items", "checklist_item", _("Checklist of requests"), ChecklistItemOut, _items, "ticket"))
