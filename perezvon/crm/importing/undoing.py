"""An import taken back: what it added goes if nobody has worked with it since, what it changed gets its old values.

Somebody has worked with a client when the ledger knows anything of him besides this import, or when any table refers to
him: the database is asked which tables do, so that rooms above need not be known here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

from perezvon.journey import reads as journey
from perezvon.journey.actions import record_alike

from .. import facts
from ..actions.custom import value_in, write
from ..links import referrers, referring
from ..models import Company, ContactOwner, ContactPoint, Import, ImportResult, Person

_LONELY = """
DELETE FROM crm_contactpoint p
 WHERE p.id = ANY(%s) AND p.created_at = %s AND NOT EXISTS (SELECT 1 FROM crm_contactowner o WHERE o.point_id = p.id)
"""
UNDONE, KEPT = ImportResult.State.UNDONE.value, ImportResult.State.KEPT.value


def take_back(results: Sequence[ImportResult], batch: Import, *, by: Any, at: datetime) -> int:
    """Undo these results (the latest lines first), inside the caller's transaction; how many had to stay."""
    added = [one for one in results if one.state == ImportResult.State.ADDED]
    for one in results:
        if one.state == ImportResult.State.UPDATED:
            _restore(one, batch)
    model: type[Person] | type[Company] = Person if batch.what == Import.What.PEOPLE else Company
    key = "person_id" if model is Person else "company_id"
    touched = _touched(model, key, [getattr(one, key) for one in added], batch)
    gone = [one for one in added if getattr(one, key) not in touched]
    for one in added:
        one.state = KEPT if getattr(one, key) in touched else UNDONE
    _remove(model, [getattr(one, key) for one in gone], batch, by=by, at=at)
    ImportResult.objects.bulk_update(results, ["state"])
    return sum(one.state == KEPT for one in results)


def _touched(model: type[models.Model], key: str, ids: list[int], batch: Import) -> set[int]:
    """Those of ``ids`` that somebody has worked with since."""
    if not ids:
        return set()
    found = journey.with_other_facts(key, ids, batch=batch.pk)
    return found | referring(referrers(model, without=("crm_contactowner",)), ids)


def _remove(model: type[models.Model], ids: list[int], batch: Import, *, by: Any, at: datetime) -> None:
    if not ids:
        return
    key = "person_id" if model is Person else "company_id"
    owners = ContactOwner.objects.filter(**{f"{key}__in": ids})
    points = list(owners.values_list("point_id", flat=True))
    owners._raw_delete(owners.db)
    with connection.cursor() as cursor:
        cursor.execute(_LONELY, [points, batch.at])
        cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = ANY(%s)", [ids])
    kind = facts.PERSON_REMOVED if model is Person else facts.COMPANY_REMOVED
    record_alike(
        kind, at=at, by=by, batch=batch.pk,
        person_ids=ids if model is Person else (), company_ids=ids if model is Company else (),
    )  # fmt: skip


def _restore(result: ImportResult, batch: Import) -> None:
    """Give the card its old values where they are still ours; a value that was changed later stays."""
    result.state = UNDONE
    model: Any = Person if result.person_id else Company
    card = model.objects.select_for_update().filter(pk=result.person_id or result.company_id).first()
    if card is None:
        return
    before: dict[str, list[Any]] = result.before or {}
    ours = {name: old for name, (old, new) in before.items() if value_in(card, name) == new}
    if len(ours) < len(before):
        result.state = KEPT
    if ours:
        write(model, card.pk, ours)
    _give_back(result.owners or (), batch)


def _give_back(owners: Iterable[int], batch: Import) -> None:
    rows = ContactOwner.objects.filter(pk__in=list(owners), until=None)
    points = list(rows.values_list("point_id", flat=True))
    rows.delete()
    ContactPoint.objects.filter(pk__in=points, owners=None, created_at=batch.at).delete()
