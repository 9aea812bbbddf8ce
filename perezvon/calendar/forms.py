"""Forms of calendars."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from perezvon.crm import saying
from perezvon.staff import reads as staff
from perezvon.staff.models import Absence


class FeedForm(forms.Form):
    """A new calendar by address."""

    name = forms.CharField(
        label=_("What is it for?"), max_length=80, widget=forms.TextInput({"placeholder": _("My telephone")})
    )
    with_names = forms.BooleanField(label=_("with names of clients and words of tasks"), required=False, initial=True)
    with_tasks = forms.BooleanField(label=_("tasks without a time as whole days"), required=False)


def _day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, "%Y-%m-%d")


class AbsenceForm(forms.Form):
    """Who is away when, and who stands in."""

    user = forms.TypedChoiceField(label=_("Who"), coerce=int)
    kind = forms.ChoiceField(label=_("Why"), choices=Absence.Kind.choices)
    first = forms.DateField(label=_("First day"), widget=_day())
    last = forms.DateField(label=_("Last day, inclusive"), widget=_day())
    substitute = forms.TypedChoiceField(label=_("Who stands in"), coerce=int, required=False, empty_value=None)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(
        self, data: Any = None, *, people: list[tuple[int, str]], initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        who: Any = self.fields["user"]
        who.choices = people
        substitute: Any = self.fields["substitute"]
        substitute.choices = [("", "—"), *staff.working()]


LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240)


class FreeForm(forms.Form):
    """When these people have time together."""

    who = forms.TypedMultipleChoiceField(label=_("Who"), coerce=int)
    minutes = forms.TypedChoiceField(label=_("For how long"), coerce=int)
    first = forms.DateField(label=_("From"), widget=_day())
    days = forms.TypedChoiceField(label=_("Look ahead, days"), coerce=int, choices=[(n, n) for n in (1, 3, 7, 14, 30)])

    def __init__(self, data: Any = None, *, user: Any, at: Any) -> None:
        today = timezone.localdate(at)
        initial = {"who": [user.pk], "minutes": 60, "first": today + timedelta(days=1), "days": 7}
        super().__init__(data, initial=initial)
        who: Any = self.fields["who"]
        who.choices = staff.working()
        minutes: Any = self.fields["minutes"]
        minutes.choices = [(one, saying.length(one)) for one in LENGTHS]
