"""The form of a call that is only imagined."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..route.walk import ANSWERED, FULL, IN_VAIN, NOBODY
from .fields import LocalMoment, PhoneField

_BEHAVES = (
    (ANSWERED, _("somebody answers")), (IN_VAIN, _("all are busy")), (NOBODY, _("nobody is at a telephone")),
    (FULL, _("the queue is full")),
)  # fmt: skip


class TryForm(forms.Form):
    """When, from which number, with which keys, and how the people behave."""

    when = LocalMoment(label=_("When"), required=False, help_text=_("Empty = now."))
    phone = PhoneField(label=_("From the number"), required=False)
    keys = forms.RegexField(
        r"^[0-9*#]*$", label=_("Keys pressed, in turn"), max_length=8, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    queue = forms.ChoiceField(label=_("And the people"), choices=_BEHAVES, required=False, initial=ANSWERED)

    def chosen(self, name: str) -> Any:
        """A value, or what stands for nothing."""
        return self.cleaned_data.get(name) or (ANSWERED if name == "queue" else None if name == "when" else "")
