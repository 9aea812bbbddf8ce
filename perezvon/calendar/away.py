"""Whose absences somebody may write down."""

from typing import Any

from perezvon.staff import access
from perezvon.staff import reads as staff


def changeable(user: Any) -> list[tuple[int, str]]:
    """Whose absences ``user`` may write down: his own, and those of whom he keeps or leads."""
    if access.can(user, "staff", "administer"):
        return staff.working()
    reach = access.scope(user, "task", "assign")
    if reach in ("subtree", "department", "all"):
        below = None if reach == "all" else user.department_id
        return [(one.pk, one.name) for one in staff.colleagues(below)]
    return [(user.pk, user.name)]
