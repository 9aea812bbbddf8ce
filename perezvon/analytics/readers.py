"""The syncer: hears which journeys changed and pours them into the columnar store in its own time."""

from datetime import datetime
from typing import TYPE_CHECKING

from perezvon.journey.registry import SLOW, reader, schedule
from perezvon.tickets.models import Ticket

from .actions import check_balance, mark_dirty, pour_dirty

if TYPE_CHECKING:
    from perezvon.journey.models import Fact


@reader(
    "analytics.dirty", kinds=("ticket.", "deal.", "payment.", "person.merged", "person.unmerged"), batch=2000, lane=SLOW
)
def note_changes(facts: "list[Fact]") -> None:
    """Journeys with news are read from PostgreSQL until their month is poured."""
    joined = [fact.person_id for fact in facts if fact.kind in ("person.merged", "person.unmerged")]
    parted = [fact.details.get("gone") for fact in facts if fact.kind == "person.unmerged"]
    whose = Ticket.objects.filter(person__in=[*joined, *parted]).values_list("pk", flat=True) if joined else ()
    mark_dirty([*(fact.ticket_id for fact in facts if fact.ticket_id), *whose])


@schedule("analytics.pour", every=60)
def pour(at: datetime) -> None:
    """Months that changed are written anew."""
    pour_dirty(at=at)


@schedule("analytics.balance", every=24 * 3600)
def balance(at: datetime) -> None:
    """The nightly comparison of the store with PostgreSQL."""
    check_balance(at=at)
