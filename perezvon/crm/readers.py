"""What this room does when its time comes."""

from collections.abc import Sequence
from datetime import datetime

from perezvon.journey.models import Due, Fact
from perezvon.journey.registry import reader, timer

from .actions.people import touch_people
from .actions.tasks import OVERDUE, note_overdue


@timer(OVERDUE)
def tell_overdue(dues: Sequence[Due], at: datetime) -> None:
    """A deadline has passed: say so unless the task is done or was put off."""
    note_overdue([int(due.key) for due in dues], at=at)


@reader("crm.contacts", kinds=("call.ended", "form.submitted"))
def note_contacts(facts: Sequence[Fact]) -> None:
    """The last contact of everybody who called, was called or wrote."""
    touch_people({fact.person_id: fact.at for fact in sorted(facts, key=lambda each: each.at) if fact.person_id})
