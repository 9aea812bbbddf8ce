"""Forms of planning: a task with its time in the calendar, reminders, repetition, people; what is done with one later."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.staff import reads as staff

from .. import saying
from ..kinds import kind_of
from ..models import Task, TaskGroup, TaskSeries
from ..recurrence import AFTER, EVERY, Repeat
from .fields import LocalMoment, WhenMixin, sellers_for
from .tasks import TaskForm

USUAL = "usual"
LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240, 480)
Span = tuple[datetime | None, datetime | None]


def lengths(*more: tuple[str, Any]) -> list[tuple[str, Any]]:
    """How long a slot lasts, as choices."""
    return [*more, ("0", _("takes no time in the calendar")), *((str(one), saying.length(one)) for one in LENGTHS)]


class RepeatMixin(forms.Form):
    """Whether and how a task comes again; works without script."""

    every = forms.ChoiceField(label=_("Repeat every"), required=False, choices=[("", _("does not repeat")), *EVERY])
    step = forms.IntegerField(label=_("Each n-th"), min_value=1, max_value=99, required=False)
    days = forms.TypedMultipleChoiceField(
        label=_("Days of the week"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(day, name) for day, name in WEEKDAYS_ABBR.items()],
    )  # fmt: skip
    until = forms.DateField(
        label=_("Until, inclusive"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def repeat(self, first: date) -> Repeat | None:
        """The rule as seen from the first day; None = does not repeat."""
        told = self.cleaned_data
        if not told["every"]:
            return None
        step = 1 if told["every"] == "workday" else told["step"] or 1
        until = told["until"] if told["every"] != AFTER else None
        days = tuple(sorted(told["days"])) if told["every"] == "week" else ()
        return Repeat(told["every"], first, step, days, until)


def _is_odd(told: str) -> bool:
    """A length that a drag made and no choice has."""
    return told.isascii() and told.isdigit() and len(told) < 6 and 5 <= int(told) <= 10_080 and int(told) not in LENGTHS


class PlanForm(RepeatMixin, TaskForm):
    """A task with everything that may be said of it; only the kind and the moment are needed."""

    length = forms.ChoiceField(label=_("Takes"), required=False)
    is_hard = forms.BooleanField(label=_("hard deadline"), required=False)
    is_private = forms.BooleanField(label=_("private: others see only that I am busy"), required=False)
    reminders = forms.TypedMultipleChoiceField(
        label=_("Remind"), coerce=int, required=False, choices=saying.choices, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen = as usual for the kind."),
    )  # fmt: skip
    watchers = forms.TypedMultipleChoiceField(label=_("Watchers"), coerce=int, required=False)
    people = forms.TypedMultipleChoiceField(label=_("For many people"), coerce=int, required=False)
    mode = forms.ChoiceField(
        label=_("Who does it"), choices=TaskGroup.Mode.choices, required=False, initial=TaskGroup.Mode.EACH
    )

    def __init__(self, data: Any = None, *, user: Any, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, user=user)
        self.initial.update(initial or {})
        told = str((data or self.initial).get("length") or "")
        dragged = [(told, saying.length(int(told)))] if _is_odd(told) else []
        for name in ("length", "watchers", "people"):
            field: Any = self.fields[name]
            field.choices = {
                "length": lengths((USUAL, _("as usual for the kind")), *dragged), "watchers": staff.working(),
                "people": sellers_for(user, "task"),
            }[name]  # fmt: skip
        if "responsible_id" not in self.fields:
            del self.fields["people"], self.fields["mode"]

    def minutes(self) -> int | None:
        """The length of the slot; None = no slot."""
        told, kind = self.cleaned_data["length"] or USUAL, kind_of(self.cleaned_data["kind"])
        if told == USUAL:
            return kind.minutes if kind.takes_slot else None
        return int(told) or None

    def span(self, at: datetime) -> Span:
        """The slot; both None = none."""
        minutes, begins = self.minutes(), self.moment(at)
        return (begins, begins + timedelta(minutes=minutes)) if minutes else (None, None)

    def reminded(self) -> tuple[int, ...] | None:
        """Minutes before its time; None = as usual."""
        return tuple(self.cleaned_data["reminders"]) or None

    def clean(self) -> dict[str, Any]:
        """A task for many people does not repeat."""
        cleaned = super().clean()
        if cleaned.get("every") and cleaned.get("people"):
            self.add_error("every", _("A task for many people does not repeat."))
        return cleaned


class SeriesForm(RepeatMixin):
    """Another rule of a repeating task."""

    title = forms.CharField(label=_("In words"), max_length=200)
    moment = LocalMoment(label=_("From"))
    length = forms.ChoiceField(label=_("Takes"), choices=lengths)
    field_order = ("title", "moment", "length", "every", "step", "days", "until")

    def __init__(self, data: Any = None, *, series: TaskSeries, repeat: Repeat, begins: datetime) -> None:
        initial = {
            "title": series.title, "every": repeat.every, "step": repeat.step, "days": repeat.days,
            "until": repeat.until, "moment": timezone.localtime(begins), "length": str(series.minutes or 0),
        }  # fmt: skip
        super().__init__(data, initial=initial)
        every: Any = self.fields["every"]
        every.required, every.choices = True, EVERY


class SlotForm(forms.Form):
    """The time of a task in the calendar: by hand, or as a script drops it."""

    starts_at = LocalMoment(label=_("From"))
    minutes = forms.IntegerField(label=_("Takes, minutes"), min_value=5, max_value=7 * 1440)

    def span(self) -> tuple[datetime, datetime]:
        """The slot; the form must be valid."""
        begins = self.cleaned_data["starts_at"]
        return begins, begins + timedelta(minutes=self.cleaned_data["minutes"])


class RemindForm(WhenMixin):
    """When to be reminded: usual moments before the task, and once more at a moment of one's own."""

    reminders = forms.TypedMultipleChoiceField(
        label=_("Remind"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ("reminders", "when", "deadline")

    def __init__(self, data: Any = None, *, kept: Iterable[int]) -> None:
        super().__init__(data, initial={"reminders": list(kept)})
        reminders: Any = self.fields["reminders"]
        reminders.choices = saying.choices(tuple(kept))
        when: Any = self.fields["when"]
        when.label, when.required, when.initial = _("And once more"), False, ""
        when.choices = [("", pgettext_lazy("reminder", "no"))] + [pair for pair in when.choices if pair[0] != "evening"]


class HandTaskForm(forms.Form):
    """Whom a task is given to, and why."""

    responsible_id = forms.TypedChoiceField(label=_("To whom"), coerce=int)
    why = forms.CharField(label=_("Why"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, user: Any, task: Task, suggested: int | None = None) -> None:
        super().__init__(data, initial={"responsible_id": suggested})
        people: Any = self.fields["responsible_id"]
        people.choices = [pair for pair in sellers_for(user, "task") if pair[0] != task.responsible_id]


class WatchersForm(forms.Form):
    """Who watches a task."""

    watchers = forms.TypedMultipleChoiceField(
        label=_("Watchers"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, kept: Iterable[int]) -> None:
        super().__init__(data, initial={"watchers": list(kept)})
        watchers: Any = self.fields["watchers"]
        watchers.choices = staff.working()
