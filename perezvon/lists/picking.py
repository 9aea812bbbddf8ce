"""Adding rows of any list to a selection, and asking about selections in conditions."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef
from django.utils.translation import gettext_lazy as _

from perezvon.kit.conditions import Field, Kind

from .actions.errors import NameTaken, NothingToDo
from .actions.selections import add_selection, drop, pick
from .forms import SelectionForm
from .listing import Action, Change, Listing
from .models import Selection, SelectionRow


def picked(key: str) -> Field:
    """The field "Selection" of a list's vocabulary."""
    return Field(
        "selection", Kind.MANY, _("Selection"), path="selection", ids=True,
        choices=lambda: Selection.objects.filter(listing=key).values_list("pk", "name"),
        rows=lambda: SelectionRow.objects.filter(selection__listing=key, row_id=OuterRef("pk")),
        value=lambda row: SelectionRow.objects.filter(selection__listing=key, row_id=row.pk).values_list("selection", flat=True),
    )  # fmt: skip


def add_to_selection(listing: Listing) -> Action:
    """The action "add to a selection" of a list."""
    return Action(
        "pick", _("Add to a selection"), "list-check", "view",
        form=lambda user, data: SelectionForm(data, user=user, listing=listing),
        values=lambda form: {"selection": form.cleaned_data["selection"], "name": form.cleaned_data["name"].strip()},
        change=lambda row, values, by, at: _pick(listing, row, values, by, at), restore=_drop,
    )  # fmt: skip


def _pick(listing: Listing, row: Any, values: dict[str, Any], by: Any, at: datetime) -> Change | None:
    selection = _wanted(listing, values, by, at)
    fresh = pick(selection, [row.pk], by=by, at=at)
    return Change({}, {"selection": selection.pk}) if fresh else None


def _wanted(listing: Listing, values: dict[str, Any], by: Any, at: datetime) -> Selection:
    mine = Selection.objects.visible_to(by, "edit").filter(listing=listing.key)
    if values.get("selection"):
        found = mine.filter(pk=values["selection"]).first()
    else:
        found = mine.filter(owner=by, name=values["name"]).first()
        if found is None:
            try:
                found = add_selection(listing.key, values["name"], by=by, at=at)
            except NameTaken:
                found = mine.filter(owner=by, name=values["name"]).first()
    if found is None:
        raise NothingToDo(_("The selection is gone."))
    return found


def _drop(row: Any, change: Change, by: Any, at: datetime) -> bool:
    selection = Selection.objects.visible_to(by, "edit").filter(pk=change.after.get("selection")).first()
    return bool(selection and drop(selection, [row.pk]))
