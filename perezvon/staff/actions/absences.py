"""Who is away when, and who stands in for him."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record

from .. import facts
from ..models import Absence, User


@transaction.atomic
def set_absence(
    known: Absence | None = None,
    *,
    user: User,
    kind: str,
    first: date,
    last: date,
    substitute: User | None = None,
    note: str = "",
    by: User | None = None,
    at: datetime,
) -> Absence:
    """Write down that a person is away from ``first`` to ``last``, or change such a row (``known``).

    ValidationError when the days are in the wrong order, the substitute is the person himself, or the person is away
    on some of them already.
    """
    if last < first:
        raise ValidationError({"last": _("It ends before it begins.")})
    if substitute is not None and substitute.pk == user.pk:
        raise ValidationError({"substitute": _("Nobody stands in for himself.")})
    absence = known or Absence(created_at=at, created_by=by)
    absence.user, absence.kind, absence.first, absence.last = user, Absence.Kind(kind).value, first, last
    absence.substitute, absence.note = substitute, note.strip()
    try:
        with transaction.atomic():
            absence.save()
    except IntegrityError:
        raise ValidationError({"first": _("The person is away on some of these days already.")}) from None
    _record(facts.ABSENCE_SET, absence, by, at)
    return absence


@transaction.atomic
def remove_absence(absence: Absence, *, by: User | None = None, at: datetime) -> None:
    """The person works on these days after all; the ledger keeps that it was planned otherwise."""
    _record(facts.ABSENCE_REMOVED, absence, by, at)
    absence.delete()


def _record(kind: str, absence: Absence, by: User | None, at: datetime) -> None:
    user = absence.user
    record(
        kind, at=at, by=by, owner_id=user.pk, department_id=user.department_id, name=user.name, what=absence.kind,
        first=absence.first.isoformat(), last=absence.last.isoformat(),
    )  # fmt: skip
