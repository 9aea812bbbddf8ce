from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Presence, PresenceReason


class ReasonForm(forms.Form):
    """A reason of a state."""

    name = forms.CharField(label=_("Reason"), max_length=80)
    state = forms.ChoiceField(label=_("State"), choices=Presence.State.choices)
    minutes = forms.IntegerField(
        label=_("Usual length, minutes"), min_value=1, max_value=600, required=False, help_text=_("Nothing = no norm.")
    )
    order = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=1000, initial=100)
    is_used = forms.BooleanField(label=_("In use"), required=False, initial=True)

    @classmethod
    def of(cls, known: PresenceReason | None, data: Any = None) -> "ReasonForm":
        """The form filled in with a reason; a break is what most reasons are for."""
        names = ("name", "state", "minutes", "order", "is_used")
        card = {name: getattr(known, name) for name in names} if known else {"state": Presence.State.BREAK}
        return cls(data, initial=card)
