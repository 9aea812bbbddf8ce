"""Segments by share of revenue, recounted as a whole in a few statements.

Clients are ranked by what they brought in the period (revenue.py), companies and people in one list; the sums run down the
list, and whoever begins below 60 % of all is gold, below 90 % silver, the rest bronze (a Pareto ranking by running sum).
Only those whose segment differs are touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from perezvon.journey.actions import record, record_alike

from .. import facts
from ..models import Segment, SegmentRules
from .revenue import income

_RANK = """
CREATE TEMP TABLE crm_ranked ON COMMIT DROP AS
WITH {income}, revenue AS (
    SELECT company_id, CASE WHEN company_id IS NULL THEN person_id END AS person_id, sum(amount) AS total
      FROM income GROUP BY 1, 2 HAVING sum(amount) > 0
), sums AS (
    SELECT *, sum(total) OVER (ORDER BY total DESC, company_id, person_id ROWS UNBOUNDED PRECEDING) - total AS above,
           sum(total) OVER () AS whole
      FROM revenue
)
SELECT company_id, person_id, total,
       CASE WHEN above * 100 < whole * %(gold)s THEN 'gold'
            WHEN above * 100 < whole * (%(gold)s + %(silver)s) THEN 'silver' ELSE 'bronze' END AS segment
  FROM sums
"""
# FULL JOIN would look at a million clients who never bought; those are found by having a segment above "occasional".
_CHANGES = """
CREATE TEMP TABLE crm_moves ON COMMIT DROP AS
SELECT p.id AS person_id, NULL::bigint AS company_id, p.segment AS was, r.segment AS now, r.total
  FROM crm_ranked r JOIN crm_person p ON p.id = r.person_id WHERE p.segment <> r.segment
UNION ALL
SELECT NULL, c.id, c.segment, r.segment, r.total
  FROM crm_ranked r JOIN crm_company c ON c.id = r.company_id WHERE c.segment <> r.segment
UNION ALL
SELECT p.id, NULL, p.segment, 'occasional', 0 FROM crm_person p
 WHERE p.segment <> 'occasional' AND NOT EXISTS (SELECT 1 FROM crm_ranked r WHERE r.person_id = p.id)
UNION ALL
SELECT NULL, c.id, c.segment, 'occasional', 0 FROM crm_company c
 WHERE c.segment <> 'occasional' AND NOT EXISTS (SELECT 1 FROM crm_ranked r WHERE r.company_id = c.id)
"""
_APPLY = (
    "UPDATE crm_person p SET segment = m.now FROM crm_moves m WHERE m.person_id = p.id",
    "UPDATE crm_company c SET segment = m.now FROM crm_moves m WHERE m.company_id = c.id",
)
_KEEP = """
INSERT INTO crm_segmentmove (person_id, company_id, was, now, revenue, at)
SELECT person_id, company_id, was, now, total, %s FROM crm_moves
"""
_GROUPS = """
SELECT was, now, array_remove(array_agg(person_id), NULL), array_remove(array_agg(company_id), NULL)
  FROM crm_moves GROUP BY was, now
"""
_LOCK = 7_262_301


@dataclass(frozen=True, slots=True)
class Recount:
    """What came of a recount: how many clients moved, by (from, to)."""

    moves: dict[tuple[str, str], int]

    @property
    def total(self) -> int:
        return sum(self.moves.values())


def rules() -> SegmentRules:
    """The company's limits; made with the usual ones when they were never changed."""
    found, _made = SegmentRules.objects.get_or_create(pk=1)
    return found


@transaction.atomic
def recount(*, at: datetime, by: Any = None) -> Recount:
    """Put every client into the segment of his revenue in the last months; what moved is kept and told."""
    own = rules()
    limits: dict[str, Any] = {
        "since": months_before(at, own.months),
        "until": at,
        "gold": own.gold,
        "silver": own.silver,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("DROP TABLE IF EXISTS crm_ranked, crm_moves")
        cursor.execute(_RANK.format(income=income(own.basis)), limits)
        cursor.execute("CREATE INDEX ON crm_ranked (person_id)")
        cursor.execute("CREATE INDEX ON crm_ranked (company_id)")
        cursor.execute("ANALYZE crm_ranked")
        cursor.execute(_CHANGES)
        for statement in _APPLY:
            cursor.execute(statement)
        cursor.execute(_KEEP, [at])
        cursor.execute(_GROUPS)
        groups: list[tuple[str, str, list[int], list[int]]] = cursor.fetchall()
    for was, now, people, companies in groups:
        _tell(was, now, people, companies, at=at, by=by)
    SegmentRules.objects.filter(pk=1).update(counted_at=at)
    return Recount({(was, now): len(people) + len(companies) for was, now, people, companies in groups})


def _tell(was: str, now: str, people: Sequence[int], companies: Sequence[int], *, at: datetime, by: Any) -> None:
    record_alike(facts.PERSON_SEGMENT, at=at, by=by, person_ids=people, was=was, now=now)
    record_alike(facts.COMPANY_SEGMENT, at=at, by=by, company_ids=companies, was=was, now=now)


def months_before(at: datetime, months: int) -> datetime:
    """The same day so many months ago; the last of the month where that day does not exist."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    for day in range(at.day, 0, -1):
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise ValueError("no such month")


@transaction.atomic
def change_rules(
    *, months: int, gold: int, silver: int, days: dict[str, int], most_tasks: int, basis: str, by: Any, at: datetime
) -> SegmentRules:
    """Other limits, or another rhythm of contacts; the next recount uses them."""
    own = rules()
    own.months, own.gold, own.silver, own.most_tasks, own.basis = months, gold, silver, most_tasks, basis
    own.days = {segment: max(0, int(days.get(segment, 0))) for segment in Segment.values}
    own.save()
    record(facts.SEGMENT_RULES, at=at, by=by)
    return own
