"""The staff in conditions: fields of responsibles and departments, and what "me" and "my department" mean."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import pgettext_lazy

from perezvon.kit.conditions import Circumstances, Field, Kind
from perezvon.kit.conditions.fields import Label

from . import access, reads

ME: dict[str, Label] = {"me": pgettext_lazy("condition", "me")}
MY_DEPARTMENT: dict[str, Label] = {
    "my_department": pgettext_lazy("condition", "my department"),
    "my_departments": pgettext_lazy("condition", "my department and all below"),
}


def circumstances(user: Any, at: datetime) -> Circumstances:
    """What a condition means for ``user`` at the moment ``at``; None = the system asks, nobody is "me"."""
    if user is None or user.pk is None:
        return Circumstances(at, timezone.get_current_timezone())
    own = (user.department_id,) if user.department_id else ()
    rights = access.rights_of(user)
    return Circumstances(
        at, timezone.get_current_timezone(), {"me": (user.pk,), "my_department": own, "my_departments": rights.below}
    )


def person(key: str, label: Label, path: str, group: Label = "") -> Field:
    """A field that holds a person of the staff."""
    return Field(key, Kind.CHOICE, label, path=path, ids=True, choices=reads.working, words=ME, group=group)


def department(key: str, label: Label, path: str, group: Label = "") -> Field:
    """A field that holds a department."""
    return Field(
        key, Kind.CHOICE, label, path=path, ids=True, choices=reads.departments, words=MY_DEPARTMENT, group=group
    )
