from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..models import QuietTimes
from .zones import zone_choices


class QuietForm(forms.Form):
    """Quiet hours of one person."""

    starts = forms.TimeField(label=_("Quiet from"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    ends = forms.TimeField(label=_("Quiet until"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    weekends = forms.BooleanField(label=_("Saturday and Sunday are quiet as a whole"), required=False)
    urgent_passes = forms.BooleanField(label=_("Urgent notices come all the same"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        own = {str(self.initial.get("time_zone") or ""), settings.TIME_ZONE} - {""}
        mine = ("", _("as in my profile"))
        self.fields["time_zone"].choices = [mine, *zone_choices(*own)]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, times: QuietTimes, data: Any = None) -> "QuietForm":
        """The form filled in with what is kept."""
        names = ("starts", "ends", "weekends", "urgent_passes")
        kept = {name: getattr(times, name) for name in names}
        return cls(data, initial={**kept, "time_zone": times.time_zone})

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        starts, ends = told.get("starts"), told.get("ends")
        if (starts is None) != (ends is None):
            self.add_error("ends", _("Say both when it begins and when it ends, or neither."))
        elif starts is not None and starts == ends:
            self.add_error("ends", _("It cannot end when it begins."))
        return told
