"""The company's kinds of tasks."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record
from perezvon.staff import reads as staff

from .. import facts
from ..models import TaskKind

FIELDS = ("name", "title", "icon", "color", "minutes", "takes_slot", "reminders", "order", "is_used")


@transaction.atomic
def set_kind(known: TaskKind | None, values: dict[str, Any], *, by: Any = None, at: datetime) -> TaskKind:
    """Add a kind of tasks (``known`` None) or change one; tasks keep their kind.

    ValidationError for a name that another kind has, or when no kind would be left in use.
    """
    kind = known or TaskKind(code=_free_code())
    for name in FIELDS:
        if name in values:
            setattr(kind, name, values[name])
    if any(one.label.casefold() == kind.label.casefold() for one in TaskKind.objects.exclude(pk=kind.pk)):
        raise ValidationError({"name": _("There is such a kind already.")})
    if not kind.is_used and not TaskKind.objects.filter(is_used=True).exclude(pk=kind.pk).exists():
        raise ValidationError({"is_used": _("One kind at least stays in use.")})
    kind.save()
    record(facts.TASK_KIND_CHANGED, at=at, by=by, name=kind.label)
    staff.forget()
    return kind


def _free_code() -> str:
    codes = set(TaskKind.objects.select_for_update().values_list("code", flat=True))
    return next(code for number in range(1, 1_000) if (code := f"k{number}") not in codes)
