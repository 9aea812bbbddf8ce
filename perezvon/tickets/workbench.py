"""Queues as pages show them: how many requests stand in each, whose they are, and what would happen to one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perezvon.crm.models import Person
from perezvon.staff import reads as staff

from .actions.bench import Bench
from .actions.routing import ask
from .actions.rulebook import rulebook
from .choosing import AWAY, DAY_FULL, FULL, GIVEN, HOURS, NOBODY, TRIED, UNFIT
from .models import Handout, QueueSeat, Ticket, TicketLink, TicketQueue
from .promises import deadline

BARS = {
    HOURS: gettext_lazy("not his working hours"), AWAY: gettext_lazy("not here now"),
    FULL: gettext_lazy("has as many requests as he may"), DAY_FULL: gettext_lazy("was given as many as he may today"),
    TRIED: gettext_lazy("has had it already"),
}  # fmt: skip
ANSWERS = {
    UNFIT: gettext_lazy("the request does not fit"), NOBODY: gettext_lazy("nobody is free"),
    GIVEN: gettext_lazy("given"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class QueueShown:
    """A queue with the numbers of its open requests."""

    queue: TicketQueue
    counts: dict[str, int]
    people: int
    is_mine: bool


def mine(user: Any) -> list[int]:
    """Ids of the queues in which the person works."""
    return list(QueueSeat.objects.filter(user=user).values_list("queue_id", flat=True))


def queues(user: Any, at: datetime, *, every: bool) -> list[QueueShown]:
    """The queues of the person (or all) with what he may see in them, in their order; two statements."""
    own = set(mine(user))
    rows = TicketQueue.objects.filter(is_archived=False)
    shown = list((rows if every else rows.filter(pk__in=own)).annotate(people=Count("seats")))
    visible: Any = Ticket.objects.visible_to(user).open().filter(queue__in=[one.pk for one in shown], merged_into=None)
    counted = visible.order_by().values("queue").annotate(
        open=Count("pk"), nobody=Count("pk", filter=Q(waiting_since__isnull=False)), mine=Count("pk", filter=Q(responsible=user.pk)),
        late=Count("pk", filter=Q(due_at__lte=at)), paused=Count("pk", filter=Q(paused_at__isnull=False)),
    )  # fmt: skip
    by_queue = {row.pop("queue"): row for row in counted}
    nothing = dict.fromkeys(("open", "nobody", "mine", "late", "paused"), 0)
    return [QueueShown(one, by_queue.get(one.pk, nothing), one.people, one.pk in own) for one in shown]


@dataclass(frozen=True, slots=True)
class SaidByRule:
    """One rule's answer in words."""

    rule: str
    answer: object
    is_given: bool
    asked: int
    free: int


@dataclass(slots=True)
class Trial:
    """What would happen to a request: its queue, what each rule says, whom it goes to, what is promised."""

    queue: TicketQueue | None
    steps: list[SaidByRule] = field(default_factory=list)
    person: str = ""
    because: str = ""
    bars: list[tuple[str, object]] = field(default_factory=list)
    policy: str = ""
    due_at: datetime | None = None


def said(steps: Iterable[dict[str, Any]]) -> list[SaidByRule]:
    """The kept answers of rules in words."""
    return [
        SaidByRule(
            str(each.get("rule", "")), ANSWERS.get(each.get("answer", ""), ""), each.get("answer") == GIVEN,
            int(each.get("asked", 0)), int(each.get("free", 0)),
        )
        for each in steps
    ]  # fmt: skip


def trial(ticket: Ticket, at: datetime, usual_seconds: int) -> Trial:
    """Ask the rules about a request that need not be saved; nothing is given to anybody."""
    book = rulebook()
    row = ticket.queue or book.queue_of(ticket, at)
    policy = book.policy_of(ticket, at)
    seconds = (policy.seconds("first", usual_seconds) if policy else None) or usual_seconds
    found = Trial(row, policy=policy.row.name if policy else "")
    found.due_at = deadline(
        staff.calendar_of(ticket.department_id or (row.department_id if row else None)), at, seconds
    )
    kept = book.queue(row.pk) if row else None
    if kept is None:
        return found
    manager = ticket.person.responsible_id if ticket.person else None
    bench = Bench([kept], [manager], at)
    people = {each.user_id: each for each in bench.people(kept)}
    if kept.row.keeps_manager and manager in people and not people[manager].obstacle():
        found.person, found.because = staff.name_of(manager), _("the client's manager comes first")
        return found
    verdict = ask(kept, ticket, bench, at)
    found.steps = said([{"rule": s.rule, "answer": s.answer, "asked": s.asked, "free": s.free} for s in verdict.steps])
    members = [pk for pk, each in people.items() if each.is_member and pk in verdict.bars]
    found.bars = [(staff.name_of(pk), BARS[verdict.bars[pk]]) for pk in members]
    if verdict.user_id is not None and verdict.rule is not None:
        found.person, found.because = staff.name_of(verdict.user_id), verdict.rule.name
    elif kept.row.fallback_id:
        found.person, found.because = staff.name_of(kept.row.fallback_id), _("nobody else can take it")
    return found


def imagined(values: dict[str, Any], at: datetime) -> Ticket:
    """A request that might come, not saved."""
    person = Person(responsible_id=values.get("manager"), segment=values.get("segment") or "occasional", created_at=at)
    ticket = Ticket(
        channel=values["channel"], line=values.get("line", ""), source_id=values.get("source"), product_id=values.get("product"),
        department_id=values.get("department"), opened_at=at, last_contact_at=at, changed_at=at,
    )  # fmt: skip
    ticket.person = person
    return ticket


def history(ticket: Ticket) -> list[tuple[Handout, list[SaidByRule]]]:
    """To whom the request was given and why, the newest first."""
    rows = ticket.handouts.select_related("user", "queue")[:20]
    return [(row, said(row.steps)) for row in rows]


def linked(user: Any, ticket: Ticket) -> list[tuple[Ticket, str]]:
    """The requests linked with this one that the person may see, with how they belong together."""
    rows = TicketLink.objects.filter(Q(one=ticket) | Q(other=ticket)).values_list("one", "other", "why")
    why = {other if one == ticket.pk else one: text for one, other, text in rows}
    visible: Any = Ticket.objects.visible_to(user).filter(pk__in=why) if why else []
    return [(one, why[one.pk]) for one in visible]
