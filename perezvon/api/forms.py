"""Forms of subscriptions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.lists.models import View

from .models import Webhook
from .nouns import nouns


def kind_choices() -> list[tuple[str, str]]:
    """What can be subscribed to as a whole: the kinds of facts about each noun."""
    found: dict[str, str] = {}
    for noun in nouns().values():
        for kind in noun.heard.kinds if noun.heard else ():
            if kind.endswith("."):
                found.setdefault(kind, f"{noun.title} ({kind}*)")
    return [("*", str(_("Everything"))), *sorted(found.items(), key=lambda one: one[1].lower())]


class WebhookForm(forms.Form):
    """Where to, what of, and only about which rows."""

    name = forms.CharField(label=_("Name"), max_length=80)
    url = forms.CharField(
        label=pgettext_lazy("webhook", "Address"), max_length=500,
        widget=forms.TextInput(attrs={"type": "url", "placeholder": "https://", "autocomplete": "off"}),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("What it is told of"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    more = forms.CharField(
        label=_("Single kinds of events"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One on a line, for example deal.won"), max_length=4000,
    )  # fmt: skip
    view = forms.TypedChoiceField(
        label=_("Only about rows of a saved view"), required=False, coerce=int, empty_value=None, choices=(),
        help_text=_("Its condition is copied: a later change of the view changes nothing here."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, user: Any, hook: Webhook | None = None) -> None:
        known = kind_choices()
        initial: dict[str, Any] = {}
        if hook is not None:
            whole = {key for key, _label in known}
            initial = {"name": hook.name, "url": hook.url, "kinds": [kind for kind in hook.kinds if kind in whole],
                       "more": "\n".join(kind for kind in hook.kinds if kind not in whole)}  # fmt: skip
        super().__init__(data, initial=initial)
        self.fields["kinds"].choices = known  # type: ignore[attr-defined]
        asked = [key for key, noun in nouns().items() if noun.fields is not None and noun.heard is not None]
        self.views = {
            view.pk: view for view in View.objects.visible_to(user).filter(listing__in=asked).order_by("name")
        }
        keeps = [("0", _("as it is now"))] if hook is not None and hook.noun else []
        self.fields["view"].choices = [  # type: ignore[attr-defined]
            ("", "—"), *keeps, *((view.pk, f"{nouns()[view.listing].title}: {view.name}") for view in self.views.values()),
        ]  # fmt: skip
        if keeps:
            self.initial["view"] = "0"

    def changes(self) -> dict[str, Any]:
        """Columns of the subscription."""
        values = self.cleaned_data
        kinds = [*values["kinds"], *(line.strip() for line in values["more"].splitlines() if line.strip())]
        found: dict[str, Any] = {"name": values["name"], "url": values["url"], "kinds": kinds}
        if values["view"] == 0:
            return found
        view = self.views.get(values["view"] or 0)
        return {**found, "noun": view.listing if view else "", "where": view.where if view else {}}


class PeriodForm(forms.Form):
    """The days whose events are sent again."""

    since = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label=_("To, inclusive"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
