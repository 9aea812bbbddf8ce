"""Forms of money."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_MOST = Decimal("999999999999")


class PaymentForm(forms.Form):
    """Money that came; below zero is a return."""

    amount = forms.DecimalField(
        label=_("Amount, ₽"),
        max_digits=14,
        decimal_places=2,
        min_value=-_MOST,
        max_value=_MOST,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    comment = forms.CharField(label=_("Comment"), max_length=200, required=False)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        if data is not None:
            data = data.copy()
            typed = data.get("amount", "").replace("₽", "").replace(",", ".").replace("−", "-")
            data["amount"] = "".join(typed.split())
        super().__init__(data, **kwargs)

    def clean_amount(self) -> Decimal:
        """A payment of nothing is a slip of the hand."""
        amount: Decimal = self.cleaned_data["amount"]
        if not amount:
            raise forms.ValidationError(_("Say how much came."))
        return amount
