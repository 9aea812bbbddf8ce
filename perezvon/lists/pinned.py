"""Pinned views in the side bar: remembered in the process for some seconds, because every page shows them."""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.http import QueryDict
from django.urls import reverse

from perezvon.kit import clock
from perezvon.staff import access as rights

from .listing import listings
from .models import View
from .rows import counted, rows_of
from .state import State

SECONDS = 5.0
COUNTED_FOR = 60.0
PATIENCE_MS = 300
_lines: dict[int, tuple[float, "list[Line]"]] = {}
_counts: dict[tuple[int, int], tuple[float, int | None]] = {}


@dataclass(frozen=True, slots=True)
class Line:
    """One pinned view: its place in the side bar."""

    pk: int
    label: str
    url: str
    icon: str


def lines(user: Any) -> list[Line]:
    """The views that a person has pinned, in the order in which he did."""
    if getattr(user, "pk", None) is None:
        return []
    until, found = _lines.get(user.pk, (0.0, []))
    if monotonic() >= until:
        views = View.objects.visible_to(user).filter(pins__user=user.pk).order_by("pins__at", "pk")
        found = [_line(view) for view in views if _is_open(user, view)]
        _lines[user.pk] = (monotonic() + SECONDS, found)
    return found


def _is_open(user: Any, view: View) -> bool:
    return view.listing in listings and rights.can(user, listings[view.listing].noun, "view")


def _line(view: View) -> Line:
    listing = listings[view.listing]
    return Line(view.pk, view.name, f"{reverse(listing.url_name)}?view={view.pk}", listing.icon)


def counts(user: Any) -> dict[str, int]:
    """How many rows each pinned view has now, up to 1,000; one that takes too long is left out for a minute."""
    found = {f"view-{line.pk}": _count(user, line.pk) for line in lines(user)}
    return {key: count for key, count in found.items() if count}


def _count(user: Any, pk: int) -> int | None:
    until, count = _counts.get((user.pk, pk), (0.0, None))
    if monotonic() >= until:
        view = View.objects.filter(pk=pk).first()
        count = _counted(user, view, clock.now()) if view else None
        _counts[user.pk, pk] = (monotonic() + COUNTED_FOR, count)
    return count


def _counted(user: Any, view: View, at: datetime) -> int | None:
    state = State(listings[view.listing], user, QueryDict(), at, view)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
            return counted(rows_of(state))
    except DatabaseError:
        return None


def forget() -> None:
    """Read again what is pinned (after a change)."""
    _lines.clear()
    _counts.clear()
