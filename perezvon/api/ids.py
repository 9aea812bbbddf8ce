"""Things that a body names by their ids."""

from typing import Any

from django.utils.translation import gettext as _

from .problems import wrong


def named(rows: Any, pk: int | None, place: str) -> Any:
    """The row with this id among those in reach; None for null. ApiProblem 422 when there is none."""
    if pk is None:
        return None
    found = rows.filter(pk=pk).first()
    if found is None:
        raise wrong(f"body.{place}", _("There is no such row, or it is not for you."), "unknown_id")
    return found
