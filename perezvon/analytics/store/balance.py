"""What the last nightly comparison of the store with PostgreSQL said."""

from dataclasses import dataclass
from datetime import datetime

from ..models import Month


@dataclass(frozen=True, slots=True)
class Balance:
    """When the store was compared (None = not yet) and the months that differed: (month, difference)."""

    checked_at: datetime | None
    differences: tuple[tuple[str, str], ...]

    @property
    def is_even(self) -> bool:
        return self.checked_at is not None and not self.differences


def balance() -> Balance:
    """The last nightly comparison."""
    rows = list(Month.objects.exclude(checked_at=None).order_by("month"))
    return Balance(
        checked_at=max((row.checked_at for row in rows if row.checked_at), default=None),
        differences=tuple((f"{row.month:%Y-%m}", row.difference) for row in rows if row.difference),
    )
