"""Who may see which sources and forms: they belong to nobody, so a right reaches all of them or none."""

from typing import Any

from perezvon.staff import access as staff_access


def limit_sources(queryset: Any, user: Any, verb: str = "view") -> Any:
    """Sources for a person with any right to sources."""
    return queryset if staff_access.can(user, "source", verb) else queryset.none()


def limit_forms(queryset: Any, user: Any, verb: str = "view") -> Any:
    """All forms for the widest right, else those of the person's departments."""
    return staff_access.limit(queryset, user, "form", verb, owner=None, department="department")
