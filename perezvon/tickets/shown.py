"""Requests as pages show them: counted queues, the picture of the steps, the timeline."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.crm.models import Stage as PipelineStage
from perezvon.crm.search import client_is
from perezvon.journey import reads as journey
from perezvon.journey.kinds import kind
from perezvon.journey.models import Fact
from perezvon.marketing import reads as marketing
from perezvon.staff import access
from perezvon.staff import reads as staff
from perezvon.telephony import reads as telephony
from perezvon.telephony.hooks import OpenRequest
from perezvon.web.parts import Sound
from perezvon.web.surface import address

from .models import Contact, Ticket
from .stages import BY_KEY, STEP_OF_LOSS, STEPS, Loss, deal_stage_of

NEWEST = ("-opened_at", "-id")
#: key -> (label, tone, order of the list)
SHOWS = {
    "new": (pgettext_lazy("requests", "New"), "primary", NEWEST),
    "overdue": (pgettext_lazy("requests", "Overdue"), "danger", ("overdue_since", "id")),
    "late": (pgettext_lazy("requests", "Promise not kept"), "danger", ("due_at", "id")),
    "missed": (_("Lost calls"), "danger", ("-missed_at", "-id")),
    "unplanned": (_("Without next task"), "warning", NEWEST),
    "nobody": (_("Nobody can take"), "warning", ("waiting_since", "id")),
    "paused": (_("Wait for the client"), "", ("paused_at", "id")),
    "mine": (pgettext_lazy("requests", "Mine"), "", NEWEST),
    "open": (_("All open"), "", NEWEST),
    "all": (pgettext_lazy("requests", "All"), "", NEWEST),
}
COUNTED = ("new", "overdue", "late", "missed", "unplanned", "nobody", "paused", "mine", "open")
MOST_COUNTED = 10_000
_NUMBER = re.compile(r"(?:(?P<year>20[0-9]{2})-)?(?P<sequence>[0-9]{1,9})", re.ASCII)
_YEARS = range(2015, 2051)
_QUIET = ("ticket.changed",)
_TONES = {
    "ticket.lost": "danger", "ticket.overdue": "danger", "ticket.recovered": "success", "ticket.deal": "success",
    "ticket.opened": "primary", "ticket.responded": "success", "deal.won": "success", "payment.received": "success",
    "deal.lost": "danger", "task.overdue": "danger", "task.done": "success",
}  # fmt: skip


def queue(user: Any, show: str, at: datetime) -> QuerySet[Ticket]:
    """The requests of one chip that ``user`` may see at ``at``."""
    rows: Any = Ticket.objects.visible_to(user)
    narrowed = {
        "new": rows.unanswered, "overdue": rows.overdue, "missed": rows.missed, "unplanned": rows.unplanned,
        "open": rows.open, "paused": rows.paused, "nobody": rows.waiting,
    }  # fmt: skip
    if show == "late":
        return rows.late(at)  # type: ignore[no-any-return]
    if show == "mine":
        return rows.mine(user)  # type: ignore[no-any-return]
    return narrowed[show]() if show in narrowed else rows


def counts(user: Any, shows: Iterable[str] = COUNTED, *, at: datetime) -> dict[str, int]:
    """How many requests stand in each queue, by one statement; from MOST_COUNTED on nobody counts further."""
    names, parts = list(shows), []
    values: list[Any] = []
    for name in names:
        sql, params = queue(user, name, at).order_by().values("pk")[:MOST_COUNTED].query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS few)")
        values += params
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), values)
        return dict(zip(names, cursor.fetchone(), strict=True))


def found(rows: QuerySet[Ticket], user: Any, text: str) -> QuerySet[Ticket]:
    """By number, by the client's telephone number in any spelling, or by a part of his name."""
    text = " ".join(text.split())[:100].lstrip("№#").strip()
    if not text:
        return rows
    if whole := _NUMBER.fullmatch(text):
        return rows.filter(number__in=_numbers(whole["year"], whole["sequence"]))
    return rows.filter(client_is(text, user))


def is_number(text: str) -> bool:
    """Whether the text may be the number of a request, with or without its year."""
    return _NUMBER.fullmatch(text.strip().lstrip("№#").strip()) is not None


def _numbers(year: str | None, sequence: str) -> list[str]:
    """The numbers that may be meant; without its year a sequence is looked for in all of them."""
    years = [year] if year else [str(each) for each in _YEARS]
    return [f"{each}-{sequence.zfill(6)}" for each in years]


@dataclass(frozen=True, slots=True)
class StepShown:
    """One gate of the picture; ``state`` is passed, here, lost, out or ahead."""

    name: object
    state: str
    note: object = ""


def steps_of(ticket: Ticket) -> list[StepShown]:
    """The way of a request with the place where it stands or was lost."""
    gate = _gate(ticket)
    shown = []
    for step in STEPS:
        if ticket.channel != "call" and 0 < step.rank < BY_KEY["entered"].rank:
            continue
        if step.key == gate:
            state = "out" if ticket.state == Ticket.State.DISQUALIFIED else "lost"
        elif ticket.rank >= step.rank:
            state = "here" if _is_last(ticket, step.rank) and not gate else "passed"
        else:
            state = "ahead"
        shown.append(
            StepShown(_name(step.key, ticket), state, Loss(ticket.loss).label if state in ("lost", "out") else "")
        )
    return shown


def _gate(ticket: Ticket) -> str:
    if not ticket.loss:
        return ""
    if ticket.loss in ("L11", "L13"):
        return "deal" if ticket.rank >= BY_KEY["deal"].rank else "worked"
    return STEP_OF_LOSS[ticket.loss]


def _is_last(ticket: Ticket, rank: int) -> bool:
    return rank == max(step.rank for step in STEPS if step.rank <= ticket.rank)


def _name(key: str, ticket: Ticket) -> object:
    stage_id = deal_stage_of(ticket.step) or ticket.deal_stage_id
    if key == "deal" and stage_id:
        stage = PipelineStage.objects.filter(pk=stage_id).first()
        return f"{BY_KEY[key].name}: {stage.name}" if stage else BY_KEY[key].name
    return BY_KEY[key].name


def open_requests(user: Any, people: Iterable[int]) -> dict[int, OpenRequest]:
    """The newest open request of each of these clients, of those the person may see: while one of them calls."""
    rows = Ticket.objects.visible_to(user).open().filter(person__in=list(people)).order_by("opened_at", "pk")
    return {ticket.person_id: _open(ticket) for ticket in rows}


def _open(ticket: Ticket) -> OpenRequest:
    key = ticket.step.partition(":")[0]  # all stages of a pipeline are the deal
    state = _("did not get through") if ticket.missed_at else BY_KEY[key].name if key in BY_KEY else ""
    return OpenRequest(ticket.number, state, address("tickets:ticket", ticket.pk))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline, as ``web/_timeline_item.html`` draws it."""

    pk: int
    icon: str
    tone: str
    at: datetime
    text: str
    by: str
    detail: str = ""
    url: str = ""


def timeline(user: Any, ticket: Ticket, limit: int = 60) -> list[Line]:
    """The request's events that ``user`` may know of, the newest first; those of calls open the call."""
    facts = journey.timeline(ticket_id=ticket.pk, limit=limit)
    return [_line(fact) for fact in facts if fact.kind not in _QUIET and _may_know(user, fact.kind)]


def _may_know(user: Any, name: str) -> bool:
    return access.can(user, name.partition(".")[0], "view")


def _line(fact: Fact) -> Line:
    try:
        icon = kind(fact.kind).icon
    except LookupError:
        icon = "point"
    return Line(
        pk=fact.id, icon=icon, tone=_TONES.get(fact.kind, ""), at=fact.at, text=journey.sentence(fact, staff.name_of),
        by=staff.name_of(fact.by_id), detail=str(fact.details.get("result") or fact.details.get("comment") or ""),
        url=address("telephony:call", fact.call_id) if fact.call_id else "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContactShown:
    """A contact with the address of the call and its raw events, or with what was asked through a form."""

    contact: Contact
    ending: object
    by: str
    url: str
    asked: Any = None
    sound: Sound | None = None

    @property
    def tags(self) -> str:
        """The UTM tags as they came: "yandex / cpc / tours"."""
        return " / ".join(str(tag) for tag in self.asked.utm.values() if tag) if self.asked else ""


def contacts_of(ticket: Ticket, user: Any) -> list[ContactShown]:
    """The contacts of a request and of those merged into it, the newest first, with the talks that ``user`` may hear."""
    both = Contact.objects.filter(Q(ticket=ticket) | Q(ticket__merged_into=ticket))
    rows = list(both.order_by("-at", "-pk")[:100])
    sent = [each.ref_id for each in rows if each.kind == "form"]
    asked = marketing.submissions(sent) if sent else {}
    sounds = telephony.sounds_of(user, [each.ref_id for each in rows if each.kind == "call" and each.answered_at])
    return [
        ContactShown(
            each,
            Loss(each.stage).label if each.stage in Loss.values else "",
            staff.name_of(each.by_id),
            address("telephony:call", each.ref_id) if each.kind == "call" else "",
            asked.get(each.ref_id) if each.kind == "form" else None,
            sounds.get(each.ref_id) if each.kind == "call" else None,
        )
        for each in rows
    ]
