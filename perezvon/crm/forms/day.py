"""Forms of the inbox: putting things off."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from perezvon.kit.worktime import WorkingTime

from ..moments import EXACT, SNOOZE, back_at
from .fields import LocalMoment


class SnoozeForm(forms.Form):
    """Until when."""

    when = forms.ChoiceField(label=_("Comes back"), choices=SNOOZE, initial="tomorrow", widget=forms.RadioSelect)
    moment = LocalMoment(label=_("Exact moment"), required=False)

    def until(self, at: datetime, calendar: WorkingTime) -> datetime:
        """The moment as of ``at``; named ones fall into working time. The form must be valid."""
        when = self.cleaned_data["when"]
        return self.cleaned_data["moment"] if when == EXACT else back_at(when, at, calendar)

    def clean(self) -> dict[str, Any]:
        """An exact moment must be given when it is chosen."""
        cleaned = super().clean() or {}
        if cleaned.get("when") == EXACT and not cleaned.get("moment") and "moment" not in self.errors:
            self.add_error("moment", _("Choose the date and time."))
        return cleaned
