"""What keeps background work moving: readers, loops, timers and housekeeping, lane by lane."""

import logging
import threading
from collections.abc import Callable, Set
from datetime import datetime, timedelta
from time import monotonic

from django.db import close_old_connections, connection, transaction
from django.db.models import Q

from perezvon.kit import clock

from .bells import EVERYTHING, NOTHING, Words, heard, joined
from .models import Due, Schedule
from .reading import Page, behind, deliver, pass_over, retry_due
from .registry import FAST, OUTSIDE, PROGRAMS, SLOW, URGENT, loops, readers, schedules, timers

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
LOOK_SECONDS = {URGENT: 1.0, FAST: 1.0}  # how often a lane looks at everything, whatever it was told; else:
LOOK_SLOWLY_SECONDS = 3.0
SOON_SECONDS = 0.06  # longer than wake_soon() keeps quiet
BURST_SECONDS = 0.015  # an exchange tells of a step of a call by several events, and of many calls at once
GATHER_SECONDS = 0.2  # what comes meanwhile is done in one go: a turn costs the same for one fact and for fifty
HOUSE_SECONDS = 1.0  # how often housekeeping looks at its clock
_BATCH = 500
_RETRY = timedelta(minutes=1)


def turn(lane: str, *, at: datetime, words: Words = None) -> dict[str, int]:
    """One round of a lane, of all of it or of what ``words`` mean; who has done something and how much ({} = quiet)."""
    done = {}
    for name, loop in loops.items():
        if loop.lane == lane and (words is None or name in words):
            done[name] = _guarded(name, loop.work)
    own = {name: reader for name, reader in readers.items() if reader.lane == lane}
    if any(words is None or any(map(reader.answers, words)) for reader in own.values()):
        done |= _hand_on(own.keys(), at)  # whom it does not concern moves on with the others
    if lane == FAST and (words is None or "timers" in words):
        done["timers"] = _guarded("timers", lambda: fire_due(at=at))
    return {name: count for name, count in done.items() if count}


def _hand_on(names: Set[str], at: datetime) -> dict[str, int]:
    page, (late, parked) = Page(), behind(at=at)
    done = pass_over(sorted(late & names), at=at, page=page)
    for name in sorted((late & names) - done.keys()):
        done[name] = _guarded(name, lambda name=name: deliver(readers[name], at=at, page=page))
    for name in sorted(parked & names):
        done[name] = done.get(name, 0) + _guarded(name, lambda name=name: retry_due(readers[name], at=at))
    return done


def _guarded(name: str, work: Callable[[], int]) -> int:
    try:
        return work()
    except Exception:
        log.exception("background work failed", extra={"work": name})
        return 0


def fire_due(*, at: datetime) -> int:
    """Fire a batch of timers that are due at ``at``; how many were fired."""
    with transaction.atomic():
        rows = Due.objects.select_for_update(skip_locked=True).filter(due_at__lte=at)
        dues = list(rows.filter(kind__in=list(timers)).order_by("due_at", "id")[:_BATCH])
        for kind in dict.fromkeys(due.kind for due in dues):
            _fire(kind, [due for due in dues if due.kind == kind], at)
    return len(dues)


def _fire(kind: str, dues: list[Due], at: datetime) -> None:
    # The rows go first: a handler may set the same timer again.
    Due.objects.filter(pk__in=[due.pk for due in dues]).delete()
    try:
        with transaction.atomic():
            timers[kind].fire(dues, at)
    except Exception as error:
        log.exception("a timer failed", extra={"work": kind})
        for due in dues:
            due.tries, due.error, due.due_at = due.tries + 1, repr(error)[:500], at + _RETRY * 2 ** min(due.tries, 8)
        Due.objects.bulk_create(dues, ignore_conflicts=True)


def keep_house(*, at: datetime) -> int:
    """Run housekeeping whose time has come; how many pieces ran."""
    ran = dict(Schedule.objects.values_list("name", "ran_at"))
    due = [name for name, each in schedules.items() if _is_due(ran.get(name), each.every, at)]
    return sum(_guarded(name, lambda name=name: _keep(name, at)) for name in due)


def _is_due(ran: datetime | None, every: int, at: datetime) -> bool:
    return ran is None or at - ran >= timedelta(seconds=every)


def _keep(name: str, at: datetime) -> int:
    if not _claim(name, schedules[name].every, at):
        return 0
    error = ""
    try:
        # Outside the claim's transaction: a long one would hold back every reader of the ledger.
        schedules[name].run(at)
    except Exception as failure:
        log.exception("housekeeping failed", extra={"work": name})
        error = repr(failure)[:500]
    Schedule.objects.filter(name=name).update(error=error)
    return 1


def _claim(name: str, every: int, at: datetime) -> bool:
    """Take the turn of a piece of housekeeping; only one process gets it in ``every`` seconds."""
    Schedule.objects.bulk_create([Schedule(name=name)], ignore_conflicts=True)
    due = Q(ran_at=None) | Q(ran_at__lte=at - timedelta(seconds=every))
    return Schedule.objects.filter(due, name=name).update(ran_at=at) == 1


def drain(*, at: datetime | None = None, rounds: int = 1000) -> int:
    """Work until nothing is left to do; for tests, the demo and the command line.

    ``at`` is the moment that timers are compared with. RuntimeError when it never gets quiet.
    """
    moment, total = at or clock.now(), 0
    for _ in range(rounds):
        done = sum(sum(turn(lane, at=moment).values()) for lane in (URGENT, FAST, SLOW, OUTSIDE, PROGRAMS))
        if not done:
            return total
        total += done
    raise RuntimeError("background work does not come to rest")


def run(stop: threading.Event, lane: str, *, beat: Callable[[datetime], None] | None = None) -> None:
    """Work in a lane until ``stop`` is set: at once on what a notice is about, on everything every second or three."""
    while not stop.is_set():
        try:
            _listen_and_work(stop, lane, beat)
        except Exception:
            log.exception("the lane lost its database", extra={"work": lane})
            close_old_connections()
            connection.close()
            stop.wait(IDLE_SECONDS)


def _gathers(lane: str, done: dict[str, int]) -> bool:
    """Whether to let some more come before going on: not when a telephone rings, nor with a queue that is being emptied."""
    if lane == PROGRAMS:
        return not done.keys() & loops.keys()
    return lane in (FAST, SLOW) and sum(done.values()) < _BATCH


def _listen_and_work(stop: threading.Event, lane: str, beat: Callable[[datetime], None] | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("LISTEN work")
    words, recent, was_busy, whole_at, house_at = EVERYTHING, NOTHING, True, 0.0, 0.0
    while not stop.is_set():
        moment = clock.now()
        if beat:
            beat(moment)
        if lane == SLOW and monotonic() >= house_at:
            house_at = monotonic() + HOUSE_SECONDS
            keep_house(at=moment)
        if monotonic() >= whole_at:
            words, whole_at = EVERYTHING, monotonic() + LOOK_SECONDS.get(lane, LOOK_SLOWLY_SECONDS)
        done = turn(lane, at=moment, words=words)
        if done:
            if lane == URGENT:
                stop.wait(BURST_SECONDS)
            elif _gathers(lane, done):
                stop.wait(GATHER_SECONDS)
            recent = frozenset(done)
            words = joined(recent, heard(lane, 0))  # who was busy may have more to do
        else:
            # What was announced may be hidden by a slow transaction: after work it is looked at once more, soon.
            news = heard(lane, SOON_SECONDS if was_busy else min(IDLE_SECONDS, max(0.0, whole_at - monotonic())))
            words = joined(recent | (words or NOTHING), news) if was_busy else news
            if words and lane not in (URGENT, FAST):
                stop.wait(GATHER_SECONDS)
        was_busy = bool(done)
        connection.ensure_connection()
