"""Forms of views, selections and exports."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .listing import Column, Listing
from .models import Export, Selection, Sharing, View


class ViewForm(forms.Form):
    """What a view is called and who sees it."""

    name = forms.CharField(label=_("Name of the view"), max_length=80)
    sharing = forms.ChoiceField(label=_("Who sees it"), choices=Sharing.choices, initial=Sharing.PRIVATE)
    is_pinned = forms.BooleanField(label=_("Keep it in my side bar"), required=False, initial=True)

    def __init__(self, data: Any = None, *, view: View | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        if view is not None:
            self.initial.update(name=view.name, sharing=view.sharing)
            del self.fields["is_pinned"]


class SelectionForm(forms.Form):
    """Into which selection rows go: one that exists, or a new one."""

    selection = forms.TypedChoiceField(label=_("Selection"), coerce=int, empty_value=None, required=False)
    name = forms.CharField(label=_("or a new one"), max_length=80, required=False)

    def __init__(self, data: Any = None, *, user: Any, listing: Listing) -> None:
        super().__init__(data)
        mine = Selection.objects.visible_to(user, "edit").filter(listing=listing.key)
        self.fields["selection"].choices = [("", "—"), *mine.values_list("pk", "name")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        cleaned = super().clean() or {}
        if not cleaned.get("selection") and not cleaned.get("name", "").strip():
            raise forms.ValidationError(_("Choose a selection or give a new one a name."))
        return cleaned


class ExportForm(forms.Form):
    """What goes into the file and what for."""

    format = forms.ChoiceField(label=_("Format"), choices=Export.Format.choices, initial=Export.Format.XLSX)
    columns = forms.MultipleChoiceField(label=_("Columns"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(
        label=_("What it is for"), max_length=300,
        help_text=_("Written into the journal together with your name and the number of rows."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, columns: list[Column], chosen: tuple[str, ...] = ()) -> None:
        super().__init__(data)
        pairs = [(column.key, column.label) for column in columns if column.label]
        self.fields["columns"].choices = pairs  # type: ignore[attr-defined]
        self.initial["columns"] = [key for key, _label in pairs if key in chosen]
