"""Saved views: keeping, changing, sharing, pinning, removing."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from perezvon.journey.actions import record

from .. import facts, pinned
from ..models import Pin, Sharing, View
from .errors import NameTaken

TOLD = ("where", "show", "text", "sort", "group", "columns")


def add_view(
    listing: str,
    name: str,
    told: dict[str, Any],
    *,
    sharing: str = Sharing.PRIVATE,
    is_pinned: bool = False,
    by: Any,
    at: datetime,
) -> View:
    """Keep what is on the screen (``told`` holds the columns of ``TOLD``) under a name. NameTaken."""
    view = View(
        listing=listing, name=name.strip(), owner=by, created_at=at, changed_at=at, **_shared(sharing, by), **_known(told)
    )  # fmt: skip
    _save(view, facts.VIEW_ADDED, by, at)
    if is_pinned:
        pin(view, by=by, at=at)
    return view


def change_view(
    view: View,
    *,
    name: str | None = None,
    sharing: str | None = None,
    told: dict[str, Any] | None = None,
    by: Any,
    at: datetime,
) -> View:
    """Rename, share, or keep another content. NameTaken."""
    if name is not None:
        view.name = name.strip()
    changes = {**(_shared(sharing, view.owner) if sharing is not None else {}), **_known(told or {})}
    for key, value in changes.items():
        setattr(view, key, value)
    view.changed_at = at
    _save(view, facts.VIEW_CHANGED, by, at)
    return view


@transaction.atomic
def remove_view(view: View, *, by: Any, at: datetime) -> None:
    """Take a view away, for everybody who saw it."""
    record(facts.VIEW_REMOVED, at=at, by=by, owner_id=view.owner_id, name=view.name, listing=view.listing)
    view.delete()
    pinned.forget()


def pin(view: View, *, by: Any, at: datetime) -> None:
    """Keep the view in one's side bar."""
    Pin.objects.get_or_create(view=view, user=by, defaults={"at": at})
    pinned.forget()


def unpin(view: View, *, by: Any) -> None:
    """Take it out of one's side bar."""
    Pin.objects.filter(view=view, user=by).delete()
    pinned.forget()


def _known(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key in TOLD}


def _shared(sharing: str, owner: Any) -> dict[str, Any]:
    """Whoever stands in no department has nobody else to share with there."""
    if sharing == Sharing.DEPARTMENT and owner.department_id is None:
        sharing = Sharing.PRIVATE
    return {"sharing": sharing, "department_id": owner.department_id if sharing == Sharing.DEPARTMENT else None}


def _save(view: View, kind: str, by: Any, at: datetime) -> None:
    try:
        with transaction.atomic():
            view.save()
            record(
                kind, at=at, by=by, owner_id=view.owner_id, name=view.name, listing=view.listing, sharing=view.sharing
            )
    except IntegrityError as error:
        raise NameTaken from error
    pinned.forget()
