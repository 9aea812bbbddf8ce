"""What the pages of calls show: a search, days of an address, and the words for a call's way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from perezvon.crm.search import client_is
from perezvon.kit import phones
from perezvon.staff.reads import names_of

from .actions.directory import directory
from .models import Call
from .stages import cause_words

LOST, IN, OUT = "lost", "in", "out"


def of_somebody(rows: QuerySet[Call], user: Any, text: str) -> QuerySet[Call]:
    """Of these calls those of a client with this name, or of this whole number."""
    number = phones.normalise(text)
    return rows.filter(Q(phone=number) | client_is(text, user) if number else client_is(text, user))


def days(chosen: Mapping[str, str]) -> dict[str, Any]:
    """The condition that ``from`` and ``to`` of an address mean; {} for none."""
    tests = [
        {"field": "started", "op": op, "value": day.isoformat()}
        for name, op in (("from", "since"), ("to", "until"))
        if (day := _day(chosen.get(name)))
    ]
    return {"all": tests} if tests else {}


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the drawing of a call's way: ``share`` is the width in percent, ``seconds`` how long."""

    state: str
    name: object
    what: str
    seconds: int
    share: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Ring:
    """One attempt in words: who was rung, how long, what came of it."""

    who: str
    extension: str
    at: datetime
    seconds: int
    outcome: object
    is_answered: bool


def way(call: Call, now: datetime) -> list[Stretch]:
    """The call's way as stretches of a bar; what lasts, lasts until ``now``."""
    spans = [
        (span, datetime.fromisoformat(span["at"]), _moment(span.get("until")) or call.ended_at or now)
        for span in call.path
    ]
    total = sum(((end - start) for _span, start, end in spans), timedelta()).total_seconds() or 1.0
    return [
        Stretch(
            span["state"], Call.State(span["state"]).label, span.get("what", ""), int((end - start).total_seconds() + 0.5),
            round(max(2.0, 100 * (end - start).total_seconds() / total), 1), start,
        )
        for span, start, end in spans
    ]  # fmt: skip


def rings(call: Call) -> list[Ring]:
    """The attempts with the names of those who were rung."""
    book = directory([call.provider_id])
    users = {a.get("extension", ""): book.user_of(call.provider_id, a.get("extension", "")) for a in call.attempts}
    names = names_of(users.values())
    return [_ring(attempt, names, users, call) for attempt in call.attempts]


def _ring(attempt: dict[str, Any], names: dict[int, str], users: dict[str, int | None], call: Call) -> Ring:
    extension, start = attempt.get("extension", ""), _moment(attempt["at"]) or call.started_at
    end, cause = _moment(attempt.get("until")), attempt.get("cause", "")
    is_answered = cause == "answered"
    outcome = _("answered") if is_answered else cause_words(cause) if cause else _("ringing")
    seconds = int((end - start).total_seconds()) if end else 0
    return Ring(names.get(users.get(extension) or 0, ""), extension, start, seconds, outcome, is_answered)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
