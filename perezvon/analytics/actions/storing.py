"""Pouring journeys into the columnar store, and proving that nothing was spilled."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Count

from ..models import Dirty, Month
from ..store import manifest, pouring
from .marking import dirty_marks, unmark

ENOUGH = 500  # changed journeys of a month that are worth writing it anew at once
PATIENCE = timedelta(minutes=10)  # even a single one does not wait longer


def pour_everything(*, at: datetime) -> int:
    """Write the whole store anew; how many journeys it holds. For the first start and for repairs."""
    return pour(pouring.months_in_base(), at=at)


def pour_dirty(*, at: datetime) -> int:
    """Write anew the months that changed enough, or long enough ago; how many months."""
    if not manifest.current().version:
        return 1 if pour_everything(at=at) else 0
    due = [month for month, journeys in _changed() if journeys >= ENOUGH or _waited(month, at)]
    if due:
        pour(due, at=at)
    manifest.sweep()
    return len(due)


def _changed() -> list[tuple[date, int]]:
    """Months with changes and how many journeys of each changed."""
    return list(Dirty.objects.values_list("month").annotate(journeys=Count("id")).order_by("month"))


def _waited(month: date, at: datetime) -> bool:
    poured = manifest.current().months.get(manifest.key_of(month))
    return poured is None or datetime.fromisoformat(poured.at) + PATIENCE <= at


def pour(months: Sequence[date], *, at: datetime) -> int:
    """Write months anew and swap the manifest; how many journeys they hold.

    The order matters to those who read meanwhile: marks are read first, then the rows, then the
    manifest is swapped, and only marks that were there at the beginning are forgotten.
    """
    marks = dirty_marks(months)
    poured = {manifest.key_of(month): pouring.pour_month(month, at=at) for month in months}
    if not poured:
        return 0
    manifest.swap({**manifest.current().months, **poured}, at=at)
    unmark(marks)
    _note(months, poured, at)
    return sum(entry.rows for entry in poured.values())


def _note(months: Sequence[date], poured: dict[str, manifest.Poured], at: datetime) -> None:
    entries = [(month, poured[manifest.key_of(month)]) for month in months]
    Month.objects.bulk_create(
        [Month(month=month, version=entry.version, rows=entry.rows, poured_at=at) for month, entry in entries],
        update_conflicts=True,
        unique_fields=["month"],
        update_fields=["version", "rows", "poured_at"],
    )


def check_balance(*, at: datetime) -> list[Month]:
    """Compare every month of the store with PostgreSQL; the months that differ, with the difference.

    Months with changes that are not poured yet are poured first: what differs after that is an error.
    """
    pour_dirty(at=at)
    pour([month for month, _journeys in _changed()], at=at)
    wrong = []
    for month in sorted({*pouring.months_in_base(), *_stored()}):
        row, _made = Month.objects.get_or_create(month=month)
        row.checked_at, row.difference = at, _difference(month)
        row.save(update_fields=["checked_at", "difference"])
        if row.difference:
            wrong.append(row)
    return wrong


def _stored() -> list[date]:
    return [date.fromisoformat(f"{key}-01") for key in manifest.current().months]


def _difference(month: date) -> str:
    """ "" when the store and PostgreSQL agree, else "rows 10/11, ..." (store/base)."""
    store, base = pouring.sums_in_store(month), pouring.sums_in_base(month)
    names = ("rows", "places", "sales", "revenue")
    pairs = [(name, getattr(store, name), getattr(base, name)) for name in names]
    if Dirty.objects.filter(month=month).exists():
        return ""  # somebody works at this very moment: the next check will tell
    return ", ".join(f"{name} {ours}/{theirs}" for name, ours, theirs in pairs if ours != theirs)
