"""Notes of the staff on clients and deals."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Expansion, Heard, Noun, fact_of, register
from perezvon.api.problems import wrong
from perezvon.api.schemas import Field, Id, In, Out
from perezvon.kit.phones import without_numbers

from .. import actions
from ..models import Company, Deal, Note, Person


class NoteOut(Out):
    """A remark."""

    id: int
    text: str
    person_id: int | None
    company_id: int | None
    deal_id: int | None
    by_id: int | None
    at: datetime


class NoteIn(In):
    """A remark on one of the three."""

    text: Annotated[str, Field(min_length=1, max_length=8000)]
    person_id: Id | None = None
    company_id: Id | None = None
    deal_id: Id | None = None


def _dress(rows: Sequence[Any], caller: Caller) -> None:
    if not caller.sees_phones:
        for row in rows:
            row.text = without_numbers(row.text)


NOTES = register(Noun(
    "notes", "note", _("Notes"), NoteOut, lambda user, verb: Note.objects.visible_to(user), dress=_dress,
    narrow={"person": "person_id", "company": "company_id", "deal": "deal_id"},
    expand={"person": Expansion("people", "person_id"), "deal": Expansion("deals", "deal_id")},
    heard=Heard(("note.",), fact_of("note")),
))  # fmt: skip


@NOTES.adds(NoteIn)
def add(caller: Caller, body: NoteIn) -> Note:
    """One more remark."""
    user = caller.user
    on = [
        named(Deal.objects.visible_to(user), body.deal_id, "deal_id"),
        named(Person.objects.visible_to(user), body.person_id, "person_id"),
        named(Company.objects.visible_to(user), body.company_id, "company_id"),
    ]
    found = [one for one in on if one is not None]
    if len(found) != 1:
        raise wrong("body.person_id", _now("Name a person, a company or a deal, one of the three."))
    return actions.add_note(found[0], body.text, by=user, at=caller.at)
