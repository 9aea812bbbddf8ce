"""Reading the ledger from outside: page by page in its own order, never past a transaction that is still running."""

from dataclasses import dataclass

from django.db import connection

from .models import Fact

_HORIZON = """
SELECT coalesce(max(id), 0), (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint FROM journey_epoch
"""
_NEXT = """
SELECT *, txid::text::bigint AS tx FROM journey_fact
 WHERE (epoch, txid, id) > (%s, %s::text::xid8, %s) AND (epoch, txid) < (%s, pg_snapshot_xmin(pg_current_snapshot()))
 ORDER BY epoch, txid, id LIMIT %s
"""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the ledger: everything up to (epoch, txid, fact_id) has been read."""

    epoch: int = 0
    txid: int = 0
    fact_id: int = 0


def present() -> Position:
    """The place behind everything that is settled now; what still runs comes after it."""
    with connection.cursor() as cursor:
        cursor.execute(_HORIZON)
        epoch, horizon = cursor.fetchone()
    return Position(epoch, horizon - 1, 2**63 - 1)


def after(place: Position, most: int) -> tuple[list[Fact], Position]:
    """The next facts behind ``place``, at most so many, and the place behind the last of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM journey_epoch")
        epoch = cursor.fetchone()[0]
    facts = list(Fact.objects.raw(_NEXT, [place.epoch, place.txid, place.fact_id, epoch, most]))
    if not facts:
        return [], place
    last = facts[-1]
    return facts, Position(last.epoch, last.tx, last.id)  # type: ignore[attr-defined]
