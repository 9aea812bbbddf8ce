"""The form of a segment of the company's own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from perezvon.lists.models import View

from ..models import ClientGroup


class GroupForm(forms.ModelForm):
    """What it is called, and of which saved view its condition is taken."""

    view = forms.ModelChoiceField(
        View.objects.none(), label=_("Take the condition of a saved view"), required=False,
        help_text=_("Or set a filter in the list of clients and press “Segment of this filter” there."),
    )  # fmt: skip

    class Meta:
        model = ClientGroup
        fields = ("name", "is_archived")

    field_order = ("name", "view", "is_archived")

    def __init__(self, data: Any = None, *, instance: ClientGroup | None, user: Any) -> None:
        super().__init__(data, instance=instance)
        self.fields["view"].queryset = View.objects.visible_to(user).filter(listing="people")  # type: ignore[attr-defined]
        if instance is None:
            del self.fields["is_archived"]

    def chosen(self, where: Any) -> Any:
        """The condition: that of the view, else ``where``."""
        view = self.cleaned_data.get("view")
        return view.where if view else where

    def _get_validation_exclusions(self) -> set[str]:
        """The action says itself when the name is taken."""
        return {*super()._get_validation_exclusions(), "name"} if "name" not in self.errors else set()  # type: ignore[misc]
