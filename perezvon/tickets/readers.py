"""What this room hears, and what it does when its time comes."""

from collections.abc import Sequence
from datetime import datetime

from perezvon.journey.models import Due, Fact
from perezvon.journey.registry import reader, timer

from .actions import intake, progress
from .actions.standing import LOOK, RECOUNT, restand_ids

CONTACTS = ("call.started", "call.connected", "call.ended", "call.revised", "form.submitted")
PROGRESS = ("deal.", "payment.", "task.", "person.entered", "note.added")


@reader("tickets.intake", kinds=CONTACTS, batch=1000)
def admit(facts: list[Fact]) -> None:
    """Every contact joins the client's open request or opens a new one."""
    intake.admit(facts)


@reader("tickets.progress", kinds=PROGRESS)
def advance(facts: list[Fact]) -> None:
    """What the office does moves the journey on."""
    progress.advance(facts)


@timer(LOOK)
def look(dues: Sequence[Due], at: datetime) -> None:
    """A window, a first response or a deadline has come: judge the requests again."""
    restand_ids([int(due.key) for due in dues], at=at)


@timer(RECOUNT)
def recount(dues: Sequence[Due], at: datetime) -> None:
    """What is kept of a request has grown with the product: judge it anew."""
    restand_ids([int(due.key) for due in dues], at=at)
