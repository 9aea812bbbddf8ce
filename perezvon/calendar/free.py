"""When people have time together: counted by PostgreSQL with ranges of moments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from perezvon.staff import reads as staff
from perezvon.staff.models import User

# Working time of everybody at once, without what anybody is busy with and without the past.
_FREE = """
WITH works AS (
    SELECT user_id, range_agg(tstzrange(opens, closes)) AS hours
      FROM unnest(%(users)s::bigint[], %(opens)s::timestamptz[], %(closes)s::timestamptz[]) AS w(user_id, opens, closes)
     GROUP BY user_id
), together AS (
    SELECT range_intersect_agg(hours) AS hours FROM works HAVING count(*) = %(count)s
), busy AS (
    SELECT coalesce(range_agg(slot), '{}'::tstzmultirange) AS hours
      FROM (SELECT tstzrange(starts_at, ends_at) AS slot FROM crm_task
             WHERE responsible_id = ANY(%(people)s) AND done_at IS NULL AND starts_at IS NOT NULL
               AND starts_at < %(end)s AND ends_at > %(begin)s AND starts_at > %(begin)s::timestamptz - interval '7 days'
            UNION ALL
            SELECT tstzrange(starts_at, ends_at) FROM calendar_outsideevent
             WHERE user_id = ANY(%(people)s) AND starts_at < %(end)s AND ends_at > %(begin)s
            UNION ALL
            SELECT tstzrange(NULL, %(begin)s::timestamptz)) AS slots
     WHERE NOT isempty(slot)
)
SELECT lower(free), upper(free)
  FROM together, busy, unnest(together.hours - busy.hours) AS free
 WHERE upper(free) - lower(free) >= %(least)s
 ORDER BY 1 LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in which all are free, as aware moments."""

    starts_at: datetime
    ends_at: datetime


def common(
    people: Sequence[User], first: date, days: int, minutes: int, *, zone: Any, at: datetime, most: int = 60
) -> list[Span]:
    """Where all these people are at work and free for at least ``minutes``, from ``first`` on for so many days.

    Each one's working time is that of his department, in its own zone, without the days on which he is away. Days are
    those of ``zone``, the asker's; nothing earlier than ``at`` is answered.
    """
    begin = datetime.combine(first, time(), zone)
    end = datetime.combine(first + timedelta(days=days), time(), zone)
    begin = max(begin, at)
    rows = [row for one in people for row in _hours(one, begin, end)]
    if not rows or begin >= end:
        return []
    parameters: dict[str, Any] = {
        "users": [row[0] for row in rows], "opens": [row[1] for row in rows], "closes": [row[2] for row in rows],
        "count": len(people), "people": [one.pk for one in people], "begin": begin, "end": end,
        "least": timedelta(minutes=minutes), "most": most,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FREE, parameters)
        return [Span(*row) for row in cursor.fetchall()]


def _hours(user: User, begin: datetime, end: datetime) -> list[tuple[int, datetime, datetime]]:
    """The opening hours of one person between two moments, without his absences."""
    calendar, found = staff.calendar_of(user.department_id), []
    day, last = begin.astimezone(calendar.tz).date(), end.astimezone(calendar.tz).date()
    away = staff.absences_of([user.pk], day, last)
    while day <= last:
        if not any(one.first <= day <= one.last for one in away):
            found += [
                (user.pk, max(a, begin), min(b, end)) for a, b in calendar.intervals(day) if a < end and b > begin
            ]
        day += timedelta(days=1)
    return found
