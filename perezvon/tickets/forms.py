"""What people fill in about a request."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from perezvon.crm.moments import EXACT, WHEN
from perezvon.crm.reads import task_kind_name, task_kinds
from perezvon.staff import access as rights
from perezvon.staff.models import User

from .models import ChecklistItem, Contact, Priority, RedialPolicy, Ticket, TicketQueue, TicketSettings

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

    kind = forms.ChoiceField(label=pgettext_lazy("task", "What"), choices=task_kinds)
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
        kind = task_kind_name(self.cleaned_data["kind"])
        return self.cleaned_data["title"].strip() or kind[:1].upper() + kind[1:]


class ResultForm(forms.Form):
    """What came out of calling back."""

    result = forms.CharField(label=_("What came out of it"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ClientForm(forms.Form):
    """Who a hidden number was."""

    name = forms.CharField(label=_("Name"), max_length=200)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)


class PauseForm(forms.Form):
    """What we wait for, and until when at most."""

    why = forms.CharField(label=_("What we wait for"), max_length=200)
    until = forms.DateTimeField(
        label=_("Until, at most"), input_formats=[_MOMENT, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
    )  # fmt: skip

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["until"] = timezone.localtime(at + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)


class GoOnForm(forms.Form):
    """Nothing is asked: the clocks go on."""


class PriorityForm(forms.Form):
    """How urgent a request is."""

    priority = forms.ChoiceField(label=_("Priority"), choices=Priority.choices, widget=forms.RadioSelect)


class ToQueueForm(forms.Form):
    """Another queue."""

    queue = forms.ModelChoiceField(label=_("Queue"), queryset=TicketQueue.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["queue"].queryset = TicketQueue.objects.filter(is_archived=False)  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    """Which other request of the client."""

    other = forms.TypedChoiceField(label=_("Which request"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, others: list[Ticket], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairs = [(each.pk, f"{each.number} · {_day(each.opened_at)} · {each.get_state_display()}") for each in others]
        self.fields["other"].choices = pairs  # type: ignore[attr-defined]
        if not others:
            self.fields["other"].help_text = _("The client has no other requests.")


def _day(at: datetime) -> str:
    return f"{timezone.localtime(at):%d.%m.%Y %H:%M}"


class SplitForm(forms.Form):
    """Which contacts are another matter."""

    contacts = forms.MultipleChoiceField(label=_("Contacts"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, contacts: list[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            ("form", "in"): _("Site form"),
            ("call", "out"): _("We called"),
            ("call", "in"): _("The client called"),
        }
        self.fields["contacts"].choices = [  # type: ignore[attr-defined]
            (each.pk, f"{_day(each.at)} · {words.get((each.kind, each.direction), each.kind)}") for each in contacts
        ]


class LinkForm(forms.Form):
    """Another request by its number."""

    number = forms.CharField(label=_("Number of the request"), max_length=20)
    why = forms.CharField(label=_("How they belong together"), max_length=200, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_number(self) -> Ticket:
        """The request that the person may see."""
        from . import shown

        text = self.cleaned_data["number"]
        found = shown.found(Ticket.objects.visible_to(self.user), self.user, text) if shown.is_number(text) else None
        ticket: Ticket | None = found.order_by("-opened_at").first() if found is not None else None
        if ticket is None:
            raise forms.ValidationError(_("There is no such request."))
        return ticket


class SettingsForm(forms.ModelForm):
    """How long the company waits."""

    class Meta:
        model = TicketSettings
        fields = (
            "window_hours", "callback_minutes", "response_minutes", "entry_hours", "work_hours", "follow_up_days",
            "upsell_days", "short_seconds",
        )  # fmt: skip


class OutcomeForm(forms.Form):
    """What came of calling a client back."""

    kind = forms.ChoiceField(label=_("What came out of it"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("In other words"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    when = forms.ChoiceField(label=_("Call again"), required=False, initial="hour")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = self.kinds()  # type: ignore[attr-defined]
        self.fields["when"].choices = [each for each in WHEN if each[0] != EXACT]  # type: ignore[attr-defined]

    @staticmethod
    def kinds() -> list[tuple[str, Any]]:
        """The buttons."""
        return [
            ("reached", _("Talked, agreed on the next step")),
            ("no_answer", _("No answer")),
            ("later", _("Asked to call later")),
            ("refused", _("Does not need it any more")),
            ("wrong", _("Wrong number")),
        ]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("kind") == "later" and not values.get("when"):
            self.add_error("when", _("Say when."))
        return values


class RedialForm(forms.ModelForm):
    """How clients are called again."""

    pauses = forms.CharField(
        label=_("Pauses between calls, minutes"), max_length=60,
        help_text=_("After the first, the second ... vain call, with commas; the last one repeats."),
    )  # fmt: skip

    class Meta:
        model = RedialPolicy
        fields = ("department", "attempts", "pauses", "from_time", "to_time", "daily")
        widgets = {
            "from_time": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "to_time": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }  # fmt: skip

    def __init__(self, *args: Any, departments: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["pauses"] = ", ".join(str(each) for each in self.instance.pauses)
        if departments is None:
            del self.fields["department"]
        else:
            self.fields["department"].queryset = departments  # type: ignore[attr-defined]
            self.fields["department"].required = True

    def clean_pauses(self) -> list[int]:
        """Whole minutes up to a week."""
        parts = self.cleaned_data["pauses"].replace(",", " ").split()
        if not parts or not all(part.isascii() and part.isdigit() and 0 < int(part) <= 10_080 for part in parts):
            raise forms.ValidationError(_("Write minutes with commas: 15, 60, 240."))
        return [int(part) for part in parts]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("from_time") and values.get("to_time") and values["from_time"] >= values["to_time"]:
            self.add_error("to_time", _("Later than the beginning."))
        return values
