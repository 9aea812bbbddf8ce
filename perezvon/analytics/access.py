"""Whose journeys a person may see counted."""

from typing import Any

from perezvon.staff import access

from .slices import Scope

NOUN = "funnel"


def scope_of(user: Any, verb: str = "view") -> Scope | None:
    """The journeys that ``user`` may count; None = he may not open the funnel at all."""
    rights = access.rights_of(user)
    reach = rights.scope(NOUN, verb)
    if not reach:
        return None
    if reach == "all":
        return Scope()
    return Scope(departments=tuple(rights.departments(reach)), responsible=user.pk)


def sees_funnel(user: Any) -> bool:
    return access.can(user, NOUN, "view")


def exports_funnel(user: Any) -> bool:
    return access.can(user, NOUN, "export")
