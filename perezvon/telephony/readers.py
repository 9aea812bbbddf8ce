"""Background work of this room."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.utils import timezone

from perezvon.journey.models import Due, Fact
from perezvon.journey.registry import OUTSIDE, URGENT, loop, reader, schedule, timer
from perezvon.kit import clock

from . import jobs
from .actions import alerts, pausing, wrapping_up
from .actions.balance import balance_next, balance_nightly
from .actions.callback_requests import look_after, note_promises, put_next, settle_promises
from .actions.closing import close_silent
from .actions.directory import Kept, directory
from .actions.interpret import interpret_pending
from .actions.passwords import change_all_passwords
from .actions.prompts import tidy_sounds
from .actions.recordings import note_recordings, sweep_spools, take_next
from .actions.retention import expire
from .actions.shrinking import shrink_next

HOUR = 3600
NIGHT = range(2, 6)  # by the clock of the company
KEPT = Kept()


@loop("telephony.interpret", lane=URGENT)
def work() -> int:
    """Raw events become calls."""
    # Within somebody's transaction the lookups are read anew: it may have changed them.
    return interpret_pending(books=directory if connection.in_atomic_block else KEPT.of)


@loop("telephony.recordings", lane=OUTSIDE)
def fetch() -> int:
    """Recordings that are due come into the storage, one at a time."""
    return take_next(at=clock.now())


@loop("telephony.shrinking", lane=OUTSIDE)
def shrink() -> int:
    """Recordings are made small when nobody calls, one at a time."""
    return shrink_next(at=clock.now())


@loop("telephony.promises", lane=OUTSIDE)
def keep_places() -> int:
    """Clients who asked to be called back get a stand-in in their queue."""
    return put_next(at=clock.now())


@loop("telephony.alerts")
def watch() -> int:
    """Supervisors are told what the rules say."""
    return alerts.watch_now_and_then(clock.now())


@reader("telephony.promises", kinds=("call.promised", "call.ended", "call.revised"), acts=True)
def promise(facts: Sequence[Fact]) -> None:
    """A client asks to be called back; a talk ends what was promised."""
    note_promises({fact.call_id for fact in facts if fact.call_id and fact.kind == "call.promised"})
    settle_promises({fact.call_id for fact in facts if fact.call_id and fact.kind != "call.promised"})


@loop("telephony.balances", lane=OUTSIDE)
def balance() -> int:
    """Balances that are asked for, one at a time."""
    return balance_next(at=clock.now())


@schedule("telephony.nightly", every=900)
def nightly(at: datetime) -> None:
    """Every exchange that can be asked is balanced in the night."""
    balance_nightly(at=at)


@reader("telephony.recordings", kinds=("call.ended", "call.revised"))
def expect(facts: Sequence[Fact]) -> None:
    """A call that ended may have been recorded."""
    note_recordings({fact.call_id for fact in facts if fact.call_id})


@schedule("telephony.silent", every=60)
def silent(at: datetime) -> None:
    """Calls that nobody ended are closed as inferred; places in queues that were lost are kept anew."""
    close_silent(at)
    look_after(at=at)


@schedule("telephony.spool", every=HOUR)
def sweep(at: datetime) -> None:
    """What a worker left in the spool although it is in the storage."""
    sweep_spools(at=at)


@schedule("telephony.retention", every=6 * HOUR)
def forget(at: datetime) -> None:
    """Recordings that were kept long enough go."""
    expire(at=at)


@schedule("telephony.sounds", every=24 * HOUR)
def sounds(at: datetime) -> None:
    """Sound files that nothing names any more are removed."""
    tidy_sounds(at)


@reader("telephony.wrap_up", kinds=("call.ended",), acts=True)
def wrap_up(facts: list[Fact]) -> None:
    """Whoever talked gets time to write down what came of it."""
    wrapping_up.begin(facts)


@schedule("telephony.passwords", every=HOUR)
def new_passwords(at: datetime) -> None:
    """The telephones in browsers get new passwords, in the hours in which nobody calls."""
    if timezone.localtime(at).hour in NIGHT:
        change_all_passwords(at=at)


@schedule("telephony.pauses", every=30)
def pause_again(at: datetime) -> None:
    """What a worker that died was about to tell an exchange is told by the next one."""
    pausing.sync_all(at)


@reader("telephony.pauses", kinds=("presence.changed", "call.wrap_up", "call.wrapped_up"), acts=True)
def pause(facts: list[Fact]) -> None:
    """The exchange rings only those who can answer; it is told after the commit, for it may be slow."""
    people = pausing.members_among({fact.owner_id for fact in facts if fact.owner_id})
    if people:
        jobs.follow_states.defer(users=sorted(people))


@timer(wrapping_up.OVER)
def wrap_up_over(dues: Sequence[Due], at: datetime) -> None:
    """The queue's wrap-up time is over."""
    wrapping_up.end_over([int(due.key) for due in dues], at=at)
