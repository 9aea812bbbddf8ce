"""The ledger: everything that happened, in its order, as far as the caller may see what it is about."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from perezvon.journey.feeding import after, present
from perezvon.journey.kinds import is_among, kinds
from perezvon.journey.models import Fact
from perezvon.journey.reads import sentence
from perezvon.staff import access
from perezvon.staff.reads import name_of

from .. import changes
from ..extras import Extra, Nothing, extra
from ..nouns import Caller, heard, nouns
from ..schemas import Field, Roubles

_IDS = ("by_id", "owner_id", "department_id", "person_id", "company_id", "ticket_id", "deal_id", "call_id", "source_id")


class FactOut(BaseModel):
    """One thing that happened. ``details`` differ by kind; numbers never stand in them."""

    id: int
    kind: str
    at: datetime = Field(description=_("When it happened."))
    recorded_at: datetime = Field(description=_("When we learned of it."))
    sentence: str = Field(description=_("The same in words."))
    by_id: int | None = Field(description=_("Who did it; null = the system."))
    owner_id: int | None
    department_id: int | None
    person_id: int | None
    company_id: int | None
    ticket_id: int | None
    deal_id: int | None
    call_id: int | None
    source_id: int | None
    channel: str
    amount: Roubles | None
    seconds: int | None
    details: dict[str, Any]


class FactsOut(BaseModel):
    """A stretch of the ledger."""

    items: list[FactOut]
    next: str
    more: bool = Field(description=_("There is more to read at once."))


class FactsAsked(changes.Since):
    """Which facts."""

    kinds: Annotated[str, Field(max_length=400, description=_("Kinds with commas between; one that ends with a dot is a beginning: “deal.,call.ended”."))] = ""  # fmt: skip


def seen(user: Any, facts: Sequence[Fact]) -> list[Fact]:
    """Facts about what ``user`` may see; those about nothing of the kind are for the keepers of the journal."""
    ours = heard(facts)
    visible: set[int] = set()
    for key, by_row in ours.items():
        noun = nouns()[key]
        if noun.can(user, noun.view):
            rows = noun.rows(user, noun.view).filter(pk__in=by_row).values_list("pk", flat=True)
            visible |= {fact.id for pk in rows for fact in by_row[pk]}
    known = {fact.id for by_row in ours.values() for facts_of in by_row.values() for fact in facts_of}
    keeps = access.scope(user, "journal") == "all"
    return [fact for fact in facts if fact.id in visible or (keeps and fact.id not in known)]


def told(fact: Fact) -> dict[str, Any]:
    """A fact as programs read it."""
    return {
        "id": fact.id, "kind": fact.kind, "at": fact.at, "recorded_at": fact.recorded_at, "sentence": sentence(fact, name_of),
        **{name: getattr(fact, name) for name in _IDS}, "channel": fact.channel, "amount": fact.amount,
        "seconds": fact.seconds, "details": fact.details,
    }  # fmt: skip


def facts(caller: Caller, asked: FactsAsked) -> dict[str, Any]:
    """What happened behind a place of the ledger."""
    if not asked.after:
        return {"items": [], "next": changes.written(present()), "more": False}
    found, place = after(changes.read(asked.after), changes.WINDOW)
    wanted = tuple(kind.strip() for kind in asked.kinds.split(",") if kind.strip())
    chosen: Iterable[Fact] = [fact for fact in found if not wanted or is_among(fact.kind, wanted)]
    return {
        "items": [told(fact) for fact in seen(caller.user, list(chosen))], "next": changes.written(place),
        "more": len(found) == changes.WINDOW,
    }  # fmt: skip


class KindOut(BaseModel):
    """A kind of facts."""

    kind: str
    sentence: str = Field(description=_("With the names of details that stand in it."))


class KindsOut(BaseModel):
    """Everything that can happen."""

    kinds: list[KindOut]


def all_kinds(caller: Caller, asked: Nothing) -> dict[str, Any]:
    """The vocabulary of the ledger."""
    return {"kinds": [{"kind": kind.name, "sentence": str(kind.sentence)} for kind in kinds()]}


extra(Extra(
    "facts", "facts", "facts", _("Everything that happened behind a place of the ledger"), FactsOut, facts, query=FactsAsked, of="facts",
    about=_("In the ledger's order and without gaps: nothing is skipped, whatever was written at the same time."),
))  # fmt: skip
extra(Extra("facts/kinds", "fact-kinds", "facts", _("Kinds of facts"), KindsOut, all_kinds))
