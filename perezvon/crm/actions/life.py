"""Signs of life of deals: when something was last done about one. A board that shows what is forgotten counts from it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

#: What is done about a deal; its moves and the talks with the client are kept elsewhere, what happens by itself is none.
LIFE = (
    "note.added", "task.set", "task.done", "task.moved", "task.handed", "deal.changed", "deal.waits", "call.ended",
    "message.", "mail.", "payment.received", "form.submitted",
)  # fmt: skip
_TOUCH = """
WITH seen AS (SELECT * FROM unnest(%s::bigint[], %s::timestamptz[]) AS s(id, at)),
     held AS (SELECT id FROM crm_deal WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
UPDATE crm_deal SET alive_at = seen.at FROM seen JOIN held USING (id)
 WHERE crm_deal.id = held.id AND (crm_deal.alive_at IS NULL OR crm_deal.alive_at < seen.at)
"""


def touch_deals(seen: Mapping[int, datetime]) -> None:
    """Note the last sign of life of many deals; an earlier moment changes nothing. Rows are locked in the order of ids."""
    if not seen:
        return
    ids = sorted(seen)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TOUCH, [ids, [seen[pk] for pk in ids], ids])
