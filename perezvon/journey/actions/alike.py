"""Facts that differ in their client only: what a bulk action leaves, in one cheap statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from ..kinds import kind as kind_of
from .recording import wake

_INSERT = """
INSERT INTO journey_fact (kind, at, by_id, person_id, company_id, channel, details)
SELECT %(kind)s, %(at)s, %(by)s, t.person_id, t.company_id, '', %(details)s::jsonb
  FROM unnest(%(people)s::bigint[], %(companies)s::bigint[]) AS t (person_id, company_id)
"""


def record_alike(
    kind: str,
    *,
    at: datetime,
    by: Any = None,
    person_ids: Sequence[int] = (),
    company_ids: Sequence[int] = (),
    **details: Any,
) -> None:
    """Append one fact per person, or per company, in the caller's transaction; nothing is pushed to live screens.

    LookupError for an undeclared kind, TransactionManagementError outside a transaction.
    """
    kind_of(kind)
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a fact is recorded inside an action's transaction")
    if not person_ids and not company_ids:
        return
    parameters: dict[str, Any] = {
        "kind": kind,
        "at": at,
        "by": getattr(by, "pk", by),
        "details": Jsonb(details),
        "people": list(person_ids) or [None] * len(company_ids),
        "companies": list(company_ids) or [None] * len(person_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, parameters)
    wake(kind)
