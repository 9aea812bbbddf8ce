"""The rhythm of contacts: who was not spoken to for longer than his segment allows gets a task, once.

Due is a client with a responsible, without an open task or deal, whose last contact (else the day he came) is longer ago
than the days of his segment, or his own. The longest neglected of the dearest segment come first.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from perezvon.journey.actions import record

from .. import facts
from ..models import CadenceException, Person, Task
from ..moments import named
from .segments import rules
from .tasks import NewTask, set_tasks

ORIGIN = "cadence"
#: The beginning of a statement: ``due`` are the clients whose rhythm is broken, with id, responsible, since and days.
DUE = """
WITH rhythm AS (SELECT key AS segment, value::int AS days FROM jsonb_each_text(%(days)s::jsonb)),
due AS (
    SELECT p.id, p.responsible_id, p.department_id, p.segment, coalesce(p.last_contact_at, p.created_at) AS since,
           coalesce(e.days, r.days) AS days
      FROM crm_person p
      JOIN rhythm r ON r.segment = p.segment
      LEFT JOIN crm_cadenceexception e ON e.person_id = p.id
     WHERE p.responsible_id IS NOT NULL AND p.merged_into_id IS NULL AND (r.days > 0 OR e.days IS NOT NULL)
       AND (e.until IS NULL OR e.until <= %(today)s)
       AND coalesce(p.last_contact_at, p.created_at) < %(at)s - make_interval(days => greatest(coalesce(e.days, r.days), 1))
)
"""
_IDS = DUE + "SELECT d.id FROM due d"
_IDLE = """
 WHERE NOT EXISTS (SELECT 1 FROM crm_task t WHERE t.person_id = d.id AND t.done_at IS NULL)
   AND NOT EXISTS (SELECT 1 FROM crm_deal o WHERE o.person_id = d.id AND o.status = 'open' AND o.next_action_at IS NOT NULL)
"""
# Of everybody's clients only as many as he may be given: hundreds of thousands may be due.
_FIRST = f"""
SELECT id, responsible_id, department_id, since FROM (
    SELECT d.id, d.responsible_id, d.department_id, d.since, row_number() OVER (
               PARTITION BY d.responsible_id
               ORDER BY array_position(ARRAY['gold', 'silver', 'bronze', 'occasional'], d.segment::text), d.since, d.id) AS place
      FROM due d {_IDLE}) AS line
 WHERE place <= %(most)s ORDER BY responsible_id, place
"""  # noqa: S608


@transaction.atomic
def plan_contacts(*, at: datetime, today: date) -> int:
    """Make the contact tasks of the day, at most so many per person; how many were made."""
    most = rules().most_tasks
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7262302)")
        cursor.execute(DUE + _FIRST, {**parameters(at, today), "most": most})
        rows = cursor.fetchall()
    chosen, count = [], _planned_today(at)
    for person, responsible, department, since in rows:
        count[responsible] = count.get(responsible, 0) + 1
        if count[responsible] <= most:
            chosen.append((person, responsible, department, since))
    deadline = named("tomorrow", at)
    set_tasks(
        [
            NewTask(
                kind="call", title=_title(since, at), deadline=deadline, person_id=person, responsible_id=responsible,
                department_id=department, origin=ORIGIN,
            )
            for person, responsible, department, since in chosen
        ],
        at,
    )  # fmt: skip
    return len(chosen)


def _title(since: datetime, at: datetime) -> str:
    return _("Keep in touch: no contact for %(days)s days") % {"days": (at - since).days}


def _planned_today(at: datetime) -> dict[int, int]:
    """How many contact tasks each person got in the last day already."""
    rows = Task.objects.filter(origin=ORIGIN, created_at__gt=at - timedelta(hours=20)).values_list("responsible_id")
    return {pk: count for pk, count in rows.annotate(Count("pk")) if pk is not None}


def parameters(at: datetime, today: date) -> dict[str, Any]:
    """What ``DUE`` asks for."""
    return {"days": json.dumps(rules().days), "at": at, "today": today}


def out_of_rhythm(at: datetime, today: date) -> RawSQL:
    """Ids of the people whose rhythm is broken, planned or not, for ``filter(pk__in=...)``."""
    named = {f"%({name})s": value for name, value in parameters(at, today).items()}
    order = sorted(named, key=_IDS.find)
    found = [(place, key) for key in order for place in _places(_IDS, key)]
    sql = _IDS
    for key in named:
        sql = sql.replace(key, "%s")
    return RawSQL(sql, [named[key] for _place, key in sorted(found)])


def _places(text: str, part: str) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(part, at)]


@transaction.atomic
def set_exception(
    person: Person, *, days: int | None, until: date | None, reason: str, by: Any, at: datetime
) -> CadenceException:
    """Contact this client in his own rhythm, or not before a day."""
    row, _made = CadenceException.objects.update_or_create(
        person=person, defaults={"days": days, "until": until, "reason": reason, "by": by, "at": at}
    )
    record(facts.CADENCE_EXCEPTION, at=at, by=by, person_id=person.pk, reason=reason)
    return row


@transaction.atomic
def clear_exceptions(people: Iterable[Person], *, by: Any, at: datetime) -> None:
    """Back to the rhythm of the segment."""
    for person in people:
        if CadenceException.objects.filter(person=person).delete()[0]:
            record(facts.CADENCE_EXCEPTION, at=at, by=by, person_id=person.pk, reason="")
