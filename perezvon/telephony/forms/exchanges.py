"""Forms of exchanges and of what is mapped at a cloud exchange: queues, extensions."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.kit import outgoing, phones
from perezvon.kit.outgoing import OutgoingError
from perezvon.staff.models import Department, User

from ..actions.intake import networks
from ..models import Provider
from ..providers import Adapter, adapter, adapters
from ..providers.contract import ASKS


class KindForm(forms.Form):
    """Which kind of exchange is to be connected."""

    kind = forms.ChoiceField(label=_("What kind of exchange"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(one.kind, one.label) for one in adapters()]  # type: ignore[attr-defined]


class ProviderForm(forms.Form):
    """An exchange: its name and department, then the secrets and settings of its kind."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=80)
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("Department"), required=False,
        help_text=_("Where its calls belong when neither the line nor the queue says it."),
    )  # fmt: skip
    is_enabled = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    def __init__(self, *args: Any, exchange: Adapter, provider: Provider | None = None, **kwargs: Any) -> None:
        if provider is not None:
            kwargs.setdefault("initial", {**provider.settings, "name": provider.name, "is_enabled": provider.is_enabled,
                                          "department": provider.department})  # fmt: skip
        super().__init__(*args, **kwargs)
        self.exchange, self.is_new = exchange, provider is None
        for key, label in exchange.secret_names:
            self.fields[key] = forms.CharField(
                label=label, max_length=200, required=self.is_new and self._is_needed(key), help_text=self._hint(key),
                widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            )  # fmt: skip
        for key, label in exchange.setting_names:
            self.fields[key] = forms.CharField(
                label=label, max_length=200, required=self._is_needed(key), help_text=exchange.hints.get(key, "")
            )
        self._choices_and_switches(provider)
        self.fields["talk_seconds"] = forms.IntegerField(
            label=_("A shorter talk is a dropped one, seconds"), min_value=0, max_value=600, required=False,
        )  # fmt: skip

    def _choices_and_switches(self, provider: Provider | None) -> None:
        """Settings that are chosen, and the list of addresses of an exchange that knocks at our door."""
        known = {ASKS: False, **provider.settings} if provider else {}
        for key, (label, options) in self.exchange.choices.items():
            self.fields[key] = forms.ChoiceField(label=label, choices=options)
        for key, label, default in self.exchange.switches:
            self.fields[key] = forms.BooleanField(label=label, required=False, initial=known.get(key, default))
        if self.exchange.addresses("x"):
            self.fields["allowed_ips"] = forms.CharField(
                label=_("Events may come from these addresses only"), required=False, max_length=1000,
                help_text=_("IP addresses and networks with commas. Empty = from anywhere. Behind a proxy of your own, tell "
                            "the web server to trust it (FORWARDED_ALLOW_IPS), or all requests come from the proxy."),
            )  # fmt: skip

    def _is_needed(self, key: str) -> bool:
        return key in self.exchange.needed

    def _hint(self, key: str) -> Any:
        if not self.is_new:
            return _("Leave empty to keep the present one.")
        made_up = _("Leave empty and we make one up.") if key in self.exchange.generated else ""
        return self.exchange.hints.get(key, made_up)

    def clean_time_zone(self) -> str:
        """A zone that the system knows."""
        zone = self.cleaned_data["time_zone"].strip()
        try:
            return ZoneInfo(zone).key if zone else ""
        except (ValueError, KeyError, OSError):
            raise forms.ValidationError(_("There is no such time zone; write it like Asia/Yekaterinburg.")) from None

    def clean_allowed_ips(self) -> str:
        """Addresses and networks."""
        text = self.cleaned_data["allowed_ips"]
        try:
            return ", ".join(map(str, networks(text)))
        except ValueError:
            raise forms.ValidationError(_("These are not IP addresses or networks.")) from None

    def clean_api_url(self) -> str:
        """An address that we may call."""
        text = self.cleaned_data["api_url"].strip().rstrip("/")
        try:
            return outgoing.checked(text).geturl() if text else ""
        except OutgoingError:
            raise forms.ValidationError(_("Write the whole address, beginning with https://")) from None

    def clean_line(self) -> str:
        """E.164."""
        text = self.cleaned_data["line"].strip()
        if text and not phones.normalise(text):
            raise forms.ValidationError(_("This is not a telephone number."))
        return phones.normalise(text)

    def clean_port(self) -> str:
        """A port of AMI is a number."""
        port = self.cleaned_data.get("port", "")
        if port and not (port.isdecimal() and 0 < int(port) < 65_536):
            raise forms.ValidationError(_("A port is a number from 1 to 65535."))
        return port

    def part(self, names: tuple[tuple[str, Any], ...]) -> dict[str, str]:
        """The filled values of secrets or settings."""
        return {key: self.cleaned_data[key] for key, _label in names if self.cleaned_data.get(key)}

    def settings(self) -> dict[str, Any]:
        """Settings of the kind and the threshold of a talk."""
        written = {name for name, _label in self.exchange.setting_names} | {"allowed_ips"} | set(self.exchange.choices)
        found: dict[str, Any] = {name: self.cleaned_data[name] for name in written & self.cleaned_data.keys()}
        found = {name: value for name, value in found.items() if value or not self.is_new}
        found.update({name: self.cleaned_data[name] for name, _label, _default in self.exchange.switches})
        if self.cleaned_data.get("talk_seconds") is not None:
            found["talk_seconds"] = self.cleaned_data["talk_seconds"]
        return found


class QueueForm(forms.Form):
    """What a queue of the exchange is called."""

    key = forms.CharField(label=_("Its name at the exchange"), max_length=80)
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=80)
    department = forms.ModelChoiceField(Department.objects.all(), label=_("Department"), required=False)


class ExtensionForm(forms.Form):
    """Whose internal number or login it is."""

    number = forms.CharField(label=_("Internal number or login"), max_length=48)
    user = forms.ModelChoiceField(User.objects.filter(is_active=True), label=_("Employee"))


class ReplayForm(forms.Form):
    """Which days are to be built again."""

    since = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    MOST_DAYS = 31

    @classmethod
    def of_today(cls) -> "ReplayForm":
        """Yesterday and today."""
        today = timezone.localdate()
        return cls(initial={"since": today - timedelta(days=1), "until": today})

    def clean(self) -> dict[str, Any]:
        """A screen rebuilds a month at most; longer spans are for the command line."""
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and not 0 <= (until - since).days <= self.MOST_DAYS:
            raise forms.ValidationError(_("Choose from one day to a month; longer spans: perezvon replay."))
        return found


def form_of(kind: str, *args: Any, **kwargs: Any) -> ProviderForm:
    """The form of a kind of exchange. ExchangeError for an unknown kind."""
    return ProviderForm(*args, exchange=adapter(kind), **kwargs)
