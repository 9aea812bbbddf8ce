"""The form of a rule of alerts; which fields it has depends on the kind."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.staff.models import Role, User
from perezvon.staff.notices import WAYS

from ..alerting.words import SORTS
from ..models import AlertRule, Queue
from ..wallboard import hooks

COMMON = ("name", "is_on", "repeat_minutes", "is_urgent", "tells_heads", "quiet_from", "quiet_until", "quiet_weekends")
CLOCK = forms.TimeInput({"type": "time"}, "%H:%M")


class AlertRuleForm(forms.ModelForm):
    """A rule of one kind. ``people`` and ``roles`` are kept by the action."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=120, required=False)
    ways = forms.MultipleChoiceField(label=_("Ways"), required=False, widget=forms.CheckboxSelectMultiple)
    people = forms.ModelMultipleChoiceField(
        User.objects.working(), label=_("People"), required=False, widget=forms.CheckboxSelectMultiple
    )
    roles = forms.ModelMultipleChoiceField(
        Role.objects.all(), label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple
    )
    segments = forms.MultipleChoiceField(label=_("Segments"), required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = AlertRule
        fields = (
            "name", "is_on", "department", "queue", "count", "seconds", "percent", "amount", "stage", "segments", "minutes",
            "repeat_minutes", "is_urgent", "people", "roles", "tells_heads", "ways", "quiet_from", "quiet_until", "quiet_weekends",
        )  # fmt: skip
        widgets = {"quiet_from": CLOCK, "quiet_until": CLOCK}

    def __init__(self, kind: str, departments: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.instance.kind = kind
        self.own = SORTS[kind].fields
        for name in set(self.fields) - {*self.own, *COMMON, "people", "roles", "ways"}:
            del self.fields[name]
        self._offer(departments)

    def _offer(self, departments: Any) -> None:
        fields: dict[str, Any] = dict(self.fields)
        fields["ways"].choices = list(WAYS.items())
        fields["ways"].help_text = _("None chosen: as the person himself has set it.")
        fields["name"].widget.attrs["placeholder"] = str(self.instance.Kind(self.instance.kind).label)
        if "department" in fields:
            fields["department"].queryset = departments
            fields["department"].empty_label = _("the whole company")
        if "queue" in fields:
            queues = Queue.objects.filter(is_enabled=True, provider__is_enabled=True).order_by("name")
            everywhere = departments.count() == departments.model.objects.count()
            fields["queue"].queryset = queues if everywhere else queues.filter(department__in=departments)
            fields["queue"].empty_label = _("all of them")
        if "segments" in fields:
            known = hooks.segment_names()
            fields["segments"].choices = list(known.items())
            if not known:
                del self.fields["segments"]

    @property
    def threshold_fields(self) -> list[forms.BoundField]:
        """The fields of this kind, for the template."""
        return [self[name] for name in self.own if name in self.fields]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not (told.get("people") or told.get("roles") or told.get("tells_heads")):
            self.add_error("people", _("Say who is to be told."))
        if {"count", "seconds"} <= set(self.own) and not (told.get("count") or told.get("seconds")):
            self.add_error("count", _("Say from how many, from how many seconds, or both."))
        if "amount" in self.own and told.get("amount") is None and not told.get("segments"):
            self.add_error("amount", _("Say from which amount on."))
        if (told.get("quiet_from") is None) != (told.get("quiet_until") is None):
            self.add_error("quiet_until", _("Say both when it begins and when it ends, or neither."))
        elif told.get("quiet_from") is not None and told["quiet_from"] == told["quiet_until"]:
            self.add_error("quiet_until", _("It cannot end when it begins."))
        return told
