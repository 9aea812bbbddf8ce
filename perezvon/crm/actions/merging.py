"""Two people become one, and can become two again.

All that refers to the one who goes is moved to the one who stays, table by table as the database knows them; what the
database does not let be moved (history that is append-only, a second open request) stays with the one who is gone and is
shown on the kept card, whose timeline has both. The gone card is not deleted: it leads to the kept one.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from perezvon.journey.actions import record

from .. import facts
from ..links import Link, referrers
from ..models import ContactOwner, DuplicatePair, Merge, Person
from . import custom
from .errors import ChangedMeanwhile, Refused

# What a person may take from either card.
FIELDS = ("name", "company_id", "responsible_id", "department_id", "region", "source_id", "comment")
# Their own story: they name the gone one on purpose.
_OWN = ("crm_merge", "crm_duplicatepair", "crm_contactowner", "crm_segmentmove", "crm_person")
_EARLIEST = ("created_at", "entered_at", "first_sale_at")


class CannotMerge(Refused):
    """The two cannot be merged."""

    text = _("These two cards cannot be merged.")


@transaction.atomic
def merge_people(kept: Person, gone: Person, *, take: Collection[str] = (), by: Any = None, at: datetime) -> Merge:
    """Merge ``gone`` into ``kept``; the fields named in ``take`` come from the gone card, others only where kept has none.

    CannotMerge for one and the same, or a card that was merged before. ChangedMeanwhile when a card is gone already.
    """
    locked = {p.pk: p for p in Person.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk")}
    if len(locked) < 2:
        raise CannotMerge if kept.pk == gone.pk else ChangedMeanwhile
    stays, goes = locked[kept.pk], locked[gone.pk]
    if stays.merged_into_id or goes.merged_into_id:
        raise CannotMerge
    chosen = _choose(stays, goes, set(take))
    closed, given = _hand_points_over(stays, goes, at)
    moved = [["crm_contactowner", '"person_id"', given]] if given else []
    for link in referrers(Person, without=_OWN):
        ids = _move(link, goes.pk, stays.pk)
        if ids:
            moved.append([link.table, link.column, ids])
    custom.write(Person, stays.pk, {name: new for name, (_old, new) in chosen.items()})
    Person.objects.filter(pk=goes.pk).update(merged_into=stays, version=F("version") + 1)
    pairs = DuplicatePair.objects.filter(first_id=min(kept.pk, gone.pk), second_id=max(kept.pk, gone.pk))
    pairs.update(state=DuplicatePair.State.MERGED, by=by)
    kept.refresh_from_db()
    row = Merge.objects.create(kept=stays, gone=goes, chosen=_plain(chosen), moved=moved, closed=closed, by=by, at=at)
    record(facts.PERSON_MERGED, at=at, by=by, person_id=stays.pk, gone=goes.pk, name=goes.name, merge=row.pk)
    return row


def _choose(stays: Person, goes: Person, take: set[str]) -> dict[str, tuple[Any, Any]]:
    chosen: dict[str, tuple[Any, Any]] = {}
    for name in (*FIELDS, *(f"{custom.OWN}{key}" for key in goes.custom)):
        old, other = custom.value_in(stays, name), custom.value_in(goes, name)
        if other not in (None, "") and other != old and (name in take or old in (None, "")):
            chosen[name] = (old, other)
    for name in _EARLIEST:
        old, other = getattr(stays, name), getattr(goes, name)
        if other is not None and (old is None or other < old):
            chosen[name] = (old, other)
    if goes.last_contact_at and (stays.last_contact_at is None or goes.last_contact_at > stays.last_contact_at):
        chosen["last_contact_at"] = (stays.last_contact_at, goes.last_contact_at)
    return chosen


def _plain(chosen: dict[str, tuple[Any, Any]]) -> dict[str, list[Any]]:
    return {name: [_text(old), _text(new)] for name, (old, new) in chosen.items()}


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _hand_points_over(stays: Person, goes: Person, at: datetime) -> tuple[list[int], list[int]]:
    """(contact points closed because the other has them too, contact points handed over)."""
    theirs = set(ContactOwner.objects.filter(person=stays, until=None).values_list("point_id", flat=True))
    own = ContactOwner.objects.filter(person=goes, until=None)
    closed = list(own.filter(point_id__in=theirs).values_list("pk", flat=True))
    given = list(own.exclude(point_id__in=theirs).values_list("pk", flat=True))
    ContactOwner.objects.filter(pk__in=closed).update(until=at)
    kinds = set(ContactOwner.objects.filter(person=stays, until=None).values_list("point__kind", flat=True))
    ContactOwner.objects.filter(pk__in=given).update(person=stays)
    ContactOwner.objects.filter(pk__in=given, point__kind__in=kinds).update(is_primary=False)
    return closed, given


def _move(link: Link, old: int, new: int) -> list[int]:
    """Let the rows of one column name the other person; ids of the rows. One by one where together is refused."""
    one = f"UPDATE {link.table} SET {link.column} = %s WHERE {link.column} = %s"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{one} RETURNING id", [new, old])
            return [row[0] for row in cursor.fetchall()]
    except DatabaseError:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM {link.table} WHERE {link.column} = %s ORDER BY id", [old])
            ids = [row[0] for row in cursor.fetchall()]
        return [pk for pk in ids if _move_one(f"{one} AND id = %s", [new, old, pk])]


def _move_one(statement: str, parameters: list[int]) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.rowcount == 1
    except DatabaseError:
        return False


@transaction.atomic
def undo_merge(row: Merge, *, by: Any = None, at: datetime) -> Merge:
    """Make two of them again: what was moved goes back where it still is, chosen fields where nobody changed them since.

    What came to the kept client after the merge stays with him. CannotMerge when it was taken back before.
    """
    if not Merge.objects.filter(pk=row.pk, undone_at=None).update(undone_at=at, undone_by=by):
        raise CannotMerge
    people = Person.objects.select_for_update().filter(pk__in=[row.kept_id, row.gone_id]).order_by("pk")
    kept = {person.pk: person for person in people}[row.kept_id]
    for table, column, ids in row.moved:
        _give_back(table, column, row, ids)
    ContactOwner.objects.filter(pk__in=row.closed, person=row.gone_id).update(until=None)
    _one_primary([row.kept_id, row.gone_id])
    back = {name: old for name, (old, new) in row.chosen.items() if _text(custom.value_in(kept, name)) == new}
    custom.write(Person, kept.pk, back)
    Person.objects.filter(pk=row.gone_id).update(merged_into=None, version=F("version") + 1)
    pairs = DuplicatePair.objects.filter(
        first_id=min(row.kept_id, row.gone_id), second_id=max(row.kept_id, row.gone_id)
    )
    pairs.update(state=DuplicatePair.State.DIFFERENT, by=by)
    row.refresh_from_db()
    record(facts.PERSON_UNMERGED, at=at, by=by, person_id=row.kept_id, gone=row.gone_id, merge=row.pk)
    return row


def _give_back(table: str, column: str, row: Merge, ids: list[int]) -> None:
    statement = f"UPDATE {table} SET {column} = %s WHERE {column} = %s AND id = ANY(%s)"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [row.gone_id, row.kept_id, ids])
    except DatabaseError:
        for pk in ids:
            _move_one(
                f"UPDATE {table} SET {column} = %s WHERE {column} = %s AND id = %s", [row.gone_id, row.kept_id, pk]
            )


def _one_primary(people: Iterable[int]) -> None:
    """Every kind of contact point of a person has a primary one."""
    for person in people:
        owners = ContactOwner.objects.filter(person=person, until=None).order_by("-is_primary", "id")
        seen: set[str] = set()
        for pk, kind, primary in owners.values_list("pk", "point__kind", "is_primary"):
            if kind not in seen and not primary:
                ContactOwner.objects.filter(pk=pk).update(is_primary=True)
            seen.add(kind)
