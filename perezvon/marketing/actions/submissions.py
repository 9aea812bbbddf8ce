"""Understanding stored submissions: who it is, where from, and telling the ledger."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from perezvon.crm.actions.people import Lead, identify_many
from perezvon.journey.actions import NewFact, record_many

from .. import facts, reads
from ..models import Submission
from ..utm import source_of

log = logging.getLogger(__name__)

BATCH = 200
TRIES = 5
_DONE = """
UPDATE marketing_submission SET state = 'done', reason = '', person_id = n.person_id, source_id = n.source_id
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS n (id, person_id, source_id)
 WHERE marketing_submission.id = n.id
"""


def process_submissions(limit: int = BATCH) -> int:
    """Work through a batch of new submissions; how many were done. Several workers share the work."""
    try:
        with transaction.atomic():
            return _process(_claimed(limit))
    except Exception:
        log.exception("a batch of submissions failed: one by one")
    return _one_by_one(limit)


def _claimed(limit: int, pk: int | None = None) -> list[Submission]:
    rows = Submission.objects.select_for_update(skip_locked=True, of=("self",)).select_related("form__product")
    rows = rows.filter(state=Submission.State.NEW) if pk is None else rows.filter(state=Submission.State.NEW, pk=pk)
    return list(rows.order_by("id")[:limit])


def _process(rows: Sequence[Submission]) -> int:
    if not rows:
        return 0
    rules = reads.rules()
    for row in rows:
        row.source_id = source_of(row.utm, rules) or row.form.source_id
    people = identify_many([_lead(row) for row in rows], at=_moment(rows))
    for row, person_id in zip(rows, people, strict=True):
        row.person_id = person_id
    _save(rows)
    record_many(_fact(row) for row in rows)
    return len(rows)


def _save(rows: Sequence[Submission]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _DONE, [[row.pk for row in rows], [row.person_id for row in rows], [row.source_id for row in rows]]
        )


def _moment(rows: Sequence[Submission]) -> datetime:
    return min(row.received_at for row in rows)


def _lead(row: Submission) -> Lead:
    return Lead(phone=row.phone, email=row.email, name=row.name, source_id=row.source_id, seen_at=row.received_at)


def _fact(row: Submission) -> NewFact:
    product = row.form.product
    return NewFact(
        facts.FORM_SUBMITTED,
        row.received_at,
        person_id=row.person_id,
        source_id=row.source_id,
        department_id=row.form.department_id,
        channel="form",
        details={
            "submission": row.pk,
            "form": row.form.name,
            "form_id": row.form_id,
            "product": product.name if product else "",
            "product_id": row.form.product_id,
            "message": row.message[:500],
        },
    )


def _one_by_one(limit: int) -> int:
    """After a failed batch: the good ones pass, the bad one is set aside after ``TRIES`` times, visibly."""
    done = 0
    waiting = Submission.objects.filter(state=Submission.State.NEW).order_by("tries", "id")
    for pk in list(waiting.values_list("pk", flat=True)[:limit]):
        try:
            with transaction.atomic():
                done += _process(_claimed(1, pk))
        except Exception as error:
            log.exception("a submission failed", extra={"submission": pk})
            _set_aside(pk, error)
    return done


def _set_aside(pk: int, error: Exception) -> None:
    row = Submission.objects.filter(pk=pk, state=Submission.State.NEW)
    row.update(tries=F("tries") + 1, reason=f"failed: {error!r}"[:200])
    row.filter(tries__gte=TRIES).update(state=Submission.State.REJECTED)
