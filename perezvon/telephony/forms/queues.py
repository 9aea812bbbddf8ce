"""The form of a queue with its members."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.staff.models import Department

from ..actions.queues import LIMITS, OVERFLOWS
from ..destinations import AFTER_QUEUE, Book
from ..models import Prompt, Queue
from .fields import PlaceField, of_row, offer_places, sounds

COLUMNS = (
    "name", "department", "strategy", "ring_seconds", "wrap_up_seconds", "most_wait_seconds", "most_waiting", "weight",
    "answer_within_seconds", *OVERFLOWS, "says_position", "says_every_seconds", "music", "callback_key",
    "callback_offer", "is_recorded", "keep_days", "is_enabled",
)  # fmt: skip
_DIGITS = [(digit, digit) for digit in "1234567890*#"]
_TICK, _SKILL = "member_{}", "skill_{}"


def _figure(name: str, label: Any, initial: int, hint: Any = "") -> forms.IntegerField:
    least, most = LIMITS[name]
    return forms.IntegerField(label=label, min_value=least, max_value=most, initial=initial, help_text=hint)


class QueueForm(forms.Form):
    """A queue of our own. Members are the fields ``member_ID`` (a tick) and ``skill_ID``."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=80)
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("Department"), required=False, help_text=_("Whose calls these are.")
    )
    is_enabled = forms.BooleanField(label=_("In use"), required=False, initial=True)
    strategy = forms.ChoiceField(
        label=_("Who is rung"), choices=Queue.Strategy.choices, initial=Queue.Strategy.LEASTRECENT
    )
    ring_seconds = _figure("ring_seconds", _("Ring each for, s"), 15)
    wrap_up_seconds = _figure("wrap_up_seconds", _("Wrap-up, s"), 10, _("No new call for so long after a talk."))
    weight = _figure(
        "weight", _("Weight among queues"), 0, _("Who is in two queues is given to the heavier one first.")
    )
    answer_within_seconds = _figure(
        "answer_within_seconds", _("Answer within, s"), 20, _("What the service level counts.")
    )
    most_wait_seconds = _figure("most_wait_seconds", _("Longest wait, s"), 120)
    most_waiting = _figure("most_waiting", _("Most waiting"), 0, _("0 = no limit."))
    on_wait = PlaceField(label=_("When the wait is over"), ways=AFTER_QUEUE, empty=_("— the call ends —"))
    on_nobody = PlaceField(label=_("When nobody is there"), ways=AFTER_QUEUE, empty=_("— the call ends —"))
    on_full = PlaceField(label=_("When it is full"), ways=AFTER_QUEUE, empty=_("— the call ends —"))
    says_position = forms.BooleanField(label=_("Says the place in the queue"), required=False, initial=True)
    says_every_seconds = _figure("says_every_seconds", _("How often, s"), 30)
    music = sounds(Prompt.Use.MUSIC, label=_("Music"), empty_label=_("— the exchange's own —"))
    callback_key = forms.ChoiceField(
        label=_("Key to be called back"), choices=[("", _("— not offered —")), *_DIGITS], required=False,
        help_text=_("The caller presses it, hangs up and keeps his place."),
    )  # fmt: skip
    callback_offer = sounds(
        Prompt.Use.PHRASE, label=_("The offer in words"), empty_label=_("— nothing —"),
        help_text=_("For example: press 1, and we shall call you back in your turn."),
    )  # fmt: skip
    is_recorded = forms.BooleanField(label=_("Calls are recorded"), required=False, initial=True)
    keep_days = _figure("keep_days", _("Keep recordings, days"), 365, _("0 = for good."))

    def __init__(self, data: Any = None, *, book: Book, queue: Queue | None = None) -> None:
        initial = of_row(queue, COLUMNS) if queue else {}
        skills = dict(queue.members.values_list("user_id", "skill")) if queue else {}
        for pk, skill in skills.items():
            initial |= {_TICK.format(pk): True, _SKILL.format(pk): skill}
        super().__init__(data, initial=initial)
        self._people = sorted(
            book.people.items(), key=lambda one: (one[0] not in skills, -skills.get(one[0], 0), one[1])
        )
        for pk, name in self._people:
            self.fields[_TICK.format(pk)] = forms.BooleanField(label=name, required=False)
            self.fields[_SKILL.format(pk)] = forms.IntegerField(
                label=_("Skill"), min_value=1, max_value=10, initial=5, required=False
            )
        offer_places(self, book)

    def people(self) -> Iterator[tuple[BoundField, BoundField]]:
        """(tick, skill) of everybody who has a telephone; the members first."""
        for pk, _name in self._people:
            yield self[_TICK.format(pk)], self[_SKILL.format(pk)]

    def columns(self) -> dict[str, Any]:
        """Columns of the queue; the form must be valid."""
        return {name: self.cleaned_data[name] for name in COLUMNS}

    def members(self) -> dict[int, int]:
        """Skill by user id of those who are ticked."""
        data = self.cleaned_data
        return {pk: data.get(_SKILL.format(pk)) or 5 for pk, _name in self._people if data.get(_TICK.format(pk))}
