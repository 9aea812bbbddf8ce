"""What is usual: the same weekday of the last eight weeks, how long clients wait before they hang up, the average cheque.

Slow questions, kept for minutes; the board shows the rest meanwhile.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from perezvon.crm import reads as crm

from ..stages import SHORT_ABANDON_SECONDS, CallLoss
from .keeping import kept
from .today import BEGAN, BIN, BINS, QueueKey

WEEKS = 8
SAMPLE, ENOUGH = 300, 10  # waits remembered per queue; with fewer the whole company's are taken
COARSE = 5  # seconds to which they are rounded, so that the expected moment does not creep
Departments = Collection[int] | None  # None = all of them

_DAYS = """
SELECT d.day, c.department_id, least(%(bins)s - 1, floor(extract(epoch FROM c.started_at - d.start) / %(bin)s))::int, c.stage, count(*)
FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY AS d(start, finish, day)
JOIN telephony_call c ON c.started_at >= d.start AND c.started_at < d.finish AND c.direction = 'in'
GROUP BY 1, 2, 3, 4
"""
_WAITS = f"""
SELECT q.provider_id, q.key, c.wait FROM telephony_queue q
CROSS JOIN LATERAL (
  SELECT extract(epoch FROM c.ended_at - {BEGAN})::int AS wait FROM telephony_call c
  WHERE c.provider_id = q.provider_id AND c.queue = q.key AND c.stage = 'L05' AND c.ended_at IS NOT NULL
  ORDER BY c.started_at DESC LIMIT %(sample)s
) AS c WHERE c.wait >= %(short)s
"""


def zone() -> ZoneInfo:
    """The company's zone: its day begins there."""
    return ZoneInfo(timezone.get_default_timezone_name())


def midnight_of(day: date) -> datetime:
    """When a day of the company begins."""
    return datetime.combine(day, time(), zone())


@dataclass(frozen=True)
class Usual:
    """Calls of clients on each of the last eight same weekdays: (day 0..7, department, ten minutes) -> how many.

    ``lost`` has the stage besides: (day, department, stage, ten minutes).
    """

    calls: "Counter[tuple[int, int | None, int]]" = field(default_factory=Counter)
    lost: "Counter[tuple[int, int | None, str, int]]" = field(default_factory=Counter)

    def calls_between(self, first: int, end: int, departments: Departments) -> list[int]:
        """Calls of each day from the ten minutes ``first`` until before ``end``."""
        days = [0] * WEEKS
        for (day, department, bin_), count in self.calls.items():
            if first <= bin_ < end and (departments is None or department in departments):
                days[day] += count
        return days

    def lost_between(self, first: int, end: int, departments: Departments) -> dict[str, list[int]]:
        """Losses of each day by stage."""
        found: dict[str, list[int]] = defaultdict(lambda: [0] * WEEKS)
        for (day, department, stage, bin_), count in self.lost.items():
            if first <= bin_ < end and (departments is None or department in departments):
                found[stage][day] += count
        return found

    def hours(self, departments: Departments) -> list[list[int]]:
        """For each hour of the day the calls of each of the days."""
        per_hour = [[0] * WEEKS for _ in range(24)]
        for (day, department, bin_), count in self.calls.items():
            if departments is None or department in departments:
                per_hour[bin_ * 24 // BINS][day] += count
        return per_hour


@kept(6 * 3600)
def usual(at: datetime, day: date) -> Usual:
    """The eight days of this weekday before ``day``."""
    days = [day - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    values: dict[str, Any] = {
        "starts": [midnight_of(each) for each in days], "bins": BINS, "bin": BIN.total_seconds(),
        "ends": [midnight_of(each + timedelta(days=1)) for each in days],
    }  # fmt: skip
    found, losses = Usual(), set(CallLoss.values) - {CallLoss.DROPPED_IN_TALK.value}
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, values)
        for day_number, department, bin_, stage, count in cursor.fetchall():
            found.calls[day_number - 1, department, bin_] += count
            if stage in losses:
                found.lost[day_number - 1, department, stage, bin_] += count
    return found


@dataclass(frozen=True)
class Waits:
    """How long those waited who gave up, seconds, sorted; by queue and in the whole company."""

    by_queue: dict[QueueKey, tuple[int, ...]] = field(default_factory=dict)
    everywhere: tuple[int, ...] = ()

    def of(self, queue: QueueKey) -> tuple[int, ...]:
        """Those of a queue, the company's when it has too few."""
        own = self.by_queue.get(queue, ())
        return own if len(own) >= ENOUGH else self.everywhere


@kept(600)
def waits(at: datetime) -> Waits:
    """The latest clients who hung up while waiting; those within five seconds had not begun to wait."""
    by_queue: dict[QueueKey, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, {"sample": SAMPLE, "short": SHORT_ABANDON_SECONDS})
        for provider, queue, wait in cursor.fetchall():
            by_queue[provider, queue].append(-(-wait // COARSE) * COARSE)
    everywhere = sorted(wait for own in by_queue.values() for wait in own)
    return Waits({key: tuple(sorted(own)) for key, own in by_queue.items()}, tuple(everywhere))


@kept(600)
def average_cheque(at: datetime) -> Decimal:
    """What a sale brought on average lately, roubles."""
    return crm.average_cheque(since=at - timedelta(days=90))
