"""Carrying rows out in a file: written down before the first line is given out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record
from perezvon.staff import access

from .. import facts
from ..listing import Listing
from ..models import Export
from .errors import NothingToDo, TooMany


@transaction.atomic
def write_down_export(
    listing: Listing,
    *,
    format: str,
    columns: Sequence[str],
    condition: str,
    reason: str,
    count: int,
    most: int,
    by: Any,
    at: datetime,
) -> Export:
    """Note who carries out how many rows, which columns, by what condition, what for.

    TooMany when there are more than ``most``, NothingToDo when there are none.
    """
    if not count:
        raise NothingToDo(_("There is not a single row to export."))
    if count > most:
        raise TooMany(_("At most %(most)d rows in one file: narrow the list.") % {"most": most})
    export = Export.objects.create(
        listing=listing.key, format=format, columns=list(columns), condition=condition, reason=reason.strip(), count=count,
        with_phones=access.sees_phones(by), by=by, department_id=by.department_id, at=at,
    )  # fmt: skip
    record(
        facts.EXPORTED, at=at, by=by, owner_id=by.pk, department_id=by.department_id, count=count,
        listing=str(listing.title), reason=export.reason, export=export.pk,
    )  # fmt: skip
    return export
