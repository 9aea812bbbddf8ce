"""Forms of the move from another CRM: where it is, and who and what is whom here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from perezvon.staff.models import User

from ..foreign import SYSTEMS
from ..models import Pipeline, Relocation


class DoorForm(forms.Form):
    """Where the other CRM is and what opens it."""

    system = forms.ChoiceField(label=_("From which CRM"), choices=Relocation.System.choices)
    address = forms.CharField(
        label=_("Address of the account"),
        required=False,
        max_length=200,
        help_text=_("Of amoCRM: example.amocrm.ru"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    token = forms.CharField(
        label=_("Token"),
        max_length=3000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Of amoCRM: a long-lived token of your own integration. Of Bitrix24: the whole address of an incoming webhook with the rights crm and user. It is kept encrypted and never shown."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """An address is needed where the token is not the address."""
        told = super().clean() or {}
        if told.get("system") and not SYSTEMS[told["system"]].address_is_secret and not told.get("address"):
            self.add_error("address", _("Say where the account is."))
        return told


class MatchForm(forms.Form):
    """Their users and pipelines, each with what it is here; ``user_ID`` and ``pipeline_ID``."""

    def __init__(self, *args: Any, one: Relocation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = [(0, _("— nobody —")), *User.objects.filter(is_active=True).order_by("name").values_list("pk", "name")]
        ours = [
            (0, _("— a new one like theirs —")),
            *Pipeline.objects.filter(is_archived=False).values_list("pk", "name"),
        ]
        for pk, theirs in one.catalog["pipelines"].items():
            self._offer(f"pipeline_{pk}", theirs["name"], ours, one.plan["pipelines"].get(pk, 0))
        for pk, (name, mail) in one.catalog["users"].items():
            self._offer(f"user_{pk}", name or mail, staff, one.plan["users"].get(pk, 0))

    def _offer(self, name: str, label: str, choices: Any, initial: int) -> None:
        self.fields[name] = forms.TypedChoiceField(
            label=label,
            choices=choices,
            coerce=int,
            initial=initial,
            widget=forms.Select(attrs={"class": "form-select"}),
        )

    def chosen(self, what: str) -> dict[str, int]:
        """{their id: ours} of users or pipelines; the form must be valid."""
        return {
            name.removeprefix(f"{what}_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith(f"{what}_")
        }

    def of(self, what: str) -> list[Any]:
        """The fields of users, or of pipelines."""
        return [self[name] for name in self.fields if name.startswith(f"{what}_")]
