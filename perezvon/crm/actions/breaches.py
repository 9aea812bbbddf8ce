"""The history of broken rhythms: every night those that have begun are written down, those that are over are ended.

A breach begins when the days of the client's segment (or his own) were over and ends with the next contact; a client who was
given another rhythm, another responsible or nobody ends it too. What is counted here is what the seller's report shows.
"""

from datetime import date, datetime

from django.db import connection, transaction

from .cadence import DUE, parameters

_END = (
    DUE
    + """
UPDATE crm_cadencebreach b
   SET ended_at = CASE WHEN p.last_contact_at > b.at THEN p.last_contact_at ELSE %(at)s END
  FROM crm_person p
 WHERE p.id = b.person_id AND b.ended_at IS NULL
   AND (p.last_contact_at > b.at
        OR NOT EXISTS (SELECT 1 FROM due d WHERE d.id = b.person_id AND d.responsible_id IS NOT DISTINCT FROM b.responsible_id))
"""
)
_BEGIN = (
    DUE
    + """
INSERT INTO crm_cadencebreach (person_id, responsible_id, department_id, segment, days, since, at)
SELECT d.id, d.responsible_id, d.department_id, d.segment, greatest(d.days, 1), d.since,
       greatest(d.since + make_interval(days => greatest(d.days, 1)), (
           SELECT max(b.ended_at) FROM crm_cadencebreach b WHERE b.person_id = d.id))
  FROM due d
    ON CONFLICT (person_id) WHERE ended_at IS NULL DO NOTHING
"""
)


@transaction.atomic
def note_breaches(*, at: datetime, today: date) -> int:
    """End the breaches that are over, write down the new ones; how many are new."""
    asked = parameters(at, today)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7262306)")
        cursor.execute(_END, asked)
        cursor.execute(_BEGIN, asked)
        return int(cursor.rowcount)
