"""Remembering which journeys the store no longer has right."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from ..journeys import TABLE

_MARK = f"""INSERT INTO analytics_dirty (ticket_id, month, since)
SELECT id, date_trunc('month', opened_at AT TIME ZONE 'UTC')::date, clock_timestamp() FROM {TABLE} WHERE id = ANY(%s) ORDER BY id
ON CONFLICT (ticket_id) DO UPDATE SET since = excluded.since"""


def mark_dirty(ticket_ids: Iterable[int]) -> None:
    """Journeys changed: until their months are poured again they are read from PostgreSQL.

    ``since`` is the moment of the last change we heard of: the pouring removes only marks it has seen.
    """
    ids = list(set(ticket_ids))
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_MARK, [ids])


def dirty_marks(months: Iterable[object]) -> list[tuple[int, datetime]]:
    """The marks of some months as they are now: (request, since)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ticket_id, since FROM analytics_dirty WHERE month = ANY(%s)", [list(months)])
        return cursor.fetchall()


def unmark(marks: list[tuple[int, datetime]]) -> None:
    """Forget marks that did not change since they were read."""
    if not marks:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM analytics_dirty AS d USING unnest(%s::bigint[], %s::timestamptz[]) AS seen (ticket_id, since) "
            "WHERE d.ticket_id = seen.ticket_id AND d.since = seen.since",
            [[ticket for ticket, _since in marks], [since for _ticket, since in marks]],
        )
