"""The form of a voice menu: the phrase and all twelve keys on one page."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..actions.menus import DIGITS, Key
from ..destinations import AFTER_MENU, Book
from ..models import Menu, Prompt
from .fields import PlaceField, of_row, offer_places, sounds

_COLUMNS = ("name", "prompt", "wait_seconds", "attempts", "on_silence", "on_wrong")


class MenuForm(forms.Form):
    """A node of the menu. Keys are the fields ``key_1`` (where it leads) and ``label_1`` (what for)."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=80)
    prompt = sounds(Prompt.Use.PHRASE, label=_("What is said"), empty_label=_("— nothing yet —"))
    wait_seconds = forms.IntegerField(label=_("Wait for a key, s"), min_value=1, max_value=60, initial=5)
    attempts = forms.IntegerField(label=_("How often it is said"), min_value=1, max_value=9, initial=2)
    on_silence = PlaceField(label=_("When nothing is pressed"), ways=AFTER_MENU)
    on_wrong = PlaceField(
        label=_("When a wrong key is pressed"), ways=AFTER_MENU, empty=_("— the menu says so and is repeated —")
    )

    def __init__(self, data: Any = None, *, book: Book, menu: Menu | None = None) -> None:
        initial = of_row(menu, _COLUMNS) if menu else {}
        for key in menu.keys.all() if menu else ():
            initial |= {f"key_{key.digit}": key.destination, f"label_{key.digit}": key.label}
        super().__init__(data, initial=initial)
        for digit in DIGITS:
            self.fields[f"key_{digit}"] = PlaceField(label=digit, ways=AFTER_MENU)
            self.fields[f"label_{digit}"] = forms.CharField(label=_("What for"), max_length=80, required=False)
        offer_places(self, book)

    def keypad(self) -> list[tuple[str, BoundField, BoundField]]:
        """(digit, where it leads, what for) of every key."""
        return [(digit, self[f"key_{digit}"], self[f"label_{digit}"]) for digit in DIGITS]

    def columns(self) -> dict[str, Any]:
        """Columns of the menu; the form must be valid."""
        return {name: self.cleaned_data[name] for name in _COLUMNS}

    def keys(self) -> list[Key]:
        """The keys that lead somewhere."""
        data = self.cleaned_data
        return [
            Key(digit, data[f"key_{digit}"], data[f"label_{digit}"].strip())
            for digit in DIGITS
            if data.get(f"key_{digit}")
        ]

    def clean(self) -> dict[str, Any]:
        """A key with words but without a way would be forgotten in silence."""
        data = super().clean() or {}
        for digit in DIGITS:
            if data.get(f"label_{digit}") and f"key_{digit}" in data and not data[f"key_{digit}"]:
                self.add_error(f"key_{digit}", _("Say where the key leads."))
        return data
