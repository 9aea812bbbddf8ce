"""What clients brought in a period: payments where they are known, else won deals (docs/decisions/029).

A deal with any payment at all counts by its payments in the period, whenever it was won or whether it is still open; a won
deal without a payment counts by its amount on the day it was won. The company may choose won deals only.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from .. import hooks
from ..models import Deal, Segment, SegmentRules

_NOTHING = "SELECT NULL::bigint AS deal_id, NULL::numeric AS amount, NULL::timestamptz AS at WHERE false"
#: Common table expressions; ``income`` has deal_id, company_id, person_id, amount of the period %(since)s..%(until)s.
_INCOME = """
paid (deal_id, amount, at) AS NOT MATERIALIZED ({paid}),
income AS (
    SELECT d.id AS deal_id, d.company_id, d.person_id, p.amount
      FROM paid p JOIN crm_deal d ON d.id = p.deal_id WHERE p.at >= %(since)s AND p.at < %(until)s
    UNION ALL
    SELECT d.id, d.company_id, d.person_id, d.amount
      FROM crm_deal d WHERE d.status = 'won' AND d.closed_at >= %(since)s AND d.closed_at < %(until)s
       AND NOT EXISTS (SELECT 1 FROM paid p WHERE p.deal_id = d.id)
)
"""
_BY_SEGMENT = """
WITH {income}, mine (id) AS ({mine})
SELECT coalesce(c.segment, p.segment), sum(i.amount) FROM income i JOIN mine ON mine.id = i.deal_id
  LEFT JOIN crm_company c ON c.id = i.company_id LEFT JOIN crm_person p ON p.id = i.person_id
 GROUP BY 1
"""


def income(basis: str) -> str:
    """The expressions for a WITH; without payments, or when the company chose so, of won deals only."""
    known = hooks.payments() if basis == SegmentRules.Basis.PAYMENTS else None
    return _INCOME.replace("{paid}", _NOTHING if known is None else str(known.query))


def by_segment(user: Any, basis: str, since: datetime, until: datetime) -> Mapping[str, int]:
    """Roubles of the period by the client's present segment, of the deals that ``user`` may see."""
    try:
        sql, values = Deal.objects.visible_to(user).order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return {}
    named = {f"v{place}": value for place, value in enumerate(values)}
    mine = sql % tuple(f"%({name})s" for name in named)
    with connection.cursor() as cursor:
        cursor.execute(_BY_SEGMENT.format(income=income(basis), mine=mine), {"since": since, "until": until, **named})
        return {segment: int(total or 0) for segment, total in cursor.fetchall() if segment in Segment.values}
