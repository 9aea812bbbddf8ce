import re
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.kit.worktime import check_intervals

from ..models import Role, User, WorkCalendar
from ..reads import intervals_of
from .people import TreeChoice

_PAIR = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–—]\s*(\d{1,2})[:.](\d{2})")


class DepartmentForm(forms.Form):
    """A department: its name, place, head and hours."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=120)
    parent = TreeChoice(label=_("Part of"), required=False, empty_label=_("— nothing, at the top —"))
    head = forms.ModelChoiceField(User.objects.none(), label=_("Head"), required=False)
    calendar = forms.ModelChoiceField(
        WorkCalendar.objects.all(),
        label=_("Working calendar"),
        required=False,
        empty_label=_("— as the department above —"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["head"].queryset = User.objects.working()  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    """A role of the company's own."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=80)
    like = forms.ModelChoiceField(
        Role.objects.all(), label=_("With the rights of"), required=False, empty_label=_("— no rights yet —")
    )


class HoursField(forms.CharField):
    """Hours of a day as text: "09:00-13:00, 14:00-18:00"; empty = closed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=120, **options)

    def prepare_value(self, value: Any) -> Any:
        return hours_text(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        pairs = [[f"{int(a):02d}:{b}", f"{int(c) % 24:02d}:{d}"] for a, b, c, d in _PAIR.findall(text)]
        if _PAIR.sub("", text).strip(" ,;"):
            raise forms.ValidationError(_("Write hours like 09:00-13:00, 14:00-18:00."))
        try:
            check_intervals(intervals_of(pairs))
        except ValueError:
            raise forms.ValidationError(_("Hours must follow one another: 09:00-13:00, 14:00-18:00.")) from None
        return pairs


def hours_text(pairs: list[list[str]]) -> str:
    """Stored hours as people write them."""
    return ", ".join(f"{opens}–{closes}" for opens, closes in pairs)


class CalendarForm(forms.Form):
    """The week of a calendar."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=80)
    time_zone = forms.CharField(label=_("Time zone"), max_length=48, help_text=_("For example Europe/Moscow."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for day, name in WEEKDAYS.items():
            self.fields[f"day{day}"] = HoursField(label=str(name).capitalize())

    @classmethod
    def of(cls, calendar: WorkCalendar, data: Any = None) -> "CalendarForm":
        """The form filled in with a calendar."""
        week = {f"day{day}": calendar.weekly.get(str(day), []) for day in range(7)}
        return cls(data, initial={"name": calendar.title, "time_zone": calendar.time_zone, **week})

    @property
    def weekly(self) -> dict[str, list[list[str]]]:
        """The hours as they are stored."""
        return {str(day): self.cleaned_data[f"day{day}"] for day in range(7)}


class HolidayForm(forms.Form):
    """A date with hours of its own."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=120, required=False)
    intervals = HoursField(label=_("Hours"), help_text=_("Nothing = closed."))
