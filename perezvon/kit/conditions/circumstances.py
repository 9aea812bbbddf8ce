"""Who asks, when and where: what "me", "today" and "my department" mean. Both back-ends are given the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from .fields import Field


@dataclass(frozen=True, slots=True)
class Circumstances:
    """``now`` is aware; ``tz`` is the company's time zone, in which days begin.

    ``words`` say what the special words of fields are: {"me": (7,), "my_department": (2, 5)}; a word that is not
    among them stands for nobody.
    """

    now: datetime
    tz: tzinfo
    words: Mapping[str, tuple[str | int, ...]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.tz).date()

    def meant(self, field: Field, value: str | int) -> tuple[str | int, ...]:
        """The keys that a chosen value stands for: itself, or what a special word of the field means."""
        return self.words.get(str(value), ()) if value in field.words else (value,)
