"""One line of the filter builder: a field, what is asked of it, the values as typed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import pgettext_lazy

from perezvon.kit.conditions import (
    EVERYTHING,
    OPERATORS,
    PERIODS,
    Away,
    Field,
    Fields,
    Kind,
    Node,
    Operator,
    Related,
    Relation,
    Takes,
    Test,
    operator,
    sentence,
)  # fmt: skip

EXISTS = (("some", pgettext_lazy("condition", "there is one")), ("no", pgettext_lazy("condition", "there is none")))
UNITS = (
    ("day", pgettext_lazy("condition", "the day")),
    ("days", pgettext_lazy("condition", "days from today")),
    ("weeks", pgettext_lazy("condition", "weeks from today")),
    ("months", pgettext_lazy("condition", "months from today")),
    ("hours", pgettext_lazy("condition", "hours from now")),
    ("minutes", pgettext_lazy("condition", "minutes from now")),
)


@dataclass
class Line:
    """One line of the form. ``values`` are texts as typed; ``kept`` is the JSON of a piece the form cannot show."""

    number: int
    block: int
    key: str = ""
    op: str = ""
    values: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    kept: str = ""
    words: str = ""
    error: str = ""
    known: Field | None = None
    relation: Relation | None = None

    @property
    def operators(self) -> list[tuple[str, Any]]:
        """What can be asked."""
        if self.known is None:
            return list(EXISTS) if self.relation else []
        return [(each.key, each.label) for each in OPERATORS[self.known.kind]]

    @property
    def asked(self) -> Operator | None:
        """The chosen operator, else the first."""
        return (operator(self.known.kind, self.op) or OPERATORS[self.known.kind][0]) if self.known else None

    @property
    def widget(self) -> str:
        """How the value is asked for: none, choice, period, day, number, text."""
        asked = self.asked
        if asked is None or asked.takes is Takes.NOTHING or self.known is None:
            return "none"
        if asked.takes is Takes.PERIOD:
            return "period"
        if self.known.kind in (Kind.CHOICE, Kind.MANY):
            return "choice"
        if self.known.kind in (Kind.DATE, Kind.MOMENT):
            return "day"
        return "text" if self.known.kind is Kind.TEXT else "number"

    @property
    def choices(self) -> list[tuple[str, Any, bool]]:
        """(key, label, is chosen) of a choice or a period."""
        if self.known is None:
            return []
        pairs = PERIODS.items() if self.widget == "period" else [*self.known.words.items(), *self.known.pairs]
        return [(str(key), label, str(key) in self.values) for key, label in pairs]

    @property
    def inputs(self) -> list[tuple[str, str]]:
        """(value, unit) of the fields to type in: one, or two for a pair."""
        count = 2 if self.asked is not None and self.asked.takes is Takes.PAIR else 1
        values, units = [*self.values, "", ""], [*self.units, "day", "day"]
        return list(zip(values[:count], units[:count], strict=True))

    @property
    def unit_choices(self) -> tuple[tuple[str, Any], ...]:
        """The units that fit the field."""
        return UNITS[:4] if self.known is not None and self.known.kind is Kind.DATE else UNITS


def show(row: Line, node: Node) -> None:
    if isinstance(node, Test):
        _show_test(row, node)
    elif isinstance(node, Related) and isinstance(node.where, Test) and node.word == "some":
        _show_test(row, node.where, f"{node.relation.key}.")
    elif isinstance(node, Related) and node.where == EVERYTHING:
        row.key, row.op = node.relation.key, node.word
    else:
        row.kept, row.words = json.dumps(node.json(), ensure_ascii=False), sentence(node)


def _show_test(row: Line, test: Test, before: str = "") -> None:
    row.key, row.op = before + test.field.key, test.operator.key
    value = test.json().get("value")
    for each in value if isinstance(value, list) else [] if value is None else [value]:
        unit, text = next(iter(each.items())) if isinstance(each, dict) else ("day", each)
        row.units.append(unit)
        row.values.append(str(text))


def recognise(row: Line, fields: Fields) -> None:
    """Find what the row is about."""
    first, _dot, rest = row.key.partition(".")
    found = fields.find(first)
    if isinstance(found, Relation):
        row.relation, row.known = found, fields.of(found).field(rest) if rest else None
    elif isinstance(found, Field):
        row.known = found


def json_of(row: Line) -> Mapping[str, Any]:
    """The row as a piece of a tree."""
    if row.kept:
        try:
            kept: dict[str, Any] = json.loads(row.kept)
        except ValueError:
            return {}
        return kept
    if row.relation is not None and row.known is None:
        return {row.op if row.op in ("some", "no") else "some": row.relation.key}
    asked = row.asked
    test: dict[str, Any] = {"field": row.key, "op": row.op}
    if row.relation is not None and row.known is not None:
        test["field"] = row.known.key
    if asked is not None:
        test["op"] = asked.key
        if asked.takes is not Takes.NOTHING:
            test["value"] = _value(row, asked)
    if row.relation is None or row.known is None:
        return test
    return {"some": row.relation.key, "where": test}


def _value(row: Line, asked: Operator) -> Any:
    values = [text.strip() for text in row.values]
    if row.widget == "choice":
        return values
    if row.widget == "period":
        return values[0] if values else ""
    if row.widget == "day":
        days = [_day(text, unit) for text, unit in zip(values, [*row.units, "day", "day"], strict=False)]
        return days[:2] if asked.takes is Takes.PAIR else days[0] if days else ""
    if asked.takes is Takes.SEVERAL:
        return [part.strip() for part in values[0].split(";") if part.strip()] if values else []
    return values[:2] if asked.takes is Takes.PAIR else values[0] if values else ""


def _day(text: str, unit: str) -> Any:
    if unit == "day":
        return text
    number = text.replace("−", "-")
    return Away(unit, int(number)).json() if number.lstrip("-").isdigit() and len(number) < 9 else text
