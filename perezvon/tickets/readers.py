"""What this room hears, and what it does when its time comes."""

from collections.abc import Sequence
from datetime import datetime

from perezvon.journey.models import Due, Fact
from perezvon.journey.registry import reader, schedule, timer

from .actions import climbing, complaints, intake, progress, routing
from .actions.promises import CLIMB
from .actions.standing import LOOK, RECOUNT, restand_ids

CONTACTS = ("call.started", "call.connected", "call.ended", "call.revised", "form.submitted")
PROGRESS = ("deal.", "payment.", "task.", "person.entered", "note.added")

MOVES = ("ticket.opened", "ticket.joined", "ticket.lost", "ticket.staged", "ticket.changed", "ticket.responded")
FREES = ("ticket.closed", "ticket.out", "ticket.deal", "ticket.paused", "presence.changed")
TIMES = ("calendar.changed", "department.changed", "department.moved", "ticket.promise_changed", "ticket.settings")


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


@reader("tickets.routing", kinds=(*MOVES, *FREES), acts=True)
def give_out(facts: list[Fact]) -> None:
    """Requests come to their queues and to people; whoever becomes free is asked for those that wait."""
    at = max(fact.at for fact in facts)
    routing.settle(facts)
    if moved := {fact.ticket_id for fact in facts if fact.ticket_id and fact.kind in MOVES}:
        routing.route(moved, at=at)
    if any(fact.kind in FREES for fact in facts):
        routing.route_waiting(at=at)


@reader("tickets.times", kinds=TIMES, acts=True)
def count_anew(facts: list[Fact]) -> None:
    """The calendar or a promise has changed: deadlines that run are computed again."""
    climbing.recount_running(at=max(fact.at for fact in facts))


@timer(routing.ACCEPT)
def pass_on(dues: Sequence[Due], at: datetime) -> None:
    """Requests that were not taken up in time go to the next."""
    routing.pass_on([int(due.key) for due in dues], at=at)


@timer(CLIMB)
def climb(dues: Sequence[Due], at: datetime) -> None:
    """The ladder of escalation goes on."""
    climbing.climb([int(due.key) for due in dues], at=at)


@schedule("tickets.waiting", every=60)
def ask_again(at: datetime) -> None:
    """Somebody's hours may have begun: requests that wait are offered again."""
    routing.route_waiting(at=at)


@timer(complaints.OVERDUE)
def remind(dues: Sequence[Due], at: datetime) -> None:
    """A complaint is past its deadline."""
    complaints.remind([int(due.key) for due in dues], at=at)
