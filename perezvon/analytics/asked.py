"""What the address of a page asks for: the period and the filters, checked, as a slice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from perezvon.kit.periods import Period

from .dimensions import DIMENSIONS
from .slices import Scope, Slice

DEFAULT = "30d"
PERIODS = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "7d": _("7 days"),
    "30d": _("30 days"),
    "month": _("This month"),
    "quarter": _("This quarter"),
    "year": _("This year"),
    "14m": _("14 months"),
}
NOT_KNOWN = "none"
LIMIT = 50  # values of one filter
_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """A period by name ("" = own dates) and the chosen values of each dimension as they stand in the address."""

    name: str
    period: Period
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by: str = ""

    def slice(self, scope: Scope, below: Mapping[int, tuple[int, ...]] | None = None) -> Slice:
        """The slice of this question within a scope; ``below`` maps a department to its subtree."""
        filters = []
        for key, texts in self.chosen.items():
            values = [_value(key, text) for text in texts]
            if key == "department" and below is not None:
                values = [each for value in values for each in below.get(value, (value,))]  # type: ignore[arg-type]
            filters.append((key, tuple(dict.fromkeys(values))))
        return Slice(period=self.period, filters=tuple(filters), scope=scope, compared=True)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The question as pairs for an address or hidden fields."""
        pairs = [("period", self.name)] if self.name else self.dates
        return pairs + [(key, text) for key, texts in self.chosen.items() for text in texts]

    @property
    def dates(self) -> list[tuple[str, str]]:
        zone = self.period.start.tzinfo
        last = self.period.end.astimezone(zone).date()
        return [
            ("from", self.period.start.date().isoformat()),
            ("to", date.fromordinal(last.toordinal() - 1).isoformat()),
        ]


def asked(query: QueryDict, *, now: datetime, tz: tzinfo) -> Asked:
    """Read a question; what makes no sense is left out, without a period the last 30 days are meant."""
    name, period = _period(query, now, tz)
    chosen = {key: values for key in DIMENSIONS if (values := _values(query, key))}
    by = query.get("by", "")
    return Asked(name, period, chosen, by if by in DIMENSIONS else "")


def _period(query: QueryDict, now: datetime, tz: tzinfo) -> tuple[str, Period]:
    name = query.get("period", "")
    if name in PERIODS:
        return name, Period.named(name, now, tz)
    try:
        first, last = date.fromisoformat(query.get("from", "")), date.fromisoformat(query.get("to", ""))
        if date(2000, 1, 1) <= first <= last <= date(2100, 1, 1):
            return "", Period.of_days(first, last, tz)
    except ValueError:
        pass
    return DEFAULT, Period.named(DEFAULT, now, tz)


def _values(query: QueryDict, key: str) -> tuple[str, ...]:
    texts = [text for text in query.getlist(key)[:LIMIT] if text and "\x00" not in text]
    return tuple(dict.fromkeys(text for text in texts if _is_value(key, text)))


def _is_value(key: str, text: str) -> bool:
    if text == NOT_KNOWN or DIMENSIONS[key].is_text:
        return len(text) <= 120
    return text.isascii() and text.isdigit() and int(text) <= _LARGEST


def _value(key: str, text: str) -> Any:
    if text == NOT_KNOWN:
        return "" if DIMENSIONS[key].is_text else None
    return text if DIMENSIONS[key].is_text else int(text)
