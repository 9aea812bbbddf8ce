"""What the administrator fills in about queues, promises, escalation and checklists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from perezvon.marketing import reads as marketing
from perezvon.staff import reads as staff
from perezvon.staff.models import Department, User

from .actions.checklists import BEFORE_DEAL
from .models import AssignRule, ChecklistItem, LadderStep, QueueSeat, SlaPolicy, TicketQueue
from .stages import BY_KEY

LONGEST_PAUSE = 10_080


def minutes_of(text: str) -> list[int]:
    """Whole minutes up to a week, with commas. ValidationError for anything else."""
    parts = text.replace(",", " ").split()
    if not parts or not all(part.isascii() and part.isdigit() and 0 < int(part) <= LONGEST_PAUSE for part in parts):
        raise forms.ValidationError(_("Write minutes with commas: 15, 60, 240."))
    return [int(part) for part in parts]


class QueueForm(forms.ModelForm):
    """A queue."""

    class Meta:
        model = TicketQueue
        fields = (
            "name", "priority", "department", "keeps_manager", "is_strict", "accept_minutes", "fallback", "is_archived",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fallback"].queryset = User.objects.working().order_by("name")  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.order_by("path")  # type: ignore[attr-defined]
        if self.instance.pk is None:
            del self.fields["is_archived"]


class SeatForm(forms.ModelForm):
    """Somebody's place in a queue."""

    skills = forms.CharField(
        label=_("Skills"), required=False, max_length=300, help_text=_("Words with commas: English, visas, VIP.")
    )
    sources = forms.TypedMultipleChoiceField(
        label=_("Sources he answers for"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = QueueSeat
        fields = ("user", "skills", "sources", "open_limit", "daily_limit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = QueueSeat.objects.filter(queue=self.instance.queue_id).exclude(pk=self.instance.pk)
        free = User.objects.working().exclude(pk__in=taken.values("user"))
        self.fields["user"].queryset = free.order_by("name")  # type: ignore[attr-defined]
        self.fields["sources"].choices = [(each.pk, each.name) for each in marketing.sources()]  # type: ignore[attr-defined]
        self.initial["skills"] = ", ".join(str(word) for word in self.instance.skills)
        if self.instance.pk:
            del self.fields["user"]

    def clean_skills(self) -> list[str]:
        """Words without blanks around them, nothing twice."""
        words = (word.strip()[:40] for word in self.cleaned_data["skills"].split(","))
        return list(dict.fromkeys(word for word in words if word))


class RuleForm(forms.ModelForm):
    """A rule of giving out."""

    class Meta:
        model = AssignRule
        fields = ("name", "way", "user", "skill")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.working().order_by("name")  # type: ignore[attr-defined]
        self.fields["user"].help_text = _("Only for “to one person”.")
        self.fields["skill"].help_text = _("Only for “by skill”.")

    def clean(self) -> dict[str, Any]:
        """A rule names what its way asks for."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("way") == AssignRule.Way.PERSON and not values.get("user"):
            self.add_error("user", _("Say to whom."))
        if values.get("way") == AssignRule.Way.SKILL and not values.get("skill", "").strip():
            self.add_error("skill", _("Say which skill."))
        return values


class PolicyForm(forms.ModelForm):
    """A promise of time."""

    class Meta:
        model = SlaPolicy
        fields = ("name", "first_minutes", "next_minutes", "resolution_minutes", "is_archived")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["is_archived"]


class StepForm(forms.ModelForm):
    """A step of escalation."""

    class Meta:
        model = LadderStep
        fields = ("kind", "minutes", "to", "way", "is_urgent")

    def validate_unique(self) -> None:
        """One person is not told the same twice at one moment."""
        row = self.instance
        same = LadderStep.objects.filter(policy=row.policy_id, kind=row.kind, minutes=row.minutes, to=row.to)
        if same.exclude(pk=row.pk).exists():
            self.add_error("minutes", _("This step is there already."))


class RepeatsForm(forms.Form):
    """How often it is told again after the last step."""

    repeats = forms.CharField(
        label=_("Pauses between reminders, working minutes"), max_length=60,
        help_text=_("After the last step, with commas; the last one repeats until somebody acts."),
    )  # fmt: skip

    def clean_repeats(self) -> list[int]:
        """Whole minutes."""
        return minutes_of(self.cleaned_data["repeats"])


class ItemForm(forms.ModelForm):
    """An item of a checklist."""

    class Meta:
        model = ChecklistItem
        fields = ("step", "text", "is_required", "product", "source", "is_archived")
        labels = {"step": _("At which step"), "is_archived": _("not in use")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairs = [(key, BY_KEY[key].name) for key in BEFORE_DEAL]
        self.fields["step"] = forms.ChoiceField(label=_("At which step"), choices=pairs)
        if self.instance.pk is None:
            del self.fields["is_archived"]


class TrialForm(forms.Form):
    """A request that might come: what would happen to it."""

    channel = forms.ChoiceField(label=_("How it comes"))
    source = forms.TypedChoiceField(label=_("Source"), required=False, coerce=int, empty_value=None)
    line = forms.CharField(label=_("Dialled number"), required=False, max_length=20)
    product = forms.TypedChoiceField(label=_("Product"), required=False, coerce=int, empty_value=None)
    department = forms.TypedChoiceField(label=_("Department"), required=False, coerce=int, empty_value=None)
    segment = forms.ChoiceField(label=_("Segment of the client"), required=False)
    manager = forms.TypedChoiceField(label=_("The client's manager"), required=False, coerce=int, empty_value=None)
    when = forms.DateTimeField(
        label=_("When"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"], help_text=_("Empty: now. Presence and load are always those of now."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from perezvon.crm.fields import products, sources
        from perezvon.crm.models import Segment

        from .fields import CHANNELS

        none = [("", "—")]
        self._choices("channel", list(CHANNELS[:2]))
        self._choices("source", [*none, *sources()])
        self._choices("product", [*none, *products()])
        self._choices("department", [*none, *staff.departments()])
        self._choices("segment", [*none, *Segment.choices])
        self._choices("manager", [*none, *staff.working()])

    def _choices(self, name: str, pairs: list[Any]) -> None:
        self.fields[name].choices = pairs  # type: ignore[attr-defined]
