"""Ties between clients: a person and a company (with a role), two people, two companies."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from perezvon.journey.actions import record

from .. import facts
from ..models import Company, Person, Tie, TieKind
from .errors import Refused

Party = Person | Company


class NotSuchTie(Refused):
    """A kind of tie is for other ends, a client is tied to himself, or it ends before it begins."""

    text = _("These two cannot be tied so.")


class TiedAlready(Refused):
    """The same tie is there already."""

    text = _("They are tied so already.")


@transaction.atomic
def save_kind(kind: TieKind, *, by: Any, at: datetime) -> None:
    """Add a kind of tie, or call it otherwise; what it is between is chosen once."""
    kind.save()
    record(facts.TIE_KIND, at=at, by=by, name=str(kind))


@dataclass(frozen=True, slots=True)
class Shown:
    """A tie as one of its ends sees it: ``word`` is what the other one is."""

    tie: Tie
    word: str
    other: Party
    is_over: bool


def ends(kind: TieKind) -> tuple[type[Party], type[Party]]:
    """What the first and the second one are."""
    if kind.between == TieKind.Between.PEOPLE:
        return Person, Person
    return (Person, Company) if kind.between == TieKind.Between.WORK else (Company, Company)


def _columns(first: Party, second: Party) -> dict[str, Any]:
    one = {"person": first} if isinstance(first, Person) else {"company": first}
    return one | ({"other_person": second} if isinstance(second, Person) else {"other_company": second})


@transaction.atomic
def add_tie(
    kind: TieKind,
    first: Party,
    second: Party,
    *,
    role: str = "",
    since: date | None = None,
    until: date | None = None,
    by: Any,
    at: datetime,
) -> Tie:
    """Say that ``first`` is ``kind.word`` and ``second`` is ``kind.other_word``. NotSuchTie, TiedAlready."""
    wrong = not isinstance(first, ends(kind)[0]) or not isinstance(second, ends(kind)[1]) or first == second
    if wrong or (since and until and since > until):
        raise NotSuchTie
    columns = _columns(first, second)
    type(first).objects.select_for_update(no_key=True).get(pk=first.pk)
    if Tie.objects.filter(kind=kind, until=None, **columns).exists():
        raise TiedAlready
    tie = Tie.objects.create(kind=kind, role=role.strip(), since=since, until=until, at=at, by=by, **columns)
    _tell(first, kind.other_word, second, by=by, at=at)
    _tell(second, kind.word, first, by=by, at=at)
    return tie


@transaction.atomic
def change_tie(tie: Tie, *, role: str, since: date | None, until: date | None) -> None:
    """Another role, other days; ``until`` says that it is over. NotSuchTie when it ends before it begins."""
    if since and until and since > until:
        raise NotSuchTie
    Tie.objects.filter(pk=tie.pk).update(role=role.strip(), since=since, until=until)


@transaction.atomic
def remove_tie(tie: Tie, *, by: Any, at: datetime) -> None:
    """It was said by mistake; a tie that is over gets its day instead."""
    first, second = _ends_of(tie)
    for party in (first, second):
        kind = facts.PERSON_CHANGED if isinstance(party, Person) else facts.COMPANY_CHANGED
        record(kind, at=at, by=by, fields=["ties"], **_id(party))
    tie.delete()


def _ends_of(tie: Tie) -> tuple[Party, Party]:
    return tie.person or tie.company, tie.other_person or tie.other_company  # type: ignore[return-value]


def _id(party: Party) -> dict[str, int]:
    return {"person_id" if isinstance(party, Person) else "company_id": party.pk}


def _tell(party: Party, word: str, other: Party, *, by: Any, at: datetime) -> None:
    kind = facts.PERSON_TIED if isinstance(party, Person) else facts.COMPANY_TIED
    record(kind, at=at, by=by, word=word, name=other.name, **_id(party))


def of(party: Party, today: date) -> list[Shown]:
    """The ties of a client, present ones first, each in the words of the other end."""
    name = "person" if isinstance(party, Person) else "company"
    rows = Tie.objects.filter(Q(**{name: party}) | Q(**{f"other_{name}": party}))
    found = []
    for tie in rows.select_related("kind", "person", "company", "other_person", "other_company").order_by("pk"):
        first, second = _ends_of(tie)
        is_first = first == party
        word = tie.kind.other_word if is_first else tie.kind.word
        found.append(Shown(tie, word, second if is_first else first, tie.until is not None and tie.until < today))
    return sorted(found, key=lambda each: (each.is_over, each.tie.kind.order, each.tie.pk))
