"""The staff: colleagues, departments, roles, and what people do now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.staff.models import Department, Presence, Role, User

from ..nouns import Caller, Expansion, Noun, register
from ..schemas import Field, Out


class StaffOut(Out):
    """A person of the staff."""

    id: int
    name: str
    email: str
    position: str
    department_id: int | None
    role_ids: list[int]
    extension: str
    presence: str = Field(description=_("What he does now; empty = he never said."))
    presence_reason: str
    presence_since: datetime | None
    is_active: bool = Field(description=_("Works here."))
    joined_at: datetime
    left_at: datetime | None


def _dress(rows: Sequence[Any], caller: Caller) -> None:
    found: dict[int, list[int]] = {row.pk: [] for row in rows}
    for user, role in (
        User.roles.through.objects.filter(user__in=found).order_by("role_id").values_list("user_id", "role_id")
    ):
        found[user].append(role)
    for row in rows:
        row.role_ids = found[row.pk]


register(Noun(
    "staff", "staff", _("Staff"), StaffOut, lambda user, verb: User.objects.visible_to(user, verb), "staff", dress=_dress,
    narrow={"department": "department_id", "email": "email", "extension": "extension"},
    expand={"department": Expansion("departments", "department_id")},
))  # fmt: skip


class DepartmentOut(Out):
    """A node of the company's tree."""

    id: int
    name: str
    parent_id: int | None
    head_id: int | None
    calendar_id: int | None


register(Noun(
    "departments", "department", _("Departments"), DepartmentOut, lambda user, verb: Department.objects.all(),
    narrow={"parent": "parent_id"},
))  # fmt: skip


class RoleOut(Out):
    """A bundle of rights, as the company speaks of it."""

    id: int
    key: str
    title: str


register(Noun("roles", "role", _("Roles"), RoleOut, lambda user, verb: Role.objects.all(), "staff"))


class PresenceOut(Out):
    """A stretch of time that somebody spent in one state; the one without an end is now."""

    id: int
    user_id: int
    state: Presence.State
    reason: str
    since: datetime
    until: datetime | None


def _presences(user: Any, verb: str) -> Any:
    return Presence.objects.filter(user__in=User.objects.visible_to(user, verb).order_by().values("pk"))


register(Noun(
    "presences", "presence", _("What people do and did"), PresenceOut, _presences, "staff", narrow={"user": "user_id", "state": "state"},
    expand={"user": Expansion("staff", "user_id")},
))  # fmt: skip
