"""What is sold in a deal: products, quantities, prices."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..actions.lines import MOST, NewLine
from ..inputs import Roubles
from ..models import Deal, Product

PREFIX = "lines"


class LineForm(forms.Form):
    """One line; an empty one counts for nothing."""

    product = forms.ModelChoiceField(Product.objects.none(), label=_("Product"), required=False, empty_label="—")
    title = forms.CharField(label=_("or in words"), max_length=200, required=False)
    quantity = forms.DecimalField(
        label=_("Quantity"), max_digits=12, decimal_places=3, min_value=Decimal("0.001"), required=False, initial=1, localize=True
    )  # fmt: skip
    price = Roubles(label=_("Price, ₽"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = Product.objects.filter(is_archived=False)  # type: ignore[attr-defined]
        self.fields["quantity"].widget.attrs["inputmode"] = "decimal"

    def clean(self) -> dict[str, Any]:
        """What is named needs a price, what has a price needs a name."""
        cleaned = super().clean() or {}
        is_named, price = bool(cleaned.get("product") or cleaned.get("title", "").strip()), cleaned.get("price")
        if is_named and price is None and "price" not in self.errors:
            self.add_error("price", _("Say the price."))
        if price is not None and not is_named:
            self.add_error("product", _("Say what is sold."))
        return cleaned

    def line(self) -> NewLine | None:
        """The line, None for an empty one; the form must be valid."""
        values = self.cleaned_data
        if values.get("price") is None:
            return None
        return NewLine(
            product=values.get("product"), title=values.get("title", ""), quantity=values.get("quantity") or Decimal(1),
            price=values["price"],
        )  # fmt: skip


_Lines = forms.formset_factory(LineForm, extra=1, max_num=MOST, absolute_max=MOST)


def lines_form(data: Any, deal: Deal) -> Any:
    """The lines of a deal as a set of forms; before there are any, the product and the amount that the deal has."""
    rows = [
        {"product": line.product_id, "title": line.title, "quantity": line.quantity.normalize(), "price": line.price}
        for line in deal.lines.all()
    ]
    if not rows and deal.product_id and deal.amount:
        rows = [{"product": deal.product_id, "quantity": 1, "price": deal.amount}]
    is_sent = data is not None and f"{PREFIX}-TOTAL_FORMS" in data
    return _Lines(data if is_sent else None, initial=rows, prefix=PREFIX)


def lines_of(formset: Any) -> list[NewLine]:
    """The lines that are filled in; those of a form that was not sent are none."""
    if not formset.is_bound:
        return []
    return [line for line in (form.line() for form in formset.forms) if line is not None]


def total_of(lines: list[NewLine]) -> Decimal:
    """Roubles of all lines."""
    return sum(((line.quantity * line.price).quantize(Decimal("0.01")) for line in lines), Decimal(0))
