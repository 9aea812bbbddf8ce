"""An action on many rows: begun with a list of ids, done in short pieces by the worker, taken back as a whole.

Each row is looked at with the right of whoever began, at the moment its turn comes; one that is refused does not stop
the others. A piece is one transaction: the rows, what was done to each, the counters.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet, PermissionDenied
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from perezvon.journey.actions import record, wake
from perezvon.staff import access
from perezvon.staff.models import User

from .. import facts
from ..listing import Action, Change, Listing, Refused, listings
from ..models import Bulk, BulkRow
from .errors import NothingToDo, TooMany

MOST = 50_000
PIECE = 100
#: how many rows are done at once, while the person waits
AT_ONCE = 100


@transaction.atomic
def start_bulk(
    listing: Listing, action: Action, rows: Any, values: dict[str, Any], *, said: str, by: Any, at: datetime
) -> Bulk:
    """Begin ``action`` on ``rows`` (a query of the list). NothingToDo for none, TooMany for more than 50,000."""
    bulk = Bulk.objects.create(
        listing=listing.key,
        action=action.key,
        values=values,
        said=said[:300],
        by=by,
        department_id=by.department_id,
        at=at,
    )
    try:
        sql, params = rows.order_by("pk").values("pk")[: MOST + 1].query.sql_with_params()
    except EmptyResultSet:
        raise NothingToDo(_("No row is chosen.")) from None
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO lists_bulkrow (bulk_id, row_id, state, why) SELECT %s, chosen.pk, 'waiting', '' FROM ({sql}) AS chosen (pk)",
            [bulk.pk, *params],
        )
        bulk.total = cursor.rowcount
    if not bulk.total:
        raise NothingToDo(_("No row is chosen."))
    if bulk.total > MOST:
        raise TooMany(_("At most %(most)d rows at once: narrow the list.") % {"most": MOST})
    Bulk.objects.filter(pk=bulk.pk).update(total=bulk.total)
    record(
        facts.BULK_STARTED,
        at=at,
        by=by,
        owner_id=by.pk,
        department_id=by.department_id,
        count=bulk.total,
        said=bulk.said,
        bulk=bulk.pk,
    )
    wake("lists.bulk")
    return bulk


@transaction.atomic
def undo_bulk(bulk: Bulk, *, by: Any, at: datetime) -> None:
    """Begin to take the whole action back. NothingToDo when it cannot be, or is already."""
    action = action_of(bulk)
    if action is None or action.restore is None:
        raise NothingToDo(_("This cannot be taken back."))
    if not Bulk.objects.filter(pk=bulk.pk, state=Bulk.State.DONE).update(state=Bulk.State.UNDOING, ended_at=None):
        raise NothingToDo
    record(
        facts.BULK_UNDOING,
        at=at,
        by=by,
        owner_id=bulk.by_id,
        department_id=bulk.department_id,
        said=bulk.said,
        bulk=bulk.pk,
    )
    bulk.refresh_from_db()
    wake("lists.bulk")


def action_of(bulk: Bulk) -> Action | None:
    """The declared action; None when no room declares it any more."""
    listing = listings.get(bulk.listing)
    return listing.actions.get(bulk.action) if listing else None


def work_on(bulk_id: int, at: datetime) -> int:
    """Do the next piece of a job; how many rows it looked at (0 = somebody else is at it, or it is over)."""
    with transaction.atomic():
        bulk = (
            Bulk.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("by")
            .filter(pk=bulk_id)
            .first()
        )
        if bulk is None or not bulk.is_working:
            return 0
        is_undo = bulk.state == Bulk.State.UNDOING
        wanted = BulkRow.State.CHANGED if is_undo else BulkRow.State.WAITING
        piece = list(BulkRow.objects.filter(bulk=bulk, state=wanted).order_by("pk")[:PIECE])
        if not piece:
            _finish(bulk, at)
            return 1
        with override(bulk.by.language):
            _do(bulk, piece, is_undo, at)
        return len(piece)


def work_on_next(at: datetime) -> int:
    """A piece of the job that has waited longest."""
    waiting = Bulk.objects.filter(state__in=(Bulk.State.RUNNING, Bulk.State.UNDOING)).order_by("at", "pk")
    return next((done for pk in waiting.values_list("pk", flat=True)[:20] if (done := work_on(pk, at))), 0)


def _do(bulk: Bulk, piece: Sequence[BulkRow], is_undo: bool, at: datetime) -> None:
    action, listing = action_of(bulk), listings.get(bulk.listing)
    if action is None or listing is None:
        found: dict[int, Any] = {}
    else:
        ids = [row.row_id for row in piece]
        rows = listing.rows(_fresh(bulk.by), action.verb).select_related(*listing.related)
        found = {thing.pk: thing for thing in rows.filter(pk__in=ids)}
    for row in piece:
        thing = found.get(row.row_id)
        if thing is None or action is None:
            row.state, row.why = _out_of_reach(is_undo), _("No right to this row, or it is gone.")
        elif is_undo:
            _restore(row, thing, action, bulk, at)
        else:
            _change(row, thing, action, bulk, at)
    BulkRow.objects.bulk_update(piece, ["state", "before", "after", "why"])
    _count(bulk, piece)


def _fresh(user: User) -> User:
    """The person with the rights of this moment."""
    access.forget(user)
    return user


def _out_of_reach(is_undo: bool) -> str:
    return BulkRow.State.KEPT if is_undo else BulkRow.State.REFUSED


def _change(row: BulkRow, thing: Any, action: Action, bulk: Bulk, at: datetime) -> None:
    try:
        with transaction.atomic():
            change = action.change(thing, bulk.values, by=bulk.by, at=at)
    except (Refused, PermissionDenied) as error:
        row.state, row.why = BulkRow.State.REFUSED, str(error)[:300] or _("Nobody may push a row out of his own sight.")
        return
    if change is None:
        row.state = BulkRow.State.SAME
    else:
        row.state, row.before, row.after = BulkRow.State.CHANGED, change.before, change.after


def _restore(row: BulkRow, thing: Any, action: Action, bulk: Bulk, at: datetime) -> None:
    restore: Callable[..., bool] = action.restore  # type: ignore[assignment]
    try:
        with transaction.atomic():
            is_back = restore(thing, Change(row.before or {}, row.after or {}), by=bulk.by, at=at)
    except (Refused, PermissionDenied) as error:
        row.state, row.why = BulkRow.State.KEPT, str(error)[:300]
        return
    row.state = BulkRow.State.RESTORED if is_back else BulkRow.State.KEPT


_COUNTER = {
    BulkRow.State.CHANGED: "changed", BulkRow.State.SAME: "same", BulkRow.State.REFUSED: "refused",
    BulkRow.State.RESTORED: "restored", BulkRow.State.KEPT: "kept",
}  # fmt: skip


def _count(bulk: Bulk, piece: Sequence[BulkRow]) -> None:
    counts: dict[str, int] = {}
    for row in piece:
        name = _COUNTER[BulkRow.State(row.state)]
        counts[name] = counts.get(name, 0) + 1
    Bulk.objects.filter(pk=bulk.pk).update(**{name: F(name) + count for name, count in counts.items()})


def _finish(bulk: Bulk, at: datetime) -> None:
    is_undo = bulk.state == Bulk.State.UNDOING
    bulk.state, bulk.ended_at = Bulk.State.UNDONE if is_undo else Bulk.State.DONE, at
    bulk.save(update_fields=["state", "ended_at"])
    kind = facts.BULK_UNDONE if is_undo else facts.BULK_DONE
    record(
        kind, at=at, by=bulk.by_id, owner_id=bulk.by_id, department_id=bulk.department_id, count=bulk.total, said=bulk.said,
        changed=bulk.changed, restored=bulk.restored, refused=bulk.refused, bulk=bulk.pk,
    )  # fmt: skip
