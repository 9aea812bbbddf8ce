"""What the workers still have to do."""

from __future__ import annotations

from django.db import connection


def waiting() -> int:
    """Raw events and submissions without an outcome, and facts that fast readers have not been given."""
    from perezvon.journey.reading import backlog
    from perezvon.journey.registry import readers

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM telephony_rawevent WHERE state = 'new') "
            "+ (SELECT count(*) FROM marketing_submission WHERE state = 'new')"
        )
        raw = int(cursor.fetchone()[0])
    return raw + sum(backlog(name) for name, reader in readers.items() if reader.lane == "fast")
