"""An import taken back: what it added goes if nobody has worked with it since, what it changed gets its old values.

Somebody has worked with a client when the ledger knows anything of him besides this import, or when any table refers to
him: the database is asked which tables do, so that rooms above need not be known here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

from perezvon.journey import reads as journey
from perezvon.journey.actions import NewFact, record_alike, record_many

from .. import facts
from ..actions.custom import value_in, write
from ..links import referrers, referring
from ..models import (
    Company,
    ContactOwner,
    ContactPoint,
    Deal,
    DealOutcome,
    Import,
    ImportResult,
    Note,
    OuterKey,
    Person,
    StageTransition,
    Tagged,
)

_LONELY = """
DELETE FROM crm_contactpoint p
 WHERE p.id = ANY(%s) AND p.created_at = %s AND NOT EXISTS (SELECT 1 FROM crm_contactowner o WHERE o.point_id = p.id)
"""
# What an import itself lays around what it adds.
OWN_TABLES = (
    "crm_contactowner", "crm_outerkey", "crm_tagged", "crm_stagetransition", "crm_dealoutcome", "crm_note",
)  # fmt: skip
SUBJECTS: dict[str, tuple[type[Any], str]] = {
    Import.What.PEOPLE: (Person, "person_id"), Import.What.COMPANIES: (Company, "company_id"), Import.What.DEALS: (Deal, "deal_id"),
}  # fmt: skip
UNDONE, KEPT = ImportResult.State.UNDONE.value, ImportResult.State.KEPT.value


def take_back(results: Sequence[ImportResult], batch: Import, *, by: Any, at: datetime) -> int:
    """Undo these results (the latest lines first), inside the caller's transaction; how many had to stay."""
    added = [one for one in results if one.state == ImportResult.State.ADDED]
    for one in results:
        if one.state == ImportResult.State.UPDATED:
            _restore(one, batch)
    model, key = SUBJECTS[batch.what]
    touched = _touched(model, key, [getattr(one, key) for one in added], batch)
    gone = [one for one in added if getattr(one, key) not in touched]
    for one in added:
        one.state = KEPT if getattr(one, key) in touched else UNDONE
    _remove(model, [getattr(one, key) for one in gone], batch, by=by, at=at)
    if model is Deal:  # and clients who were not here before their deal
        made = [one.person_id for one in gone if one.person_id]
        _remove(Person, sorted(set(made) - _touched(Person, "person_id", made, batch)), batch, by=by, at=at)
    ImportResult.objects.bulk_update(results, ["state"])
    return sum(one.state == KEPT for one in results)


def _touched(model: type[models.Model], key: str, ids: list[int], batch: Import) -> set[int]:
    """Those of ``ids`` that somebody has worked with since."""
    if not ids:
        return set()
    return journey.with_other_facts(key, ids, batches=together(batch)) | referring(
        referrers(model, without=OWN_TABLES), ids
    )


def together(batch: Import) -> list[int]:
    """The imports that came with this one from another CRM; what they did is nobody's work."""
    if batch.relocation_id is None:
        return [batch.pk]
    return list(Import.objects.filter(relocation=batch.relocation_id).values_list("pk", flat=True))


def _remove(model: type[models.Model], ids: list[int], batch: Import, *, by: Any, at: datetime) -> None:
    if not ids:
        return
    if model is Deal:
        _remove_deals(ids, batch, by=by, at=at)
        return
    key = "person_id" if model is Person else "company_id"
    owners = ContactOwner.objects.filter(**{f"{key}__in": ids})
    points = list(owners.values_list("point_id", flat=True))
    Tagged.objects.filter(**{f"{key}__in": ids}).delete()
    OuterKey.objects.filter(**{f"{key}__in": ids}).delete()
    owners._raw_delete(owners.db)
    with connection.cursor() as cursor:
        cursor.execute(_LONELY, [points, batch.at])
        cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = ANY(%s)", [ids])
    kind = facts.PERSON_REMOVED if model is Person else facts.COMPANY_REMOVED
    record_alike(
        kind, at=at, by=by, batch=batch.pk,
        person_ids=ids if model is Person else (), company_ids=ids if model is Company else (),
    )  # fmt: skip


def _remove_deals(ids: list[int], batch: Import, *, by: Any, at: datetime) -> None:
    """Deals with all that the import laid around them; the base lets their moves go only for this."""
    deals = list(Deal.objects.filter(pk__in=ids).values_list("pk", "person_id", "company_id"))
    Note.objects.filter(deal__in=ids).delete()
    for rows in (Tagged, OuterKey, DealOutcome, StageTransition):
        found = rows.objects.filter(deal__in=ids)
        found._raw_delete(found.db)
    Deal.objects.filter(pk__in=ids)._raw_delete("default")
    told, by_id = {"batch": batch.pk}, getattr(by, "pk", by)
    record_many(
        NewFact(facts.DEAL_REMOVED, at, by_id, person_id=person, company_id=company, deal_id=pk, details=told)
        for pk, person, company in deals
    )


def _restore(result: ImportResult, batch: Import) -> None:
    """Give the card its old values where they are still ours; a value that was changed later stays."""
    result.state = UNDONE
    model: Any = Person if result.person_id else Company
    if result.deal_id:  # stages and amounts of deals are history: a change is not unwound
        result.state = KEPT
        return
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
