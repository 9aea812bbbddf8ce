"""Saved views and selections: ready conditions over lists."""

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from perezvon.kit.conditions import read
from perezvon.lists import access as lists_access
from perezvon.lists.actions import selections, views
from perezvon.lists.listing import listings
from perezvon.lists.models import Export, Selection, SelectionRow, Sharing, View
from perezvon.staff import access

from ..nouns import Caller, Noun, register
from ..schemas import Field, Id, In, Out

Name = Annotated[str, Field(min_length=1, max_length=80)]
Key = Annotated[
    str, Field(min_length=1, max_length=32, description=_("The list that it is of: people, companies, deals, tasks."))
]


class ViewOut(Out):
    """A saved view of a list; ``where`` can be sent as the filter of that list."""

    id: int
    listing: str
    name: str
    owner_id: int
    sharing: Sharing
    where: dict[str, Any]
    show: str
    text: str
    sort: str
    group: str
    columns: list[str]
    created_at: datetime
    changed_at: datetime


class ViewIn(In):
    """A new view."""

    listing: Key
    name: Name
    sharing: Sharing = Sharing.PRIVATE
    where: dict[str, Any] = Field({}, description=_("A condition, as in ?filter=."))
    text: Annotated[str, Field(max_length=100)] = ""
    sort: Annotated[str, Field(max_length=40)] = ""
    columns: list[Annotated[str, Field(max_length=40)]] = Field([], max_length=100)


class ViewChange(In):
    """Only the fields that are sent are changed."""

    name: Name = "-"
    sharing: Sharing = Sharing.PRIVATE


def _open_lists(user: Any) -> list[str]:
    return [key for key, listing in listings.items() if access.can(user, listing.noun, "view")]


VIEWS = register(Noun(
    "views", "view", _("Saved views"), ViewOut,
    lambda user, verb: View.objects.visible_to(user, verb).filter(listing__in=_open_lists(user)), narrow={"listing": "listing"},
))  # fmt: skip


@VIEWS.adds(ViewIn)
def add_view(caller: Caller, body: ViewIn) -> View:
    """A condition with a name."""
    listing = lists_access.listing(caller.user, body.listing)
    where = read(body.where, listing.fields.open_to(caller.user)).json()
    told = {"where": where, "text": body.text, "sort": body.sort if listing.sort_of(body.sort) else "", "columns": [
        name for name in body.columns if listing.column(name)]}  # fmt: skip
    return views.add_view(listing.key, body.name, told, sharing=body.sharing, by=caller.user, at=caller.at)


@VIEWS.changes(ViewChange)
def change_view(caller: Caller, view: View, body: ViewChange, version: int | None) -> View:
    """Another name, other readers."""
    return views.change_view(view, **body.given(), by=caller.user, at=caller.at)


@VIEWS.removes()
def remove_view(caller: Caller, view: View) -> None:
    """For everybody who saw it."""
    views.remove_view(view, by=caller.user, at=caller.at)


class SelectionOut(Out):
    """Rows of a list picked by hand; ask for them with the field "selection" of the filter."""

    id: int
    listing: str
    name: str
    owner_id: int
    sharing: Sharing
    created_at: datetime
    changed_at: datetime


class SelectionIn(In):
    """An empty selection."""

    listing: Key
    name: Name
    sharing: Sharing = Sharing.PRIVATE


class RowsIn(In):
    """Ids of rows of the list."""

    ids: list[Id] = Field(min_length=1, max_length=1000)


SELECTIONS = register(Noun(
    "selections", "selection", _("Selections"), SelectionOut,
    lambda user, verb: Selection.objects.visible_to(user, verb).filter(listing__in=_open_lists(user)),
    narrow={"listing": "listing"},
))  # fmt: skip


@SELECTIONS.adds(SelectionIn)
def add_selection(caller: Caller, body: SelectionIn) -> Selection:
    """Nothing is in it yet."""
    listing = lists_access.listing(caller.user, body.listing)
    return selections.add_selection(listing.key, body.name, sharing=body.sharing, by=caller.user, at=caller.at)


@SELECTIONS.verb("pick", _("Selections: put rows in"), RowsIn)
def pick(caller: Caller, selection: Selection, body: RowsIn) -> Selection:
    """Rows that the caller may see."""
    listing = listings.get(selection.listing)
    if listing is None:
        raise Http404
    seen = listing.rows(caller.user).filter(pk__in=body.ids).values_list("pk", flat=True)
    selections.pick(selection, list(seen), by=caller.user, at=caller.at)
    return selection


@SELECTIONS.verb("drop", _("Selections: take rows out"), RowsIn)
def drop(caller: Caller, selection: Selection, body: RowsIn) -> Selection:
    """The rows themselves stay."""
    selections.drop(selection, body.ids)
    return selection


@SELECTIONS.removes()
def remove_selection(caller: Caller, selection: Selection) -> None:
    """The rows themselves stay."""
    selections.remove_selection(selection, by=caller.user, at=caller.at)


class SelectionRowOut(Out):
    """A row of a selection."""

    id: int
    selection_id: int
    row_id: int
    at: datetime


def _picked(user: Any, verb: str) -> Any:
    mine = Selection.objects.visible_to(user).filter(listing__in=_open_lists(user))
    return SelectionRow.objects.filter(selection__in=mine.order_by().values("pk"))


register(Noun(
    "selection-rows", "selection_row", _("Rows of selections"), SelectionRowOut, _picked, narrow={"selection": "selection_id"},
))  # fmt: skip


class ExportOut(Out):
    """Who carried which rows out in a file, and what for."""

    id: int
    listing: str
    format: str
    reason: str
    count: int
    with_phones: bool
    by_id: int
    at: datetime


register(Noun("exports", "export", _("Exports"), ExportOut, lambda user, verb: Export.objects.visible_to(user)))
