"""Forms of callers who are not put through."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import LocalMoment, PhoneField


class BlockForm(forms.Form):
    """Why, and until when."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
    until = LocalMoment(label=_("Until"), required=False, help_text=_("Empty = for good."))


class BlockNumberForm(BlockForm):
    """Whom."""

    phone = PhoneField(label=_("Number"))
    field_order = ("phone", "reason", "until")
