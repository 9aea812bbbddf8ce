"""What can be asked of calls: filters, views and selections use this vocabulary."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.crm.models import Segment
from perezvon.kit.conditions import Field, Fields, Kind
from perezvon.kit.conditions.fields import Pair
from perezvon.lists.picking import picked
from perezvon.staff import access
from perezvon.staff import fields as staff

from .models import Call, Line
from .stages import TALKED, CallLoss, stage_words

_CALL = pgettext_lazy("fields", "Call")
_CLIENT = _("Client")
_WORK = pgettext_lazy("fields", "Work")


def outcomes() -> list[Pair]:
    """How a call may end: talked, or where it was lost."""
    return [(TALKED, str(stage_words(TALKED))), *((code, f"{code} · {stage_words(code)}") for code in CallLoss.values)]


def lines() -> list[Pair]:
    """Our numbers, by their names."""
    return [(line.number, str(line)) for line in Line.objects.all()]


def _person(name: str) -> Any:
    return lambda row: getattr(row.person, name) if row.person_id and row.person else None


CALL = Fields(
    "call",
    Field("direction", Kind.CHOICE, _("Direction"), choices=Call.Direction.choices, group=_CALL),
    Field("stage", Kind.CHOICE, _("Outcome"), choices=outcomes, group=_CALL),
    Field("line", Kind.CHOICE, _("Line"), choices=lines, group=_CALL),
    Field("started", Kind.MOMENT, _("When"), path="started_at", group=_CALL),
    Field("talk", Kind.SPAN, _("Talk"), path="talk_seconds", group=_CALL),
    Field("waited", Kind.SPAN, _("Waited"), path="wait_seconds", group=_CALL),
    Field("rating", Kind.WHOLE, _("The client's mark"), group=_CALL),
    Field("promised", Kind.MOMENT, _("Asked to be called back"), path="promised_at", group=_CALL),
    Field("phone", Kind.TEXT, _("Number"), can=access.sees_phones, group=_CLIENT),
    Field("client", Kind.TEXT, _("Name of the client"), path="person__name", value=_person("name"), group=_CLIENT),
    Field("segment", Kind.CHOICE, _("Segment of the client"), path="person__segment", value=_person("segment"),
          choices=Segment.choices, group=_CLIENT),
    staff.person("user", _("Employee"), "user_id", _WORK),
    staff.department("department", _("Department"), "department_id", _WORK),
    picked("calls"),
)  # fmt: skip
