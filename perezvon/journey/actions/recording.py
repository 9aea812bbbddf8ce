"""Writing into the ledger."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from time import monotonic
from typing import Any

from django.db import connection, transaction

from ..bells import ring
from ..kinds import kind as kind_of

_COLUMNS = (
    "kind",
    "at",
    "by_id",
    "owner_id",
    "department_id",
    "person_id",
    "company_id",
    "ticket_id",
    "deal_id",
    "call_id",
    "channel",
    "source_id",
    "amount",
    "seconds",
    "details",
)
# One JSON parameter instead of thousands of single ones: quoting them would cost more than the insert.
_INSERT = """
INSERT INTO journey_fact (kind, at, by_id, owner_id, department_id, person_id, company_id, ticket_id, deal_id,
                          call_id, channel, source_id, amount, seconds, details)
SELECT f.kind, f.at, f.by_id, f.owner_id, f.department_id, f.person_id, f.company_id, f.ticket_id, f.deal_id,
       f.call_id, f.channel, f.source_id, f.amount, f.seconds, f.details
FROM ROWS FROM (jsonb_to_recordset(%s::jsonb) AS (
    kind text, at timestamptz, by_id bigint, owner_id bigint, department_id bigint, person_id bigint,
    company_id bigint, ticket_id bigint, deal_id bigint, call_id bigint, channel text, source_id bigint,
    amount numeric, seconds integer, details jsonb)) WITH ORDINALITY AS f
ORDER BY f.ordinality RETURNING id
"""
_PAYLOAD_LIMIT = 7_500  # NOTIFY takes at most 8,000 bytes


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact about to be written; see ``models.Fact`` for the meaning and units of the fields."""

    kind: str
    at: datetime
    by_id: int | None = None
    owner_id: int | None = None
    department_id: int | None = None
    person_id: int | None = None
    company_id: int | None = None
    ticket_id: int | None = None
    deal_id: int | None = None
    call_id: int | None = None
    channel: str = ""
    source_id: int | None = None
    amount: Decimal | None = None
    seconds: int | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """The columns that have a value."""
        values = ((name, getattr(self, name)) for name in _COLUMNS)
        return {name: value for name, value in values if value is not None}


def record(kind: str, *, at: datetime, by: Any = None, **fields: Any) -> int:
    """Append one fact in the caller's transaction and return its id.

    ``by`` is a person of the staff or his id (None = the system did it); the named columns of
    ``NewFact`` go to their columns, everything else into ``details``.
    """
    known = {name: fields.pop(name) for name in _COLUMNS[2:-1] if name in fields}
    known.setdefault("by_id", getattr(by, "pk", by))
    return record_many([NewFact(kind, at, details=fields, **known)])[0]


def record_many(facts: Iterable[NewFact]) -> list[int]:
    """Append facts in the caller's transaction with one statement; their ids in the same order.

    LookupError for an undeclared kind, TransactionManagementError outside a transaction.
    """
    new = list(facts)
    if not new:
        return []
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a fact is recorded inside an action's transaction")
    kinds = {fact.kind: kind_of(fact.kind) for fact in new}
    ids = _insert(new)
    _notify([_entry(i, f) for i, f in zip(ids, new, strict=True) if kinds[f.kind].live], kinds)
    return ids


def _insert(new: Sequence[NewFact]) -> list[int]:
    rows = json.dumps([fact.row() for fact in new], default=_plain, ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [rows])
        return [row[0] for row in cursor.fetchall()]


def _plain(value: Any) -> str:
    """What JSON has no word for: moments to the microsecond, exact numbers, lazy translations."""
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _entry(fact_id: int, fact: NewFact) -> dict[str, Any]:
    entry = {
        "k": fact.kind,
        "i": fact_id,
        "d": fact.department_id,
        "o": fact.owner_id,
        "p": fact.person_id,
        "t": fact.ticket_id,
        "l": fact.deal_id,
        "c": fact.call_id,
    }
    return {key: value for key, value in entry.items() if value is not None}


def _notify(entries: list[dict[str, Any]], kinds: Iterable[str]) -> None:
    """Tell readers to wake and live screens what changed, both delivered on commit."""
    chunks, chunk, size = [], [], 2
    for entry in entries:
        text = json.dumps(entry, separators=(",", ":"))
        if size + len(text) > _PAYLOAD_LIMIT:
            chunks.append(chunk)
            chunk, size = [], 2
        chunk.append(text)
        size += len(text) + 1
    chunks.append(chunk)
    payloads = ["[" + ",".join(texts) + "]" for texts in chunks if texts]
    bells = "pg_notify('work', %s)" + ", pg_notify('live', %s)" * len(payloads)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {bells}", [ring(kinds), *payloads])


_WAKE_EVERY = 0.05  # seconds
_woken_at: dict[str, float] = {}


def wake_soon(work: str) -> None:
    """Tell the workers that raw input for ``work`` (a loop) is stored, at most once in 50 ms per process.

    Every NOTIFY takes a lock that all commits of the cluster share. Call it after the commit: what comes
    between two calls is found by the look that a worker takes some moments after it has worked.
    """
    if monotonic() - _woken_at.get(work, -_WAKE_EVERY) >= _WAKE_EVERY:
        _woken_at[work] = monotonic()
        wake(work)


def wake(*words: str) -> None:
    """Tell the workers, when the caller's transaction commits, that there is something to do.

    ``words`` name the loops or the kinds of facts that it is about (see bells.py); without any, all work is looked at.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('work', %s)", [ring(words)])
