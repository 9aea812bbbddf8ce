"""What people fill in about complaints."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.staff import access as rights
from perezvon.staff.models import Department, User

from .models import ComplaintAnswer, ComplaintSettings, ComplaintWord, Severity

_Kind = ComplaintWord.Kind


def _words(kind: str) -> Any:
    return ComplaintWord.objects.filter(kind=kind, is_archived=False)


class ComplaintForm(forms.Form):
    """A complaint in half a minute."""

    reason = forms.ModelChoiceField(label=_("Reason"), queryset=ComplaintWord.objects.none())
    severity = forms.ChoiceField(
        label=_("Severity"), choices=Severity.choices, initial=Severity.MINOR, widget=forms.RadioSelect
    )
    text = forms.CharField(label=_("What the client says"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    responsible = forms.ModelChoiceField(label=_("Who looks into it"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = _words(_Kind.REASON)  # type: ignore[attr-defined]
        if rights.can(user, "complaint", "assign"):
            self.fields["responsible"].queryset = people_for(user)  # type: ignore[attr-defined]
        else:
            del self.fields["responsible"]


def people_for(user: Any) -> Any:
    """Whom complaints may be given to by ``user``."""
    people = User.objects.working().order_by("name")
    scope = rights.scope(user, "complaint", "assign")
    return people if scope == "all" else people.filter(department__in=rights.rights_of(user).departments(scope))


class HandForm(forms.Form):
    """Who looks into a complaint."""

    responsible = forms.ModelChoiceField(label=_("Who looks into it"), queryset=User.objects.none())

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = people_for(user)  # type: ignore[attr-defined]


class FindingForm(forms.Form):
    """What was found out."""

    is_justified = forms.TypedChoiceField(
        label=_("Is the client right"), coerce=lambda text: text == "yes", widget=forms.RadioSelect,
        choices=[("yes", pgettext_lazy("complaint", "yes")), ("no", pgettext_lazy("complaint", "no"))],
    )  # fmt: skip
    guilty_stage = forms.ModelChoiceField(
        label=_("Where it went wrong"), queryset=ComplaintWord.objects.none(), required=False
    )
    guilty_department = forms.ModelChoiceField(
        label=_("Whose department"), queryset=Department.objects.none(), required=False
    )
    guilty = forms.ModelChoiceField(label=_("Whose fault"), queryset=User.objects.none(), required=False)
    cause = forms.CharField(
        label=_("Root cause"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    correction = forms.CharField(
        label=_("What was corrected so that it does not happen again"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["guilty_stage"].queryset = _words(_Kind.STAGE)  # type: ignore[attr-defined]
        self.fields["guilty_department"].queryset = Department.objects.order_by("path")  # type: ignore[attr-defined]
        self.fields["guilty"].queryset = User.objects.order_by("name")  # type: ignore[attr-defined]


class CompensationForm(forms.Form):
    """How it is made good."""

    kind = forms.ModelChoiceField(label=_("What is given"), queryset=ComplaintWord.objects.none())
    amount = forms.DecimalField(label=_("Worth, ₽"), min_value=0, max_digits=12, decimal_places=2, initial=0)
    comment = forms.CharField(label=_("Comment"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = _words(_Kind.COMPENSATION)  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """What the client was told."""

    way = forms.ChoiceField(label=_("How"), choices=ComplaintAnswer.Way.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What the client was told"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class CommentForm(forms.Form):
    """A word why."""

    comment = forms.CharField(label=_("Comment"), max_length=300, required=False)

    def __init__(self, *args: Any, needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].required = needed


class WordForm(forms.ModelForm):
    """A word about complaints."""

    class Meta:
        model = ComplaintWord
        fields = ("kind", "name", "is_archived")
        labels = {"kind": _("What it is")}


class ComplaintSettingsForm(forms.ModelForm):
    """Deadlines by severity, and the limit."""

    class Meta:
        model = ComplaintSettings
        fields = ("approval_limit", "repeat_days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, hours in (
            ("answer", _("answer within, working hours"), self.instance.answer_hours),
            ("resolve", _("closed within, working hours"), self.instance.resolve_hours),
        ):
            for key, word in Severity.choices:
                self.fields[f"{name}_{key}"] = forms.IntegerField(
                    label=f"{str(word).capitalize()}: {label}", min_value=1, max_value=2000, initial=hours.get(key)
                )

    def save(self, commit: bool = True) -> ComplaintSettings:
        """The row with the hours, not saved."""
        row: ComplaintSettings = super().save(commit=False)
        row.answer_hours = {key: self.cleaned_data[f"answer_{key}"] for key in Severity.values}
        row.resolve_hours = {key: self.cleaned_data[f"resolve_{key}"] for key in Severity.values}
        return row
