"""Giving requests out: which queue a request stands in, and who works on it.

One transaction at a time in the whole installation gives out (an advisory lock, taken before any row is locked): two
workers never give one request to two people, and the load that a rule compares is the load that is.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, prefetch_related_objects
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from perezvon.crm.actions import tasks as crm_tasks
from perezvon.journey.actions import NewFact, cancel_timer, set_timer
from perezvon.journey.models import Fact
from perezvon.staff import reads as staff
from perezvon.staff.actions.notices import notify
from perezvon.staff.fields import circumstances
from perezvon.staff.models import User

from .. import facts, notices
from ..choosing import Verdict, choose
from ..models import Contact, Handout, Priority, Ticket
from .bench import Bench
from .rulebook import KeptQueue, rulebook
from .standing import fact, locked, restand

ACCEPT = "tickets.accept"
BATCH = 200
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('tickets.routing'))"


@transaction.atomic
def route(ids: Iterable[int], *, at: datetime) -> list[Ticket]:
    """Put open requests into their queues and give out those that nobody works on; those that were given to somebody.

    May be repeated. A request whose client is on the line waits: whoever talks to him has it.
    """
    if not rulebook().queues:
        return []
    _alone()
    tickets = [ticket for ticket in locked(ids) if ticket.is_open and ticket.merged_into_id is None]
    prefetch_related_objects(tickets, "person")
    moments = {ticket.pk: max(ticket.changed_at, at) for ticket in tickets}
    told = _enqueue(tickets, moments)
    waiting = _without_work(tickets)
    desk = _Desk(waiting, at)
    with translation.override(settings.LANGUAGE_CODE):  # the reasons are kept in the company's language
        for ticket in waiting:
            told += desk.give(ticket, moments[ticket.pk])
    touched = {each.ticket_id for each in told}
    restand([ticket for ticket in tickets if ticket.pk in touched], at=at, moments=moments, told=told)
    return [ticket for ticket in waiting if ticket.pk in desk.given]


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)


def _enqueue(tickets: Sequence[Ticket], moments: dict[int, datetime]) -> list[NewFact]:
    """The queue of those that have none yet."""
    told = []
    for ticket in tickets:
        queue = rulebook().queue_of(ticket, moments[ticket.pk]) if ticket.queue_id is None else None
        if queue is None:
            continue
        ticket.queue = queue
        ticket.department_id = ticket.department_id or queue.department_id
        if ticket.priority == Priority.NORMAL:
            ticket.priority = queue.priority
        ticket.save(update_fields=["queue", "department", "priority"])
        told.append(fact(facts.QUEUED, ticket, moments[ticket.pk], queue=queue.name))
    return told


def _without_work(tickets: Sequence[Ticket]) -> list[Ticket]:
    """Those in a queue that nobody has responded to or been given by it, and whose client is not on the line."""
    asked = [one for one in tickets if one.queue_id and one.deal_id is None and (one.responsible_id is None or one.first_response_at is None)]  # fmt: skip
    ids = [ticket.pk for ticket in asked]
    live = set(Contact.objects.filter(ticket__in=ids, kind="call", ended_at=None).values_list("ticket_id", flat=True))
    had = set(
        Handout.objects.filter(Q(ended_at=None) | Q(outcome=Handout.Outcome.REPLACED), ticket__in=ids)
        .values_list("ticket_id", flat=True)
    )  # fmt: skip
    return [ticket for ticket in asked if ticket.pk not in live and ticket.pk not in had]


class _Desk:
    """Gives requests out one after another, knowing what it has given already."""

    def __init__(self, tickets: Sequence[Ticket], at: datetime) -> None:
        book = rulebook()
        queues = {ticket.queue_id: queue for ticket in tickets if (queue := book.queue(ticket.queue_id))}
        self.queues: dict[int | None, KeptQueue] = dict(queues)
        managers = [manager_of(ticket) for ticket in tickets]
        self.bench = Bench(list(queues.values()), [*managers, *(one.responsible_id for one in tickets)], at)
        self.given: set[int] = set()

    def verdict(self, ticket: Ticket, at: datetime, tried: Iterable[int] = ()) -> Verdict | None:
        """What the rules say; None for a request in no queue."""
        queue = self.queues.get(ticket.queue_id)
        return ask(queue, ticket, self.bench, at, tried) if queue else None

    def give(self, ticket: Ticket, at: datetime) -> list[NewFact]:
        """Give a request to whom the manager's precedence, the rules or the fallback say; the facts."""
        queue = self.queues.get(ticket.queue_id)
        if queue is None:
            return []
        if queue.row.keeps_manager and self._is_free(queue, ticket.responsible_id):
            return self.hand(ticket, queue, ticket.responsible_id, _("the client's manager"), [], None, at)
        verdict = ask(queue, ticket, self.bench, at)
        if verdict.user_id is not None:
            rule = verdict.rule
            return self.hand(ticket, queue, verdict.user_id, rule.name if rule else "", steps_of(verdict), rule.pk if rule else None, at)  # fmt: skip
        return self._nobody(ticket, queue, verdict, at)

    def _is_free(self, queue: KeptQueue, user_id: int | None) -> bool:
        people = {each.user_id: each for each in self.bench.people(queue)} if user_id else {}
        return user_id in people and not people[user_id].obstacle()

    def _nobody(self, ticket: Ticket, queue: KeptQueue, verdict: Verdict, at: datetime) -> list[NewFact]:
        fallback = queue.row.fallback_id
        if fallback in self.bench.users:
            return self.hand(ticket, queue, fallback, _("nobody else can take it"), steps_of(verdict), None, at)
        if ticket.waiting_since is not None or ticket.responsible_id is not None:
            return []
        ticket.waiting_since = at
        ticket.save(update_fields=["waiting_since"])
        return [fact(facts.WAITS, ticket, at, queue=queue.row.name)]

    def hand(
        self, ticket: Ticket, queue: KeptQueue, user_id: int | None, rule: str, steps: list[dict[str, Any]],
        rule_id: int | None, at: datetime,
    ) -> list[NewFact]:  # fmt: skip
        """It is his now: the row, the reason, the tasks that waited, the notice and the time to take it up."""
        user = self.bench.users[user_id or 0]
        minutes = queue.row.accept_minutes
        accept_by = staff.calendar_of(user.department_id).add(at, minutes * 60) if minutes else None
        handout = Handout.objects.create(
            ticket=ticket, queue=queue.row, rule_id=rule_id, rule_name=rule[:160], user=user, steps=steps, at=at,
            accept_by=accept_by,
        )  # fmt: skip
        ticket.responsible, ticket.waiting_since = user, None
        ticket.department_id = user.department_id or ticket.department_id
        ticket.save(update_fields=["responsible", "department", "waiting_since"])
        crm_tasks.claim_tasks(ticket.pk, user)
        if accept_by:
            set_timer(ACCEPT, handout.pk, accept_by)
        self.bench.takes(user.pk, at)
        self.given.add(ticket.pk)
        _tell(ticket, user, at)
        return [fact(facts.HANDED, ticket, at, name=user.name, rule=rule)]


def manager_of(ticket: Ticket) -> int | None:
    """The client's manager."""
    return ticket.person.responsible_id if ticket.person_id and ticket.person else None


def ask(queue: KeptQueue, ticket: Ticket, bench: Bench, at: datetime, tried: Iterable[int] = ()) -> Verdict:
    """What a queue's rules say of a request now."""
    rules = queue.rules_for(ticket, circumstances(None, at))
    people = bench.people(queue)
    return choose(rules, people, source_id=ticket.source_id, manager_id=manager_of(ticket), tried=frozenset(tried))


def steps_of(verdict: Verdict) -> list[dict[str, Any]]:
    """What every rule said, as JSON can hold it."""
    return [{"rule": s.rule, "answer": s.answer, "asked": s.asked, "free": s.free} for s in verdict.steps]


def _tell(ticket: Ticket, user: User, at: datetime) -> None:
    title = partial(_given, ticket.number)
    notify(
        [user], kind=notices.GIVEN, title=title, url=reverse("tickets:ticket", args=[ticket.pk]), level="info", at=at,
        key=f"given:{ticket.pk}",
    )  # fmt: skip


def _given(number: str) -> str:
    return _("Request %(number)s is yours") % {"number": number}


@transaction.atomic
def pass_on(ids: Iterable[int], *, at: datetime) -> list[Ticket]:
    """Give requests that were not taken up in time to the next; those that changed hands.

    Whoever had it before is not asked again; when nobody else can take it, it stays where it is and the head is told.
    """
    _alone()
    handouts = list(
        Handout.objects.filter(pk__in=list(ids), ended_at=None, accept_by__lte=at).select_related("user").order_by("pk")
    )
    tickets = {ticket.pk: ticket for ticket in locked(each.ticket_id for each in handouts)}
    prefetch_related_objects(list(tickets.values()), "person")
    desk = _Desk(list(tickets.values()), at)
    told: list[NewFact] = []
    with translation.override(settings.LANGUAGE_CODE):
        for handout in handouts:
            told += _pass_one(desk, tickets[handout.ticket_id], handout, at)
    touched = {each.ticket_id for each in told}
    restand([ticket for pk, ticket in tickets.items() if pk in touched], at=at, told=told)
    return [tickets[pk] for pk in sorted(desk.given)]


def _pass_one(desk: _Desk, ticket: Ticket, handout: Handout, at: datetime) -> list[NewFact]:
    if not ticket.is_open or ticket.first_response_at is not None or ticket.responsible_id != handout.user_id:
        outcome = Handout.Outcome.ACCEPTED if ticket.first_response_at else Handout.Outcome.ENDED
        end_handouts(ticket.pk, outcome, at=at)
        return []
    queue = desk.queues.get(ticket.queue_id)
    tried = set(Handout.objects.filter(ticket=ticket).values_list("user_id", flat=True))
    verdict = desk.verdict(ticket, at, tried)
    if queue is None or verdict is None or verdict.user_id is None or verdict.rule is None:
        _nobody_else(ticket, handout, at)
        return []
    end_handouts(ticket.pk, Handout.Outcome.PASSED, at=at)
    moment = max(ticket.changed_at, at)
    passed = fact(facts.PASSED, ticket, moment, name=handout.user.name)
    hand = desk.hand(ticket, queue, verdict.user_id, verdict.rule.name, steps_of(verdict), verdict.rule.pk, moment)
    return [passed, *hand]


def _nobody_else(ticket: Ticket, handout: Handout, at: datetime) -> None:
    """It stays with him, the head hears of it, and it is tried again when the same time has passed once more."""
    minutes = handout.queue.accept_minutes if handout.queue else 15
    again = staff.calendar_of(handout.user.department_id).add(at, max(minutes, 5) * 60)
    Handout.objects.filter(pk=handout.pk).update(accept_by=again)
    set_timer(ACCEPT, handout.pk, again)
    heads = [pk for pk in staff.heads_of(ticket.department_id)[:1] if pk != handout.user_id]
    title = partial(_not_taken, ticket.number, handout.user.name)
    notify(
        heads, kind=notices.NOBODY, title=title, url=reverse("tickets:ticket", args=[ticket.pk]), level="warning", at=at,
        key=f"nobody:{ticket.pk}",
    )  # fmt: skip


def _not_taken(number: str, name: str) -> str:
    return _("%(name)s does not take request %(number)s up, and nobody else is free") % {"number": number, "name": name}


def end_handouts(ticket_id: int, outcome: str, *, at: datetime) -> bool:
    """The open handout of a request is over; whether there was one. Part of a bigger action."""
    rows = Handout.objects.filter(ticket=ticket_id, ended_at=None)
    ids = list(rows.values_list("pk", flat=True))
    rows.update(ended_at=at, outcome=outcome)
    if ids:
        cancel_timer(ACCEPT, *ids)
    return bool(ids)


def settle(told: Iterable[Fact]) -> None:
    """What was given out is taken up by the first response, and over with the end of the request."""
    outcomes = {
        each.ticket_id: Handout.Outcome.ACCEPTED if each.kind == facts.RESPONDED else Handout.Outcome.ENDED
        for each in told
        if each.ticket_id and each.kind in (facts.RESPONDED, facts.CLOSED, facts.OUT, facts.DEAL)
    }
    for ticket_id, outcome in outcomes.items():
        if ticket_id is not None:
            end_handouts(ticket_id, outcome, at=max(each.at for each in told if each.ticket_id == ticket_id))


def route_waiting(*, at: datetime, limit: int = BATCH) -> int:
    """Ask the rules again for requests that wait for somebody, the oldest first; how many were given out."""
    rows = Ticket.objects.open().filter(waiting_since__isnull=False).order_by("waiting_since", "pk")
    ids = list(rows.values_list("pk", flat=True)[:limit])
    return len(route(ids, at=at)) if ids else 0
