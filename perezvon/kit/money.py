"""Money in roubles: exact inside, grouped by no-break spaces outside."""

from decimal import ROUND_HALF_UP, Decimal

_SPACE = "\u00a0"


def roubles(amount: Decimal | int | float | None) -> str:
    """Whole roubles for the eye: "50 000 ₽" (no-break spaces); "" for None."""
    if amount is None:
        return ""
    whole = Decimal(amount).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return f"{whole:,}".replace(",", _SPACE) + _SPACE + "₽"


def short_roubles(amount: Decimal | int | float | None) -> str:
    """Roubles where room is short: "1.2M", "50K", "900"."""
    if amount is None:
        return ""
    value = float(amount)
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if abs(value) >= size:
            return f"{value / size:.1f}".removesuffix(".0") + letter
    return f"{value:.0f}"
