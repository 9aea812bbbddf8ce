"""How requests are given out, and what is promised about them: rules to read for who keeps the product, clocks for all."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.api.nouns import Expansion, Noun, Order, register
from perezvon.api.schemas import Field, Out
from perezvon.staff import access as rights

from ..models import (
    AssignRule,
    ClockKind,
    Handout,
    LadderStep,
    QueueSeat,
    SlaClock,
    SlaPolicy,
    TicketPause,
    TicketQueue,
)
from .requests import of_tickets

KEEPER = "settings.administer"
_TICKET = {"ticket": Expansion("tickets", "ticket_id")}
_QUEUE = {"queue": Expansion("request-queues", "queue_id")}


class RequestQueueOut(Out):
    """A queue of requests: those that fit ``where`` and no queue before it."""

    id: int
    name: str
    where: dict[str, Any] = Field(description=_("A tree of conditions, as in a filter; empty = every request."))
    order: int
    priority: str
    department_id: int | None
    keeps_manager: bool
    is_strict: bool = Field(description=_("Only those count as present who have said so."))
    accept_minutes: int = Field(description=_("Working minutes to take a request up; 0 = no limit."))
    fallback_id: int | None
    is_archived: bool


def _queues(user: Any, verb: str) -> Any:
    """Those in which the person works; whoever sees all requests or keeps the product sees all of them."""
    if rights.is_administrator(user) or rights.scope(user, "ticket", "view") == "all":
        return TicketQueue.objects.all()
    return TicketQueue.objects.filter(pk__in=QueueSeat.objects.filter(user=user).values("queue"))


register(Noun(
    "request-queues", "request_queue", _("Queues of requests"), RequestQueueOut, _queues, "ticket",
    narrow={"department": "department_id"},
))  # fmt: skip


class QueueSeatOut(Out):
    """Who works in a queue, and up to which limits (0 = none)."""

    id: int
    queue_id: int
    user_id: int
    skills: list[str]
    sources: list[int]
    open_limit: int
    daily_limit: int


register(Noun(
    "queue-seats", "queue_seat", _("Places in queues of requests"), QueueSeatOut, lambda user, verb: QueueSeat.objects.all(),
    "ticket", KEEPER, narrow={"queue": "queue_id", "user": "user_id"},
    expand={**_QUEUE, "user": Expansion("staff", "user_id")},
))  # fmt: skip


class AssignRuleOut(Out):
    """One rule of a queue, asked in order: whom a request that fits ``where`` is given to."""

    id: int
    queue_id: int
    order: int
    name: str
    where: dict[str, Any]
    way: AssignRule.Way
    user_id: int | None
    skill: str


register(Noun(
    "assign-rules", "assign_rule", _("Rules of giving requests out"), AssignRuleOut, lambda user, verb: AssignRule.objects.all(),
    "ticket", KEEPER, narrow={"queue": "queue_id"}, expand=_QUEUE,
))  # fmt: skip


class HandoutOut(Out):
    """A request was given to somebody by a queue, until when he had to take it up, and how that ended."""

    id: int
    ticket_id: int
    queue_id: int | None
    rule_name: str
    user_id: int
    at: datetime
    accept_by: datetime | None
    ended_at: datetime | None
    outcome: str


register(Noun(
    "handouts", "handout", _("Handings out of requests"), HandoutOut, of_tickets(Handout), "ticket",
    narrow={"ticket": "ticket_id", "user": "user_id"}, expand={**_TICKET, "user": Expansion("staff", "user_id")},
))  # fmt: skip


class SlaPolicyOut(Out):
    """How fast requests that fit ``where`` are answered, in working minutes; null = not promised here."""

    id: int
    name: str
    where: dict[str, Any]
    order: int
    first_minutes: int | None
    next_minutes: int | None
    resolution_minutes: int | None
    is_archived: bool


register(Noun(
    "promises", "promise", _("Promises of time"), SlaPolicyOut, lambda user, verb: SlaPolicy.objects.all(), "ticket", KEEPER,
))  # fmt: skip


class LadderStepOut(Out):
    """A rung of escalation; ``policy_id`` null = for every promise without a ladder of its own."""

    id: int
    policy_id: int | None
    kind: ClockKind
    minutes: int = Field(description=_("Working minutes after the deadline; below zero = before it."))
    to: LadderStep.To
    way: LadderStep.Way
    is_urgent: bool


register(Noun(
    "ladder-steps", "ladder_step", _("Steps of escalation"), LadderStepOut, lambda user, verb: LadderStep.objects.all(), "ticket",
    KEEPER, narrow={"policy": "policy_id"}, expand={"policy": Expansion("promises", "policy_id")},
))  # fmt: skip


class ClockOut(Out):
    """One promise to one client; without a deadline it is paused."""

    id: int
    ticket_id: int
    kind: ClockKind
    policy_id: int | None
    started_at: datetime
    seconds: int = Field(description=_("Working time that was promised, without pauses."))
    deadline_at: datetime | None
    met_at: datetime | None = Field(description=_("When it was kept or no longer needed."))
    breached_at: datetime | None = Field(description=_("The deadline that passed; null = none did."))
    rungs: int = Field(description=_("How many steps of escalation have been climbed."))
    heard_by_id: int | None
    heard_at: datetime | None


register(Noun(
    "clocks", "clock", _("Clocks of promises"), ClockOut, of_tickets(SlaClock), "ticket", orders=(Order("started", "started_at"),),
    narrow={"ticket": "ticket_id", "kind": "kind"}, expand=_TICKET,
))  # fmt: skip


class PauseOut(Out):
    """A request waited for its client: the clocks stood still."""

    id: int
    ticket_id: int
    why: str
    by_id: int | None
    since: datetime
    until: datetime
    ended_at: datetime | None
    ended_by_id: int | None
    ending: str


register(Noun(
    "pauses", "pause", _("Pauses of requests"), PauseOut, of_tickets(TicketPause), "ticket", narrow={"ticket": "ticket_id"},
    expand=_TICKET,
))  # fmt: skip
