"""The form of a trunk."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..actions.trunks import CODECS
from ..models import Trunk
from .fields import PhoneField, of_row

_COLUMNS = (
    "name", "host", "port", "transport", "username", "registers", "channels", "is_enabled",
)  # fmt: skip


class TrunkForm(forms.Form):
    """A carrier's line; the password is only ever written."""

    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"), max_length=80, help_text=_("The carrier: MTS, Zadarma")
    )
    host = forms.CharField(
        label=_("Carrier's address"), max_length=253, widget=forms.TextInput(attrs={"placeholder": "sip.example.ru"})
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65_535, initial=5060)
    transport = forms.ChoiceField(label=_("Transport"), choices=Trunk.Transport.choices)
    username = forms.CharField(label=_("SIP user"), max_length=80, required=False)
    password = forms.CharField(
        label=_("SIP password"), max_length=120, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    registers = forms.BooleanField(
        label=_("We register at the carrier"), required=False, help_text=_("Most carriers with a password want it."),
    )  # fmt: skip
    addresses = forms.CharField(
        label=_("The carrier calls from"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Addresses, networks or host names, one on a line. Empty = the carrier's address above."),
    )  # fmt: skip
    caller_id = PhoneField(
        label=_("Number shown to clients"), required=False, help_text=_("In calls that we make through this trunk.")
    )
    codecs = forms.MultipleChoiceField(
        label=_("Codecs"), choices=[(name, name) for name in CODECS], widget=forms.CheckboxSelectMultiple,
        initial=["alaw", "ulaw"],
    )  # fmt: skip
    channels = forms.IntegerField(
        label=_("Calls at once"), min_value=0, max_value=10_000, initial=0, help_text=_("0 = the carrier did not say."),
    )  # fmt: skip
    is_enabled = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, data: Any = None, *, trunk: Trunk | None = None) -> None:
        initial = of_row(trunk, _COLUMNS) if trunk else {}
        if trunk:
            initial |= {"addresses": "\n".join(trunk.addresses), "codecs": trunk.codecs.split(",")}
            initial["caller_id"] = trunk.caller_id
        super().__init__(data, initial=initial)
        if trunk and trunk.password:
            self.fields["password"].help_text = _("Leave empty to keep the present one.")

    def clean_addresses(self) -> list[str]:
        """One by one."""
        return [one for one in re.split(r"[\s,;]+", self.cleaned_data["addresses"]) if one]

    def clean_codecs(self) -> str:
        """As the exchange is told: the first is preferred."""
        return ",".join(name for name in CODECS if name in self.cleaned_data["codecs"])
