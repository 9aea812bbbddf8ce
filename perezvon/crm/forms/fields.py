"""Fields that several forms of this room share."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from perezvon.staff import access, reads

from ..moments import EXACT, WHEN, named


class LocalMoment(forms.DateTimeField):
    """A date and time in the browser's own picker."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


class VersionForm(forms.Form):
    """A card being changed: remembers which version was on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def changes(self) -> dict[str, Any]:
        """What to save: columns of the card."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class WhenMixin(forms.Form):
    """When something has to be done: a named moment or an exact one."""

    when = forms.ChoiceField(label=_("When"), choices=WHEN, initial="tomorrow")
    deadline = LocalMoment(label=_("Exact moment"), required=False)

    def moment(self, at: datetime) -> datetime:
        """The deadline as of ``at``; the form must be valid."""
        when = self.cleaned_data["when"]
        return self.cleaned_data["deadline"] if when == EXACT else named(when, at)

    def clean(self) -> dict[str, Any]:
        """An exact moment must be given when it is chosen."""
        cleaned = super().clean() or {}
        if cleaned.get("when") == EXACT and not cleaned.get("deadline") and "deadline" not in self.errors:
            self.add_error("deadline", _("Choose the date and time."))
        return cleaned


def sellers_for(user: Any, noun: str) -> list[tuple[int, str]]:
    """Who a client, deal or task may be handed to; empty when ``user`` has no right to hand over."""
    reach = access.scope(user, noun, "assign")
    if not reach:
        return []
    below = None if reach == "all" else user.department_id
    return [(one.pk, one.name) for one in reads.colleagues(below)]


def add_responsible(form: forms.Form, user: Any, noun: str, current: int | None) -> None:
    """Let the form hand over, when the person may."""
    people = sellers_for(user, noun)
    if current and all(pk != current for pk, _name in people):
        people.insert(0, (current, reads.name_of(current)))
    if people and access.can(user, noun, "assign"):
        form.fields["responsible_id"] = forms.TypedChoiceField(
            label=_("Responsible"), choices=[("", "—"), *people], coerce=int, empty_value=None, required=False,
            initial=current,
        )  # fmt: skip
