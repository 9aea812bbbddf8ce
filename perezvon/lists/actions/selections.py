"""Selections: rows picked by hand."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from perezvon.journey.actions import record

from .. import facts
from ..models import Selection, SelectionRow, Sharing
from .errors import NameTaken
from .views import _shared


def add_selection(listing: str, name: str, *, sharing: str = Sharing.PRIVATE, by: Any, at: datetime) -> Selection:
    """An empty selection. NameTaken."""
    try:
        with transaction.atomic():
            selection = Selection.objects.create(
                listing=listing, name=name.strip(), owner=by, created_at=at, changed_at=at, **_shared(sharing, by)
            )
            record(facts.SELECTION_CHANGED, at=at, by=by, owner_id=by.pk, name=selection.name, listing=listing)
    except IntegrityError as error:
        raise NameTaken from error
    return selection


@transaction.atomic
def pick(selection: Selection, ids: Iterable[int], *, by: Any, at: datetime) -> set[int]:
    """Put rows into a selection; the ids that were not in it."""
    wanted = set(ids)
    known = set(SelectionRow.objects.filter(selection=selection, row_id__in=wanted).values_list("row_id", flat=True))
    fresh = wanted - known
    rows = (SelectionRow(selection=selection, row_id=pk, by=by, at=at) for pk in sorted(fresh))
    SelectionRow.objects.bulk_create(rows, ignore_conflicts=True)
    return fresh


def drop(selection: Selection, ids: Iterable[int]) -> int:
    """Take rows out of a selection; how many were in it."""
    return SelectionRow.objects.filter(selection=selection, row_id__in=list(ids)).delete()[0]


@transaction.atomic
def remove_selection(selection: Selection, *, by: Any, at: datetime) -> None:
    """Take a selection away; the rows themselves stay."""
    record(
        facts.SELECTION_CHANGED,
        at=at,
        by=by,
        owner_id=selection.owner_id,
        name=selection.name,
        listing=selection.listing,
    )
    selection.delete()
