"""The form of our exchange itself: its name, its doors to the network, what holds for every call."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..models import Prompt, Provider
from ..pbx.checks.node import is_address, is_host, is_network
from ..pbx.node import settings_of
from .fields import sounds

_PORTS = ("sip_port", "http_port", "port", "agi_port", "rtp_from", "rtp_to")


def _port(label: Any, hint: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1024, max_value=65_535, help_text=hint)


class NodeForm(forms.Form):
    """Settings of the node; see pbx.node.DEFAULTS for their meaning."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=80)
    is_enabled = forms.BooleanField(label=_("Switched on"), required=False)
    person_seconds = forms.IntegerField(
        label=_("An employee or an outside number is rung for, s"), min_value=5, max_value=120
    )
    records_direct = forms.BooleanField(
        label=_("Record calls past the queues"), required=False,
        help_text=_("Those of the own manager, from telephones and by click; of queues it is said at each queue."),
    )  # fmt: skip
    promise = sounds(Prompt.Use.PHRASE, label=_("The promise to call back"), empty_label=_("— the built-in one —"))
    public_address = forms.CharField(
        label=_("Public address"), max_length=253, required=False,
        help_text=_("Behind NAT: the address that carriers see. Empty = the machine's own."),
    )  # fmt: skip
    local_networks = forms.CharField(
        label=_("Networks of the office"), max_length=200, required=False,
        help_text=_("Behind NAT: they see the real address. For example 192.168.0.0/16."),
    )  # fmt: skip
    bind = forms.CharField(label=_("Listens for SIP on"), max_length=45, help_text=_("0.0.0.0 = on every address."))
    sip_port = _port(_("SIP port"))
    rtp_from = _port(_("Ports of the sound, from"))
    rtp_to = _port(_("to"))
    http_port = _port(_("Port of the browser's telephone"))
    port = _port(_("Port of the manager (AMI)"))
    agi_port = _port(_("Port of the questions (AGI)"))

    def __init__(self, data: Any = None, *, exchange: Provider) -> None:
        found = settings_of(exchange.settings)
        initial = {name: found[name] for name in self.base_fields if name in found}
        own = {"name": exchange.name, "is_enabled": exchange.is_enabled, "promise": found["promise"] or None}
        super().__init__(data, initial={**initial, **own})

    def settings(self) -> dict[str, Any]:
        """What to keep; the form must be valid."""
        promise = self.cleaned_data["promise"]
        kept = {name: value for name, value in self.cleaned_data.items() if name not in ("name", "is_enabled")}
        return {**kept, "promise": promise.pk if promise else 0}

    def clean_bind(self) -> str:
        """An address of this machine."""
        if not is_address(self.cleaned_data["bind"]):
            raise forms.ValidationError(_("This is no IP address."))
        return str(self.cleaned_data["bind"])

    def clean_public_address(self) -> str:
        """A host or an address."""
        text = self.cleaned_data["public_address"].strip()
        if text and not is_host(text):
            raise forms.ValidationError(_("This is neither a host name nor an address."))
        return str(text)

    def clean_local_networks(self) -> str:
        """Networks, apart by commas or spaces."""
        parts = self.cleaned_data["local_networks"].replace(",", " ").split()
        if not all(is_network(part) for part in parts):
            raise forms.ValidationError(_("This is neither a host name nor an address."))
        return " ".join(parts)

    def clean(self) -> dict[str, Any]:
        """Ports that do not meet, and enough of them for the sound."""
        data = super().clean() or {}
        ports = [data[name] for name in _PORTS[:4] if name in data]
        if len(set(ports)) < len(ports):
            raise forms.ValidationError(_("Two of the ports are the same."))
        if "rtp_from" in data and "rtp_to" in data and data["rtp_to"] - data["rtp_from"] < 20:
            self.add_error("rtp_to", _("At least 20 ports are needed for the sound."))
        return data
