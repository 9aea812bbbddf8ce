"""Notes of the staff on clients and deals."""

from datetime import datetime
from typing import Any

from django.db import transaction

from perezvon.journey.actions import record
from perezvon.kit.phones import without_numbers

from .. import facts
from ..models import Company, Deal, Note, Person

__all__ = ["add_note", "without_numbers"]

_LONGEST = 2000


@transaction.atomic
def add_note(on: Person | Company | Deal, text: str, *, by: Any, at: datetime, batch: int | None = None) -> Note:
    """A remark on a client or a deal; the ledger keeps its text with telephone numbers masked. ``batch`` = of an import."""
    note = Note(text=text.strip(), by=by, at=at)
    if isinstance(on, Deal):
        note.deal, note.person_id, note.company_id = on, on.person_id, on.company_id
    elif isinstance(on, Person):
        note.person = on
    else:
        note.company = on
    note.save()
    record(
        facts.NOTE_ADDED, at=at, by=by, person_id=note.person_id, company_id=note.company_id,
        deal_id=note.deal_id, owner_id=on.responsible_id, department_id=on.department_id,
        ticket_id=getattr(on, "ticket_id", None), note=note.pk, text=without_numbers(note.text)[:_LONGEST],
        **({} if batch is None else {"batch": batch}),
    )  # fmt: skip
    return note
