"""What keeps background work moving: readers, loops, timers and housekeeping, lane by lane."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from django.db import close_old_connections, connection, transaction
from django.db.models import Q

from perezvon.kit import clock

from .models import Due, Schedule
from .reading import Page, behind, deliver, pass_over, retry_due
from .registry import FAST, OUTSIDE, PROGRAMS, SLOW, URGENT, loops, readers, schedules, timers

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
SOON_SECONDS = 0.06  # longer than wake_soon() keeps quiet
GATHER_SECONDS = 0.1  # what comes meanwhile is done in one go: a turn costs the same for one fact and for fifty
HOUSE_SECONDS = 1.0  # how often housekeeping looks at its clock
_BATCH = 500
_RETRY = timedelta(minutes=1)


def turn(lane: str, *, at: datetime) -> int:
    """One round of everything in a lane; how much was done (0 = quiet)."""
    done = 0
    for name, loop in loops.items():
        if loop.lane == lane:
            done += _guarded(name, loop.work)
    own, page = {name: reader for name, reader in readers.items() if reader.lane == lane}, Page()
    waiting = sorted(behind(at=at) & own.keys()) if own else []
    passed = pass_over(waiting, at=at, page=page) if waiting else {}
    done += sum(passed.values())
    for name in waiting:
        reader = own[name]
        if name not in passed:
            done += _guarded(name, lambda reader=reader: deliver(reader, at=at, page=page))
        done += _guarded(name, lambda reader=reader: retry_due(reader, at=at))
    if lane == FAST:
        done += _guarded("timers", lambda: fire_due(at=at))
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
    return sum(_guarded(name, lambda name=name: _keep(name, at)) for name in schedules)


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
        done = sum(turn(lane, at=moment) for lane in (URGENT, FAST, SLOW, OUTSIDE, PROGRAMS))
        if not done:
            return total
        total += done
    raise RuntimeError("background work does not come to rest")


def run(stop: threading.Event, lane: str, *, beat: Callable[[datetime], None] | None = None) -> None:
    """Work in a lane until ``stop`` is set: at once when notified, else once a second."""
    while not stop.is_set():
        try:
            _listen_and_work(stop, lane, beat)
        except Exception:
            log.exception("the lane lost its database", extra={"work": lane})
            close_old_connections()
            connection.close()
            stop.wait(IDLE_SECONDS)


def _listen_and_work(stop: threading.Event, lane: str, beat: Callable[[datetime], None] | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("LISTEN work")
    was_busy, house_at = True, 0.0
    while not stop.is_set():
        moment = clock.now()
        if beat:
            beat(moment)
        if lane == SLOW and monotonic() >= house_at:
            house_at = monotonic() + HOUSE_SECONDS
            keep_house(at=moment)
        done = turn(lane, at=moment)
        if not done:
            _wait_for_work(SOON_SECONDS if was_busy else IDLE_SECONDS)
            if lane not in (URGENT, FAST):
                stop.wait(GATHER_SECONDS)  # most of what wakes everybody is not theirs
        elif lane in (FAST, SLOW) and done < _BATCH:
            stop.wait(GATHER_SECONDS)
        was_busy = done > 0
        connection.ensure_connection()


def _wait_for_work(seconds: float) -> None:
    raw = connection.connection
    if raw is None or raw.closed:
        raise ConnectionError("the connection is closed")
    for _ in raw.notifies(timeout=seconds, stop_after=1):
        pass
    for _ in raw.notifies(timeout=0):  # a burst is one reason to work, not many
        pass
