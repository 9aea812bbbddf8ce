"""Forms of segments and of the rhythm of contacts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import CadenceException, Segment, SegmentRules


class RulesForm(forms.ModelForm):
    """Limits of segments, and after how many days a client of each is to be contacted."""

    class Meta:
        model = SegmentRules
        fields = ("basis", "months", "gold", "silver", "most_tasks")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for segment in Segment:
            self.fields[f"days_{segment.value}"] = forms.IntegerField(
                label=_("%(segment)s: contact at least every, days") % {"segment": segment.label}, min_value=0,
                max_value=3650, initial=self.instance.days.get(segment.value, 0), help_text=_("0 = nobody is reminded"),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Bronze must be left something."""
        cleaned = super().clean() or {}
        if cleaned.get("gold") and cleaned.get("silver") and cleaned["gold"] + cleaned["silver"] > 99:
            self.add_error("silver", _("Gold and silver together are at most 99 %."))
        return cleaned

    def days(self) -> dict[str, int]:
        """The rhythm by segment; the form must be valid."""
        return {segment.value: self.cleaned_data[f"days_{segment.value}"] for segment in Segment}


class RhythmForm(forms.ModelForm):
    """A client's own rhythm."""

    class Meta:
        model = CadenceException
        fields = ("days", "until", "reason")
        widgets = {"until": forms.DateInput(attrs={"type": "date"})}

    def clean(self) -> dict[str, Any]:
        """It must say something."""
        cleaned = super().clean() or {}
        if not cleaned.get("days") and not cleaned.get("until"):
            self.add_error(None, _("Say how often, or not before which day."))
        return cleaned
