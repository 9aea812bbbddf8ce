"""What people fill in about a request."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from perezvon.crm.models import TaskKind
from perezvon.staff import access as rights
from perezvon.staff.models import User

from .models import ChecklistItem, TicketSettings

_MOMENT = "%Y-%m-%dT%H:%M"
REASONS = (
    _("Wrong number"),
    _("Advertising or spam"),
    _("Looks for a job"),
    _("We do not sell this"),
    _("A partner or supplier"),
)


class DealForm(forms.Form):
    """A deal in one click: everything has a default; open items of the checklist are ticked in the same go."""

    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    amount = forms.DecimalField(label=_("Amount, ₽"), min_value=0, max_digits=14, decimal_places=2, required=False)
    ticked = forms.MultipleChoiceField(
        label=_("Checklist"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *args: Any, items: list[ChecklistItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if items:
            star = pgettext("checklist", "required")
            self.fields["ticked"].choices = [  # type: ignore[attr-defined]
                (item.pk, f"{item.text} ({star})" if item.is_required else item.text) for item in items
            ]
        else:
            del self.fields["ticked"]

    def ticked_ids(self) -> list[int]:
        """The items ticked off now."""
        return [int(value) for value in self.cleaned_data.get("ticked", ())]


class ReasonForm(forms.Form):
    """Why a request ends."""

    reason = forms.CharField(label=pgettext_lazy("reason", "Why"), max_length=200)


class OutForm(forms.Form):
    """Why a client is not a target: one of the usual reasons or own words."""

    choice = forms.ChoiceField(
        label=pgettext_lazy("reason", "Why"), required=False, widget=forms.RadioSelect, choices=()
    )
    reason = forms.CharField(label=_("In other words"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = [(str(reason), reason) for reason in REASONS]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        values["reason"] = values.get("reason", "").strip() or values.get("choice", "")
        if not values["reason"]:
            self.add_error("reason", _("Choose a reason or say it in words."))
        return values


class AssignForm(forms.Form):
    """Who takes the request."""

    responsible = forms.ModelChoiceField(label=_("Responsible"), queryset=User.objects.none())

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True)
        reach = rights.rights_of(user).departments(rights.scope(user, "ticket", "assign"))
        if rights.scope(user, "ticket", "assign") != "all":
            people = people.filter(department__in=reach)
        self.fields["responsible"].queryset = people.order_by("name")  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    """The next step of a request."""

    kind = forms.ChoiceField(label=pgettext_lazy("task", "What"), choices=TaskKind.choices)
    title = forms.CharField(label=pgettext_lazy("task", "In words"), max_length=200, required=False)
    deadline = forms.DateTimeField(
        label=_("By when"),
        input_formats=[_MOMENT, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"deadline": timezone.localtime(at + timedelta(hours=3)).replace(minute=0)})
        super().__init__(*args, **kwargs)

    def title_or_kind(self) -> str:
        """The words of the task: typed, else the name of its kind."""
        kind = str(TaskKind(self.cleaned_data["kind"]).label)
        return self.cleaned_data["title"].strip() or kind[:1].upper() + kind[1:]


class ResultForm(forms.Form):
    """What came out of calling back."""

    result = forms.CharField(label=_("What came out of it"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ClientForm(forms.Form):
    """Who a hidden number was."""

    name = forms.CharField(label=_("Name"), max_length=200)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)


class SettingsForm(forms.ModelForm):
    """How long the company waits."""

    class Meta:
        model = TicketSettings
        fields = (
            "window_hours", "callback_minutes", "response_minutes", "entry_hours", "work_hours", "follow_up_days",
            "upsell_days", "short_seconds",
        )  # fmt: skip
