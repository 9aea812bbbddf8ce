"""The form of a kind of tasks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .. import saying
from ..models import TaskKind

# Icons that tasks may have; the sheet of icons is made of names that stand in the tree.
ICONS = (
    "phone", "phone-incoming", "users", "mail", "file-text", "cash", "checkbox", "map-pin", "presentation", "school",
    "truck-delivery", "tool", "shopping-cart", "plane", "message", "calendar", "star", "heart", "home", "camera",
)  # fmt: skip
COLORS = (
    ("blue", _("blue")), ("teal", _("teal")), ("orange", _("orange")), ("pink", pgettext_lazy("colour", "pink")),
    ("purple", _("purple")), ("green", _("green")), ("brown", _("brown")), ("gray", _("grey")),
)  # fmt: skip


class KindForm(forms.Form):
    """What a kind is called, how long it takes, when one is reminded of it."""

    name = forms.CharField(label=_("What it is called"), max_length=60)
    title = forms.CharField(label=_("Usual words of the task"), max_length=200, required=False)
    icon = forms.ChoiceField(label=_("Icon"), choices=[(one, one) for one in ICONS])
    color = forms.ChoiceField(label=_("Colour in the calendar"), choices=COLORS)
    minutes = forms.IntegerField(label=_("Usual length, minutes"), min_value=5, max_value=1440)
    takes_slot = forms.BooleanField(label=_("takes its time in the calendar"), required=False)
    reminders = forms.TypedMultipleChoiceField(
        label=_("Remind"), coerce=int, required=False, choices=saying.choices, widget=forms.CheckboxSelectMultiple
    )
    order = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=9999)
    is_used = forms.BooleanField(label=_("in use"), required=False)

    @classmethod
    def of(cls, kind: TaskKind, data: Any = None) -> "KindForm":
        """The form filled in with a kind."""
        kept = {name: getattr(kind, name) for name in cls.base_fields}
        form = cls(data, initial={**kept, "name": kind.label, "title": kind.words})
        icon: Any = form.fields["icon"]
        icon.choices = [(one, one) for one in dict.fromkeys((*ICONS, kind.icon))]
        return form

    def values(self, kind: TaskKind) -> dict[str, Any]:
        """What to save; words that were left as we ship them go on speaking the reader's language."""
        told = dict(self.cleaned_data)
        for name, shown in (("name", kind.label), ("title", kind.words)):
            if told[name] == shown and not getattr(kind, name):
                told[name] = ""
        return told
