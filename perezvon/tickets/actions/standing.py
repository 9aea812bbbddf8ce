"""Bringing requests up to date: what is known -> standing -> row, callback tasks, facts, timers.

Whatever happens to a journey ends here, so the stored row is always the pure function's answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from perezvon.crm.actions import adopt_people
from perezvon.journey.actions import NewFact, cancel_timer, record_many, set_timers
from perezvon.journey.models import Due
from perezvon.staff import reads as staff
from perezvon.staff.models import User

from .. import facts
from ..assembly import Known, gather
from ..journey import Standing
from ..models import Ticket
from ..rows import DERIVED, save_standings
from ..standing import stand
from .callbacks import settle_callbacks
from .lost_calls import LossBook
from .promises import PromiseBook
from .redial import redial
from .settings import Patience, patience

LOOK, RECOUNT = "tickets.look", "tickets.recount"
_STANDING = (
    "state", "step", "rank", "loss", "lost_at", "is_short", "healed", "recovery", "recovered_at", "observed",
    "window_until", "missed_at", "first_response_at", "overdue_since", "closed_at", "deal_stage_id", "amount",
    "paid", "won_at", "paid_at", "repeat_at", "look_at",
)  # fmt: skip
_UNTOLD = ("changed_at", "look_at")  # alone they are no change that anybody wants to hear of


@dataclass(frozen=True, slots=True)
class Origin:
    """The contact that opened or joined a request."""

    kind: str
    ref_id: int
    at: datetime
    opened: bool = False

    @property
    def call_id(self) -> int | None:
        return self.ref_id if self.kind == "call" else None


def restand_ids(ids: Iterable[int], *, at: datetime) -> list[Ticket]:
    """Lock requests in the order of their ids and bring them up to date."""
    with transaction.atomic():
        return restand(locked(ids), at=at)


def locked(ids: Iterable[int]) -> list[Ticket]:
    """The requests, locked in the order of their ids (two workers cannot wait for each other)."""
    rows = Ticket.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=set(ids)).order_by("pk"))


@transaction.atomic
def restand(
    tickets: Sequence[Ticket],
    *,
    at: datetime,
    moments: Mapping[int, datetime] | None = None,
    origins: Mapping[int, list[Origin]] | None = None,
    told: Sequence[NewFact] = (),
) -> list[Ticket]:
    """Bring locked requests up to date and record what changed; returns those that did.

    ``moments`` are later moments for some of them, ``origins`` the contacts that came to them now,
    ``told`` facts of the caller's own that go into the same statement.
    """
    if not tickets:
        return []
    rules, times = patience(), _times(tickets, at, moments or {})
    before = {ticket.pk: {name: getattr(ticket, name) for name in DERIVED} for ticket in tickets}
    known = gather(tickets)
    promises = PromiseBook(tickets, known, rules, times)
    standings = {ticket.pk: _stand(ticket, known[ticket.pk], rules, times) for ticket in tickets}
    for pk, after in settle_callbacks(tickets, known, standings, rules, times).items():
        known[pk] = after
    book = LossBook(tickets, known, rules, times)
    known.update(redial(tickets, known, book, times))
    for ticket in tickets:
        _apply(ticket, known[ticket.pk], _stand(ticket, known[ticket.pk], rules, times))
    _stay_single(tickets, before)
    _give_departments(tickets)
    book.write(tickets)
    promised = promises.write(tickets)
    changed = [ticket for ticket in tickets if _differs(ticket, before[ticket.pk]) or ticket.pk in (origins or {})]
    for ticket in changed:
        ticket.changed_at = times[ticket.pk]
    save_standings(changed)
    adopt_people(_orphans(tickets, known))
    spoken = {fact.ticket_id for fact in (*told, *promised)}
    news = [
        each
        for ticket in changed
        for each in _news(ticket, before[ticket.pk], (origins or {}).get(ticket.pk, []), ticket.pk in spoken)
    ]
    record_many([*told, *news, *promised])
    _set_looks(changed, before)
    return changed


def _times(tickets: Sequence[Ticket], at: datetime, moments: Mapping[int, datetime]) -> dict[int, datetime]:
    """A request never goes back in time: a late fact is judged at the moment already reached."""
    return {ticket.pk: max(ticket.changed_at, moments.get(ticket.pk, at)) for ticket in tickets}


def _stand(ticket: Ticket, known: Known, rules: Patience, times: Mapping[int, datetime]) -> Standing:
    return stand(known.journey, rules.limits(ticket.department_id), times[ticket.pk])


def _apply(ticket: Ticket, known: Known, standing: Standing) -> None:
    for name in _STANDING:
        setattr(ticket, name, getattr(standing, name))
    following = known.next_task
    ticket.next_task_id = following.pk if following else None
    ticket.deadline = following.plan.deadline if following else None
    ticket.last_contact_at = max([ticket.last_contact_at, *(touch.at for touch in known.journey.touches)])
    if known.deal:
        ticket.responsible_id = known.deal.responsible_id or ticket.responsible_id
        ticket.department_id = known.deal.department_id or ticket.department_id
        ticket.product_id = known.deal.product_id or ticket.product_id
    if ticket.responsible_id is None:
        ticket.responsible_id = known.talker_id


def _stay_single(tickets: Sequence[Ticket], before: Mapping[int, dict[str, Any]]) -> None:
    """A closed request is not opened again while its client has another open one."""
    woken = [
        ticket
        for ticket in tickets
        if ticket.state == "open" != before[ticket.pk]["state"] and ticket.person_id and ticket.channel != "manual"
    ]
    if not woken:
        return
    people = [ticket.person_id for ticket in woken]
    others = (
        Ticket.objects.open().filter(person__in=people).exclude(channel="manual").values_list("person_id", flat=True)
    )
    busy = set(others)
    for ticket in woken:
        if ticket.person_id in busy:
            ticket.state, ticket.closed_at = "closed", before[ticket.pk]["closed_at"]
        busy.add(ticket.person_id or 0)


def _give_departments(tickets: Sequence[Ticket]) -> None:
    """A request without a department belongs to that of the responsible."""
    bare = [ticket for ticket in tickets if ticket.department_id is None and ticket.responsible_id is not None]
    if bare:
        people = User.objects.filter(pk__in={ticket.responsible_id for ticket in bare})
        departments = dict(people.values_list("pk", "department_id"))
        for ticket in bare:
            ticket.department_id = departments.get(ticket.responsible_id or 0)


def _orphans(tickets: Sequence[Ticket], known: Mapping[int, Known]) -> dict[int, tuple[int | None, int | None]]:
    """Clients who belong to nobody yet, with the (responsible, department) of their request.

    A client becomes his who sells: an operator who talked to him and passed him on stays responsible for the request
    alone. Whoever works a request must be able to open and enter its client, so the department is given at once.
    """
    found: dict[int, tuple[int | None, int | None]] = {}
    sell = staff.managers()
    for ticket in tickets:
        person = known[ticket.pk].person
        manager_id = ticket.responsible_id if ticket.responsible_id in sell else None
        if person and _lacks(person.responsible_id, manager_id):
            found[person.pk] = (manager_id, ticket.department_id)
        elif person and _lacks(person.department_id, ticket.department_id):
            found[person.pk] = (None, ticket.department_id)
    return found


def _lacks(own_id: int | None, new_id: int | None) -> bool:
    return own_id is None and new_id is not None


def _differs(ticket: Ticket, before: dict[str, Any]) -> bool:
    return any(getattr(ticket, name) != value for name, value in before.items())


def _news(ticket: Ticket, before: dict[str, Any], origins: list[Origin], is_told: bool) -> list[NewFact]:
    """What the timeline says of the change; something is always said, readers above depend on it."""
    at, news = ticket.changed_at, [_arrived(ticket, origin) for origin in origins]
    is_new = any(origin.opened for origin in origins)

    def has_become(name: str) -> bool:
        return getattr(ticket, name) != before[name] and bool(getattr(ticket, name))

    if ticket.first_response_at and before["first_response_at"] is None:
        seconds = int((ticket.first_response_at - ticket.opened_at).total_seconds())
        news.append(fact(facts.RESPONDED, ticket, at, seconds=max(0, seconds)))
    if has_become("recovered_at"):
        news.append(fact(facts.RECOVERED, ticket, at, loss=ticket.healed, recovery=ticket.recovery))
    if has_become("loss") and ticket.loss != "L12":
        news.append(fact(facts.LOST, ticket, at, loss=ticket.loss, step=ticket.step))
    elif has_become("step") and not is_new:
        news.append(fact(facts.STAGED, ticket, at, step=ticket.step, loss=ticket.loss))
    if has_become("overdue_since") and before["overdue_since"] is None:
        news.append(fact(facts.OVERDUE, ticket, at, since=ticket.overdue_since))
    if (
        not news
        and not is_told
        and any(getattr(ticket, name) != before[name] for name in DERIVED if name not in _UNTOLD)
    ):
        news.append(fact(facts.CHANGED, ticket, at))
    return news


def _arrived(ticket: Ticket, origin: Origin) -> NewFact:
    kind = facts.OPENED if origin.opened else facts.JOINED
    told = fact(kind, ticket, origin.at, number=ticket.number, contact=origin.kind)
    return replace(told, call_id=origin.call_id)


def fact(
    kind: str, ticket: Ticket, at: datetime, *, by: Any = None, seconds: int | None = None, **details: Any
) -> NewFact:
    """A fact about a request with the ledger's columns filled in."""
    return NewFact(
        kind, at, by_id=getattr(by, "pk", by), owner_id=ticket.responsible_id, department_id=ticket.department_id,
        person_id=ticket.person_id, ticket_id=ticket.pk, deal_id=ticket.deal_id, channel=ticket.channel,
        source_id=ticket.source_id, seconds=seconds, details=details,
    )  # fmt: skip


def _set_looks(tickets: Sequence[Ticket], before: Mapping[int, dict[str, Any]]) -> None:
    moved = [ticket for ticket in tickets if ticket.look_at != before[ticket.pk]["look_at"]]
    set_timers([Due(kind=LOOK, key=str(ticket.pk), due_at=ticket.look_at) for ticket in moved if ticket.look_at])
    gone = [ticket.pk for ticket in moved if ticket.look_at is None]
    if gone:
        cancel_timer(LOOK, *gone)
