"""Fields that several forms of the exchange share."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from perezvon.kit import phones

from ..destinations import Book
from ..models import Prompt, Way


class PlaceWidget(forms.MultiWidget):
    """A list of places, and beside it the number to be dialled when an outside number is chosen."""

    template_name = "telephony/pbx/_place.html"

    def __init__(self, attrs: Any = None) -> None:
        number = forms.TextInput(attrs={"type": "tel", "placeholder": "+7 9XX XXX-XX-XX", "autocomplete": "off"})
        super().__init__({"place": forms.Select(), "number": number}, attrs)

    def decompress(self, value: Any) -> list[str]:
        """ "number:+7..." apart; other places are whole."""
        way, _colon, what = str(value or "").partition(":")
        return [way, phones.pretty(what)] if way == Way.NUMBER else [str(value or ""), ""]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The two widgets dressed as the kit wants them."""
        context = super().get_context(name, value, attrs)
        for part, kind in zip(
            context["widget"]["subwidgets"], ("form-select", "form-control place-number"), strict=True
        ):
            invalid = " is-invalid" if "is-invalid" in str(part["attrs"].get("class", "")) else ""
            part["attrs"]["class"] = kind + invalid
        context["widget"]["subwidgets"][1]["attrs"]["aria-label"] = _("The number to be dialled")
        return context


class PlaceField(forms.MultiValueField):
    """A destination as text ("queue:5", "number:+7..."); "" = none."""

    widget = PlaceWidget

    def __init__(self, *, ways: Iterable[Way] = (), empty: Any = "—", **options: Any) -> None:
        self.ways, self.empty = tuple(ways), empty
        options.setdefault("required", False)
        fields = (forms.CharField(required=False, max_length=32), forms.CharField(required=False, max_length=40))
        super().__init__(fields=fields, require_all_fields=False, **options)

    def offer(self, book: Book, current: str = "") -> None:
        """Fill the list; a present place that is no longer offered stays on it, so that saving loses nothing."""
        offered = book.choices(self.ways)
        flat = {value for key, group in offered for value, _name in (group if isinstance(group, list) else [(key, "")])}
        choices: list[Any] = [("", self.empty), *offered]
        if current and not current.startswith(f"{Way.NUMBER}:") and current not in flat:
            choices.insert(1, (current, book.name(current)))
        self.widget.widgets[0].choices = choices  # type: ignore[attr-defined]

    def compress(self, data_list: Any) -> str:
        """The destination; the number in its one spelling."""
        place, number = [*(data_list or ["", ""]), "", ""][:2]
        if place != Way.NUMBER:
            return str(place or "")
        found = phones.normalise(number)
        if not found:
            raise forms.ValidationError(_("Write the number to be dialled."))
        return f"{Way.NUMBER}:{found}"


def offer_places(form: forms.Form, book: Book) -> None:
    """Fill every place of a form."""
    for name, field in form.fields.items():
        if isinstance(field, PlaceField):
            field.offer(book, str(form.initial.get(name) or ""))


def sounds(use: str, **options: Any) -> forms.ModelChoiceField:
    """A list of phrases or of pieces of music."""
    options.setdefault("required", False)
    return forms.ModelChoiceField(Prompt.objects.filter(use=use).exclude(file=""), **options)


class LocalMoment(forms.DateTimeField):
    """A date and time in the browser's own picker."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


class PhoneField(forms.CharField):
    """A telephone number as typed; cleaned to E.164."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 40)
        options.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}))
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """E.164; "" when it is empty and may be."""
        text = super().clean(value)
        if not text:
            return ""
        number = phones.normalise(text)
        if not number:
            raise forms.ValidationError(_("This is not a telephone number."))
        return number


def of_row(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Initial values of a form out of a row's columns; a link as the id."""
    return {name: getattr(row, f"{name}_id", getattr(row, name)) for name in names}
