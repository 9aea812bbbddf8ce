"""The one timeline of a card: facts of the ledger in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from perezvon.journey import reads as journey
from perezvon.journey.kinds import is_among, kind, kinds
from perezvon.journey.models import Fact
from perezvon.staff import access
from perezvon.staff import reads as staff
from perezvon.web.parts import Sound

from .hooks import sounds
from .models import Company, Note, Person

SIZE = 30
GROUPS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "talks": (_("Calls and messages"), ("call.", "message.", "mail.")),
    "requests": (_("Requests"), ("ticket.", "form.")),
    "deals": (_("Deals"), ("deal.", "payment.")),
    "tasks": (_("Tasks"), ("task.",)),
    "notes": (_("Notes"), ("note.",)),
}
# Steps of one call say together what its end says alone.
_INNER = (
    "call.queued",
    "call.ringing",
    "call.started",
    "call.connected",
    "call.revised",
    "call.wrap_up",
    "call.wrapped_up",
    "ticket.staged",
    "ticket.changed",
)
# Who heard, judged and kept a talk is said where the talk is, not in the client's story.
_ELSEWHERE = ("recording.", "call.scored")
_MERGED: dict[str, type[Any]] = {"person_id": Person, "company_id": Company}
_NOUNS = {"note": "person", "form": "ticket", "message": "call", "mail": "call"}
_TONES = {
    "deal.won": "success", "payment.received": "success", "task.done": "success", "ticket.recovered": "success",
    "deal.lost": "danger", "task.overdue": "danger", "ticket.overdue": "danger", "note.added": "warning",
    "deal.opened": "primary", "person.entered": "primary", "ticket.opened": "primary",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One line as ``web/_timeline_item.html`` draws it."""

    pk: int
    icon: str
    tone: str
    at: datetime
    text: str
    by: str
    detail: str
    url: str = ""
    sound: Sound | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a timeline and the place of its last line ("" = there is nothing older).

    ``is_later``: it does not begin with the newest.
    """

    items: list[Item]
    more: str
    is_later: bool = False


def timeline(user: Any, group: str, before: str, event: str = "", **subject: int) -> Chunk:
    """What ``user`` may know of the subject, the newest first; ``group`` is a key of ``GROUPS`` or "".

    ``event`` is the id of the event to begin with; one that is not there means the newest.
    """
    several = {
        name: _with_merged(_MERGED[name], value) if name in _MERGED else value for name, value in subject.items()
    }
    start = _place(before) or _from_event(event, several)
    facts = journey.timeline(limit=SIZE + 1, before=start, kinds=_kinds(user, group), **several)
    more = f"{facts[SIZE - 1].at.isoformat()}~{facts[SIZE - 1].id}" if len(facts) > SIZE else ""
    facts = facts[:SIZE]
    notes = _notes(user, facts)
    heard = sounds(user, {fact.call_id for fact in facts if fact.call_id and fact.kind == "call.ended"})
    return Chunk([_item(fact, notes, heard) for fact in facts], more, is_later=start is not None)


def _with_merged(model: type[Any], card: int) -> list[int]:
    """A client and those who were merged into him, one after another: their story is his."""
    found, last = [card], [card]
    while last:
        last = list(model.objects.filter(merged_into__in=last).values_list("pk", flat=True))
        found += last
    return found


def _kinds(user: Any, group: str) -> list[str]:
    patterns = GROUPS[group][1] if group in GROUPS else None
    return [
        one.name
        for one in kinds()
        if (patterns is None or is_among(one.name, patterns))
        and one.name not in _INNER
        and not is_among(one.name, _ELSEWHERE)
        and _may_know(user, one.name)
    ]


def _may_know(user: Any, name: str) -> bool:
    prefix = name.partition(".")[0]
    return access.can(user, _NOUNS.get(prefix, prefix), "view")


def _notes(user: Any, facts: Iterable[Fact]) -> dict[int, str]:
    """Notes in full for those who see numbers; the ledger's own text has them masked."""
    ids = [fact.details["note"] for fact in facts if fact.kind == "note.added" and "note" in fact.details]
    if not ids or not access.sees_phones(user):
        return {}
    return dict(Note.objects.filter(pk__in=ids).values_list("pk", "text"))


def _item(fact: Fact, notes: dict[int, str], heard: dict[int, Sound]) -> Item:
    details = fact.details
    detail = notes.get(details.get("note", 0)) or details.get("text") or details.get("result") or details.get("comment")
    try:
        icon = kind(fact.kind).icon
    except LookupError:
        icon = "point"
    return Item(
        pk=fact.id, icon=icon, tone=_TONES.get(fact.kind, ""), at=fact.at, text=journey.sentence(fact, staff.name_of),
        by=staff.name_of(fact.by_id), detail=str(detail or ""),
        sound=heard.get(fact.call_id or 0) if fact.kind == "call.ended" else None,
    )  # fmt: skip


def _place(text: str) -> tuple[datetime, int] | None:
    moment, _tilde, pk = text.partition("~")
    try:
        at, number = datetime.fromisoformat(moment), int(pk)
    except ValueError:
        return None
    return (at, number) if at.tzinfo and 0 < number < 2**63 else None


def _from_event(text: str, subject: dict[str, Any]) -> tuple[datetime, int] | None:
    """The place just above an event of the subject."""
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        return None
    mine = {f"{name}__in" if isinstance(value, list) else name: value for name, value in subject.items()}
    found = Fact.objects.filter(pk=int(text), **mine).values_list("at", "id").first()
    return (found[0], found[1] + 1) if found else None
