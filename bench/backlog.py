"""What the workers still have to do."""

import re

from django.db import connection

_UNREAD = """
SELECT (SELECT count(*) FROM telephony_rawevent WHERE state = 'new')
     + (SELECT count(*) FROM marketing_submission WHERE state = 'new')
     + (SELECT count(*) FROM unnest(%s::text[], %s::text[]) AS w (name, kinds)
          LEFT JOIN journey_reader r USING (name)
         WHERE EXISTS (SELECT 1 FROM journey_fact f
                        WHERE (f.epoch, f.txid, f.id) > (coalesce(r.epoch, 0), coalesce(r.txid, 0)::text::xid8, coalesce(r.fact_id, 0))
                          AND f.kind ~ w.kinds))
"""


def waiting() -> int:
    """Raw events and submissions without an outcome, and fast readers that wait for facts they want to hear."""
    from perezvon.journey.registry import readers

    fast = {name: _pattern(reader.kinds) for name, reader in readers.items() if reader.lane == "fast"}
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, [list(fast), list(fast.values())])
        return int(cursor.fetchone()[0])


def _pattern(kinds: tuple[str, ...]) -> str:
    return "^(" + "|".join(re.escape(kind) + ("" if kind.endswith(".") else "$") for kind in kinds) + ")"
