"""Forms of our numbers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.crm.models import Product
from perezvon.kit import phones
from perezvon.staff.models import Department, WorkCalendar

from ..destinations import AFTER_HOURS, Book
from ..models import Line, Prompt, Provider
from .fields import PhoneField, PlaceField, of_row, offer_places, sounds

WHOSE = ("name", "department", "product", "is_enabled")
ROUTE = ("provider", "calendar", "notice", "open_to", "closed_to", "is_sticky", "sticky_seconds")


class LineForm(forms.Form):
    """A number that clients dial: what it is called and whose it is."""

    number = PhoneField(label=_("Number"))
    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"), max_length=80, required=False, help_text=_("For example: the site, Avito")
    )
    department = forms.ModelChoiceField(Department.objects.all(), label=_("Department"), required=False)
    product = forms.ModelChoiceField(Product.objects.all(), label=_("Product"), required=False)
    is_enabled = forms.BooleanField(label=_("In use"), required=False, initial=True)
    whose: tuple[str, ...] = ("number", *WHOSE)

    def __init__(self, data: Any = None, *, line: Line | None = None, names: tuple[str, ...] = WHOSE) -> None:
        initial = {"number": phones.pretty(line.number), **of_row(line, names)} if line else {}
        super().__init__(data, initial=initial)


class RoutedLineForm(LineForm):
    """The same with the way of its calls on an exchange of our own."""

    provider = forms.ModelChoiceField(
        Provider.objects.own(), label=_("Exchange"), required=False, empty_label=_("— a cloud exchange routes it —"),
        help_text=_("Which exchange of our own takes the calls."),
    )  # fmt: skip
    calendar = forms.ModelChoiceField(
        WorkCalendar.objects.all(), label=_("Working hours"), required=False, empty_label=_("— as the department —"),
    )  # fmt: skip
    notice = sounds(
        Prompt.Use.PHRASE, label=_("Said first"), empty_label=_("— nothing —"),
        help_text=_("That the conversation is recorded: the law wants it said before the conversation."),
    )  # fmt: skip
    open_to = PlaceField(label=_("In working hours"), ways=AFTER_HOURS)
    closed_to = PlaceField(label=_("Off hours"), ways=AFTER_HOURS)
    is_sticky = forms.BooleanField(label=_("First to the client's own manager"), required=False, initial=True)
    sticky_seconds = forms.IntegerField(label=_("Ring him for, s"), min_value=5, max_value=120, initial=15)
    route: tuple[str, ...] = ROUTE

    def __init__(self, data: Any = None, *, line: Line | None = None, exchange: Provider | None = None) -> None:
        super().__init__(data, line=line, names=(*WHOSE, *ROUTE))
        if line is None and exchange is not None:
            self.initial["provider"] = exchange.pk
        offer_places(self, Book(exchange.pk if exchange else None))

    def clean(self) -> dict[str, Any]:
        """Without an exchange of our own there is no route to keep."""
        data = super().clean() or {}
        return data if data.get("provider") else {**data, "open_to": "", "closed_to": ""}
