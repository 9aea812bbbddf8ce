"""What of a client and a deal is changed in place."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from perezvon.kit import clock
from perezvon.lists.listing import Edit
from perezvon.staff import reads as staff

from . import actions
from .forms.fields import sellers_for
from .inputs import Day, Roubles
from .models import Product, Tagged


def text(key: str, label: Any, *, longest: int = 200, is_needed: bool = False, is_long: bool = False) -> Edit:
    """A column with text."""
    widget = forms.Textarea(attrs={"rows": 3}) if is_long else forms.TextInput(attrs={"autocomplete": "off"})
    return Edit(
        key, label, lambda user, row: forms.CharField(max_length=longest, required=is_needed, widget=widget),
        lambda row: getattr(row, key), lambda user, value: {key: value.strip()},
    )  # fmt: skip


def responsible(noun: str) -> Edit:
    """Who answers for it; the department comes with the person. Only for those who may hand over."""
    return Edit(
        "responsible", _("Responsible"), _people(noun), lambda row: row.responsible_id,
        lambda user, value: {"responsible_id": value, "department_id": staff.department_of(value)},
    )  # fmt: skip


def _people(noun: str) -> Callable[[Any, Any], forms.Field]:
    def field(user: Any, row: Any) -> forms.Field:
        people = sellers_for(user, noun)
        if row.responsible_id and all(pk != row.responsible_id for pk, _name in people):
            people.insert(0, (row.responsible_id, staff.name_of(row.responsible_id)))
        choices = [("", "—"), *people] if people else [(row.responsible_id, staff.name_of(row.responsible_id))]
        return forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None, required=False)

    return field


def _company_of(user: Any, value: str) -> dict[str, Any]:
    return {"company_id": actions.company_called(value, by=user, at=clock.now())}


def company() -> Edit:
    """The company of a person, by its name; a new one is made."""
    return Edit(
        "company", _("Company"), lambda user, row: forms.CharField(max_length=200, required=False),
        lambda row: row.company.name if row.company else "", _company_of,
    )  # fmt: skip


def tags() -> Edit:
    """Tags, parted by commas; a new one is made."""
    return Edit(
        "tags", _("Tags"), lambda user, row: forms.CharField(max_length=1000, required=False, help_text=_("Parted by commas")),
        lambda row: ", ".join(Tagged.objects.filter(**{_whose(row): row}).order_by("tag__name").values_list("tag__name", flat=True)),
        lambda user, value: {"tags": value.split(",")},
    )  # fmt: skip


def _whose(row: Any) -> str:
    return str(row._meta.model_name)


def amount() -> Edit:
    """The amount of a deal."""
    return Edit(
        "amount",
        _("Amount"),
        lambda user, row: Roubles(),
        lambda row: row.amount,
        lambda user, value: {"amount": value},
    )


def expected() -> Edit:
    """The day on which the sale of a deal is expected."""
    return Edit(
        "expected", _("Sale expected on"), lambda user, row: Day(required=False), lambda row: row.expected_on,
        lambda user, value: {"expected_on": value},
    )  # fmt: skip


def product() -> Edit:
    """The product of a deal."""
    return Edit(
        "product", _("Product"), _products, lambda row: row.product_id, lambda user, value: {"product_id": value}
    )


def _products(user: Any, row: Any) -> forms.Field:
    found = Product.objects.filter(is_archived=False) | Product.objects.filter(pk=row.product_id)
    choices = [("", "—"), *found.values_list("pk", "name")]
    return forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None, required=False)
