"""Numbers and days in forms, as people type them."""

from decimal import Decimal
from typing import Any

from django import forms

MOST = Decimal("999999999999")


class Roubles(forms.DecimalField):
    """An amount in roubles as typed: spaces and a comma are welcome."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        super().__init__(max_value=MOST, decimal_places=2, max_digits=14, **kwargs)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        """Read "50 000,50 ₽"."""
        if isinstance(value, str):
            value = "".join(value.replace("₽", "").replace(",", ".").split())
        return super().to_python(value)


class Number(forms.DecimalField):
    """A number as typed: spaces and a comma are welcome."""

    def __init__(self) -> None:
        super().__init__(max_digits=21, decimal_places=6)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        """Read "1 234,5"."""
        if isinstance(value, str):
            value = "".join(value.replace(",", ".").split())
        return super().to_python(value)


class Day(forms.DateField):
    """A day in the browser's own picker."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    input_formats = ("%Y-%m-%d",)
