"""Escalation: whoever has to know of a promise that runs out hears of it, step by step, until somebody acts."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perezvon.crm.actions.tasks import NewTask, set_tasks
from perezvon.crm.models import TaskKind
from perezvon.journey.actions import NewFact, record_many, set_timers
from perezvon.journey.models import Due
from perezvon.staff import reads as staff
from perezvon.staff.actions.notices import notify

from .. import facts, notices
from ..ladder import Ladder, Rung
from ..models import ClockKind, Handout, LadderStep, QueueSeat, SlaClock, Ticket, TicketPause
from ..promises import Pause, deadline
from .errors import NothingRuns
from .promises import CLIMB, HEARD
from .routing import pass_on
from .rulebook import rulebook
from .standing import RECOUNT, fact, locked, restand

To, Way = LadderStep.To, LadderStep.Way
ORIGIN = "escalation"
SECONDS = 6


@dataclass(slots=True)
class _Told:
    """What one person hears in one go."""

    tickets: dict[int, Ticket] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    is_urgent: bool = False
    is_late: bool = False
    key: str = ""


@transaction.atomic
def climb(ids: Iterable[int], *, at: datetime) -> int:
    """Climb the rungs that are due on these clocks; how many clocks there were. One notice per person, whatever the number.

    A clock that was kept, waits or belongs to a closed request is left alone.
    """
    found = SlaClock.objects.filter(pk__in=list(ids), met_at=None).values_list("ticket_id", flat=True)
    tickets = {ticket.pk: ticket for ticket in locked(found) if ticket.is_open and ticket.paused_at is None}
    clocks = SlaClock.objects.select_for_update(of=("self",)).filter(pk__in=list(ids), met_at=None, ticket__in=tickets)
    rows = list(clocks.filter(next_rung_at__lte=at).order_by("pk"))
    told: dict[int, _Told] = defaultdict(_Told)
    told_facts: list[NewFact] = []
    passed: list[int] = []
    for clock in rows:
        told_facts += _climb_one(clock, tickets[clock.ticket_id], at, told, passed)
    SlaClock.objects.bulk_update(rows, ["rungs", "last_rung_at", "next_rung_at"])
    set_timers([Due(kind=CLIMB, key=str(each.pk), due_at=each.next_rung_at) for each in rows if each.next_rung_at])
    record_many(told_facts)
    _notify(told, at)
    if passed:
        Handout.objects.filter(ticket__in=passed, ended_at=None).update(accept_by=at)
        pass_on(Handout.objects.filter(ticket__in=passed, ended_at=None).values_list("pk", flat=True), at=at)
    return len(rows)


def _climb_one(
    clock: SlaClock, ticket: Ticket, at: datetime, told: dict[int, _Told], passed: list[int]
) -> list[NewFact]:
    policy = next((one for one in rulebook().policies if one.row.pk == clock.policy_id), None)
    ladder = rulebook().ladder(policy, clock.kind)
    moment = _moments(clock, ticket)
    rungs = ladder.due(clock.rungs, clock.last_rung_at, moment, at)
    _step_up(clock, ticket, ladder, moment, len(rungs), at)
    names: list[str] = []
    for rung in rungs:
        people = people_of(rung.to, ticket)
        names += [name for name in staff.names_of(people).values() if name not in names]
        _note(told, people, ticket, clock, rung, at)
        if rung.way == Way.TASK:
            _set_tasks(people[:1], ticket, clock, at)
        elif rung.way == Way.GIVE:
            passed.append(ticket.pk)
    if not rungs:
        return []
    return [fact(facts.ESCALATED, ticket, at, promise=clock.kind, names=", ".join(names) or "—", step=clock.rungs)]


def _moments(clock: SlaClock, ticket: Ticket) -> Callable[[int], datetime | None]:
    """The deadline of a clock put off by so many seconds of working time."""
    calendar = staff.calendar_of(ticket.department_id)
    pauses = [Pause(each.since, each.ended_at) for each in TicketPause.objects.filter(ticket=ticket)]
    return lambda more: deadline(calendar, clock.started_at, clock.seconds + more, pauses)


def _step_up(
    clock: SlaClock,
    ticket: Ticket,
    ladder: Ladder,
    moment: Callable[[int], datetime | None],
    climbed: int,
    at: datetime,
) -> None:
    """Count what is climbed now (a repetition counts one) and say when it goes on."""
    repeats = clock.rungs >= len(ladder.rungs)
    clock.rungs += 1 if repeats and climbed else climbed
    clock.last_rung_at = at
    clock.next_rung_at = ladder.next_at(clock.rungs, at, moment, staff.calendar_of(ticket.department_id))


def people_of(to: str, ticket: Ticket) -> list[int]:
    """Whom a rung means; when there is nobody there, the next above: it never goes silent."""
    ladder: tuple[tuple[LadderStep.To, Callable[[], list[int]]], ...] = (
        (To.RESPONSIBLE, lambda: [ticket.responsible_id] if ticket.responsible_id else []),
        (To.QUEUE, lambda: _members(ticket.queue_id)),
        (To.HEAD, lambda: _above(ticket)[:1]),
        (To.ABOVE, lambda: _above(ticket)[1:2]),
        (To.OWNER, staff.owners),
    )
    start = [key for key, _people in ladder].index(To(to))
    return next((people for _key, find in ladder[start:] if (people := find())), [])


def _members(queue_id: int | None) -> list[int]:
    rows = QueueSeat.objects.filter(queue=queue_id, user__is_active=True) if queue_id else QueueSeat.objects.none()
    return list(rows.order_by("pk").values_list("user_id", flat=True))


def _above(ticket: Ticket) -> list[int]:
    return [pk for pk in staff.heads_of(ticket.department_id) if pk != ticket.responsible_id]


def _note(
    told: dict[int, _Told], people: Sequence[int], ticket: Ticket, clock: SlaClock, rung: Rung, at: datetime
) -> None:
    for pk in people:
        one = told[pk]
        one.tickets[ticket.pk] = ticket
        one.kinds.add(clock.kind)
        one.is_urgent = one.is_urgent or rung.is_urgent
        one.is_late = one.is_late or (clock.deadline_at is not None and clock.deadline_at <= at)
        one.key = f"climb:{clock.pk}:{clock.rungs}"


def _set_tasks(people: Sequence[int], ticket: Ticket, clock: SlaClock, at: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Promise not kept (%(promise)s): request %(number)s") % {
            "promise": ClockKind(clock.kind).label, "number": ticket.number,
        }  # fmt: skip
    due = staff.calendar_of(ticket.department_id).add(at, HEARD)
    new = [
        NewTask(
            kind=TaskKind.OTHER, title=title, deadline=due, person_id=ticket.person_id, ticket_id=ticket.pk,
            responsible_id=pk, department_id=ticket.department_id, origin=ORIGIN, is_hard=True,
        )
        for pk in people
    ]  # fmt: skip
    if new:
        set_tasks(new, at)


def _notify(told: dict[int, _Told], at: datetime) -> None:
    """One notice a person: of one request by its number, of many by how many there are."""
    for pk, one in told.items():
        tickets = list(one.tickets.values())
        home = (
            reverse("tickets:ticket", args=[tickets[0].pk])
            if len(tickets) == 1
            else f"{reverse('tickets:inbox')}?show=late"
        )
        level = "urgent" if one.is_urgent else "warning" if one.is_late else "info"
        key = one.key if len(tickets) == 1 else f"climb:{pk}:{at:%Y%m%d%H%M}"
        title = partial(_title, tickets[0].number, len(tickets), next(iter(one.kinds)), one.is_late)
        notify([pk], kind=notices.LATE, title=title, url=home, level=level, at=at, key=key)


def _title(number: str, count: int, kind: str, is_late: bool) -> str:
    if count > 1:
        return ngettext("%(count)d request needs you", "%(count)d requests need you", count) % {"count": count}
    words = {"number": number, "promise": ClockKind(kind).label}
    return (
        _("Request %(number)s is late: %(promise)s")
        if is_late
        else _("Request %(number)s runs out of time: %(promise)s")
    ) % words


@transaction.atomic
def hear(ticket: Ticket, *, by: Any, at: datetime) -> int:
    """Somebody is on it: the ladders of the request's promises rest for an hour of work, then they go on.

    NothingRuns when no promise is running.
    """
    row = locked([ticket.pk])[0]
    clocks = SlaClock.objects.filter(ticket=row, met_at=None, next_rung_at__isnull=False)
    count = clocks.update(heard_by=by, heard_at=at)
    if not count:
        raise NothingRuns
    restand([row], at=at, told=[fact(facts.HEARD, row, max(row.changed_at, at), by=by)])
    ticket.refresh_from_db()
    return count


def recount_running(*, at: datetime) -> int:
    """Judge again every request whose promise runs: its deadline may be another one now; how many."""
    ids = list(
        Ticket.objects.open()
        .filter(pk__in=SlaClock.objects.filter(met_at=None).values("ticket"))
        .values_list("pk", flat=True)
    )
    later = at + timedelta(seconds=SECONDS)  # until then a process may remember the old ones
    set_timers([Due(kind=RECOUNT, key=str(pk), due_at=later) for pk in ids])
    return len(ids)
