"""Two people, or two companies, become one, and can become two again.

All that refers to the one who goes is moved to the one who stays, table by table as the database knows them; what the
database does not let be moved (history that is append-only, a second open request) stays with the one who is gone and is
shown on the kept card, whose timeline has both. The gone card is not deleted: it leads to the kept one.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from perezvon.journey.actions import record

from .. import facts
from ..links import Link, referrers
from ..models import Company, CompanyMerge, CompanyPair, ContactOwner, DuplicatePair, Merge, Person
from . import custom
from .errors import ChangedMeanwhile, Refused

_EARLIEST = ("created_at", "entered_at", "first_sale_at")


@dataclass(frozen=True, slots=True)
class Side:
    """Whose cards are merged: the tables of it, and what a card may take from the other.

    ``own`` are tables that name the gone one on purpose: its own story.
    """

    noun: str
    model: type[Any]
    merges: type[Any]
    pairs: type[Any]
    fields: tuple[str, ...]
    own: tuple[str, ...]
    merged: Any
    unmerged: Any

    def told(self, pk: int) -> dict[str, int]:
        """The subject of a fact."""
        return {f"{self.noun}_id": pk}

    def owners(self, card: Any) -> Any:
        """Present contact points of a card."""
        return ContactOwner.objects.filter(until=None, **{self.noun: card})


_BOTH = ("responsible_id", "department_id", "region", "source_id", "comment")
PEOPLE = Side(
    "person", Person, Merge, DuplicatePair, ("name", "company_id", *_BOTH),
    ("crm_merge", "crm_duplicatepair", "crm_contactowner", "crm_segmentmove", "crm_person"),
    facts.PERSON_MERGED, facts.PERSON_UNMERGED,
)  # fmt: skip
COMPANIES = Side(
    "company", Company, CompanyMerge, CompanyPair, ("name", "inn", *_BOTH),
    ("crm_companymerge", "crm_companypair", "crm_contactowner", "crm_segmentmove", "crm_company"),
    facts.COMPANY_MERGED, facts.COMPANY_UNMERGED,
)  # fmt: skip
SIDES = {side.noun: side for side in (PEOPLE, COMPANIES)}


class CannotMerge(Refused):
    """The two cannot be merged."""

    text = _("These two cards cannot be merged.")


class LaterFirst(CannotMerge):
    """What was kept has gone into a third card meanwhile."""

    text = _("The card that was kept is merged into another one now: take that merge back first.")


def merge_people(kept: Person, gone: Person, *, take: Collection[str] = (), by: Any = None, at: datetime) -> Merge:
    """Merge ``gone`` into ``kept``; the fields named in ``take`` come from the gone card, others only where kept has none.

    CannotMerge for one and the same, or a card that was merged before. ChangedMeanwhile when a card is gone already.
    """
    return _merge(PEOPLE, kept, gone, set(take), by, at)  # type: ignore[no-any-return]


def merge_companies(
    kept: Company, gone: Company, *, take: Collection[str] = (), by: Any = None, at: datetime
) -> CompanyMerge:
    """The same for two companies: their people come to the one that stays, too."""
    return _merge(COMPANIES, kept, gone, set(take), by, at)  # type: ignore[no-any-return]


@transaction.atomic
def _merge(side: Side, kept: Any, gone: Any, take: set[str], by: Any, at: datetime) -> Any:
    rows = side.model.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk")
    locked = {row.pk: row for row in rows}
    if len(locked) < 2:
        raise CannotMerge if kept.pk == gone.pk else ChangedMeanwhile
    stays, goes = locked[kept.pk], locked[gone.pk]
    if stays.merged_into_id or goes.merged_into_id:
        raise CannotMerge
    chosen = _choose(side, stays, goes, take)
    closed, given = _hand_points_over(side, stays, goes, at)
    moved = [["crm_contactowner", f'"{side.noun}_id"', given]] if given else []
    for link in referrers(side.model, without=side.own):
        ids = _move(link, goes.pk, stays.pk)
        if ids:
            moved.append([link.table, link.column, ids])
    custom.write(side.model, stays.pk, {name: new for name, (_old, new) in chosen.items()})
    side.model.objects.filter(pk=goes.pk).update(merged_into=stays, version=F("version") + 1)
    _judge(side, kept.pk, gone.pk, side.pairs.State.MERGED, by)
    kept.refresh_from_db()
    row = side.merges.objects.create(
        kept=stays, gone=goes, chosen=_plain(chosen), moved=moved, closed=closed, by=by, at=at
    )
    record(side.merged, at=at, by=by, gone=goes.pk, name=goes.name, merge=row.pk, **side.told(stays.pk))
    return row


def _judge(side: Side, one: int, other: int, state: str, by: Any) -> None:
    """What became of the pair in the queue, if it was there."""
    pairs = side.pairs.objects.filter(first_id=min(one, other), second_id=max(one, other))
    pairs.update(state=state, by=by)


def _choose(side: Side, stays: Any, goes: Any, take: set[str]) -> dict[str, tuple[Any, Any]]:
    chosen: dict[str, tuple[Any, Any]] = {}
    for name in (*side.fields, *(f"{custom.OWN}{key}" for key in goes.custom)):
        old, other = custom.value_in(stays, name), custom.value_in(goes, name)
        if other not in (None, "") and other != old and (name in take or old in (None, "")):
            chosen[name] = (old, other)
    for name in _EARLIEST:
        old, other = getattr(stays, name, None), getattr(goes, name, None)
        if other is not None and (old is None or other < old):
            chosen[name] = (old, other)
    seen, seen_there = getattr(stays, "last_contact_at", None), getattr(goes, "last_contact_at", None)
    if seen_there and (seen is None or seen_there > seen):
        chosen["last_contact_at"] = (seen, seen_there)
    return chosen


def _plain(chosen: dict[str, tuple[Any, Any]]) -> dict[str, list[Any]]:
    return {name: [_text(old), _text(new)] for name, (old, new) in chosen.items()}


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _hand_points_over(side: Side, stays: Any, goes: Any, at: datetime) -> tuple[list[int], list[int]]:
    """(contact points closed because the other has them too, contact points handed over)."""
    theirs = set(side.owners(stays).values_list("point_id", flat=True))
    own = side.owners(goes)
    closed = list(own.filter(point_id__in=theirs).values_list("pk", flat=True))
    given = list(own.exclude(point_id__in=theirs).values_list("pk", flat=True))
    ContactOwner.objects.filter(pk__in=closed).update(until=at)
    kinds = set(side.owners(stays).values_list("point__kind", flat=True))
    ContactOwner.objects.filter(pk__in=given).update(**{side.noun: stays})
    ContactOwner.objects.filter(pk__in=given, point__kind__in=kinds).update(is_primary=False)
    return closed, given


def _move(link: Link, old: int, new: int) -> list[int]:
    """Let the rows of one column name the other card; ids of the rows. One by one where together is refused."""
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


def undo_merge(row: Merge, *, by: Any = None, at: datetime) -> Merge:
    """Make two of them again: what was moved goes back where it still is, chosen fields where nobody changed them since.

    What came to the kept client after the merge stays with him. CannotMerge when it was taken back before,
    LaterFirst while the kept card is merged into a third one.
    """
    return _undo(PEOPLE, row, by, at)  # type: ignore[no-any-return]


def undo_company_merge(row: CompanyMerge, *, by: Any = None, at: datetime) -> CompanyMerge:
    """The same for two companies."""
    return _undo(COMPANIES, row, by, at)  # type: ignore[no-any-return]


@transaction.atomic
def _undo(side: Side, row: Any, by: Any, at: datetime) -> Any:
    if not side.merges.objects.filter(pk=row.pk, undone_at=None).update(undone_at=at, undone_by=by):
        raise CannotMerge
    both = side.model.objects.select_for_update().filter(pk__in=[row.kept_id, row.gone_id]).order_by("pk")
    kept = {card.pk: card for card in both}[row.kept_id]
    if kept.merged_into_id:
        raise LaterFirst
    for table, column, ids in row.moved:
        _give_back(table, column, row, ids)
    ContactOwner.objects.filter(pk__in=row.closed, **side.told(row.gone_id)).update(until=None)
    _one_primary(side, [row.kept_id, row.gone_id])
    back = {name: old for name, (old, new) in row.chosen.items() if _text(custom.value_in(kept, name)) == new}
    custom.write(side.model, kept.pk, back)
    side.model.objects.filter(pk=row.gone_id).update(merged_into=None, version=F("version") + 1)
    _judge(side, row.kept_id, row.gone_id, side.pairs.State.DIFFERENT, by)
    row.refresh_from_db()
    record(side.unmerged, at=at, by=by, gone=row.gone_id, merge=row.pk, **side.told(row.kept_id))
    return row


def _give_back(table: str, column: str, row: Any, ids: list[int]) -> None:
    statement = f"UPDATE {table} SET {column} = %s WHERE {column} = %s AND id = ANY(%s)"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [row.gone_id, row.kept_id, ids])
    except DatabaseError:
        for pk in ids:
            _move_one(
                f"UPDATE {table} SET {column} = %s WHERE {column} = %s AND id = %s", [row.gone_id, row.kept_id, pk]
            )


def _one_primary(side: Side, cards: Iterable[int]) -> None:
    """Every kind of contact point of a card has a primary one."""
    for card in cards:
        seen: set[str] = set()
        owners = side.owners(card).order_by("-is_primary", "id")
        for pk, kind, primary in owners.values_list("pk", "point__kind", "is_primary"):
            if kind not in seen and not primary:
                ContactOwner.objects.filter(pk=pk).update(is_primary=True)
            seen.add(kind)
