"""The first back-end: a tree as a Django Q, fit for ``filter()``.

Two-valued by construction: a test on a missing value is false, its opposite true. Negation is pushed down to the
tests, so NULL never meets NOT. Related rows are asked with EXISTS, so no row comes twice.
"""

import json
from collections.abc import Callable
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Exists, Expression, Lookup, Q
from django.db.models.lookups import (
    Contains,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
    StartsWith,
)

from ..texts import Folded, fold
from .bounds import span_of
from .circumstances import Circumstances
from .fields import Field
from .operators import Kind
from .tree import Group, Node, Related, Test


class HasAny(Lookup):  # type: ignore[type-arg]
    """A JSON array of texts or whole numbers that has any of the keys."""

    lookup_name = "has_any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, parameters = self.process_lhs(compiler, connection)
        parts = " OR ".join([f"{left} @> %s::jsonb"] * len(self.rhs))
        return f"({parts})", tuple(each for key in self.rhs for each in (*parameters, json.dumps([key])))


_LOOKUPS: dict[str, Any] = {
    "exact": Exact, "in": In, "isnull": IsNull, "gt": GreaterThan, "gte": GreaterThanOrEqual, "lt": LessThan,
    "lte": LessThanOrEqual, "contains": Contains, "startswith": StartsWith, "has_any": HasAny,
}  # fmt: skip
_COMPARED = {"at_least": "gte", "at_most": "lte", "more": "gt", "less": "lt"}
NOTHING = Q(pk__in=())
EVERYTHING = ~NOTHING


def q(node: Node, seen: Circumstances) -> Q:
    """The rows that fit the tree, seen from ``seen``."""
    return _node(node, seen, True)


def _node(node: Node, seen: Circumstances, wanted: bool) -> Q:
    """Rows for which the node is ``wanted``."""
    if isinstance(node, Group):
        return _group(node, seen, wanted)
    if isinstance(node, Related):
        return _related(node, seen, wanted)
    return _asked(node, seen, wanted)


def _group(group: Group, seen: Circumstances, wanted: bool) -> Q:
    """all(a, b) is denied by any(not a, not b), and the other way round; none(a, b) is all(not a, not b)."""
    if not group.nodes:
        return EVERYTHING if (group.word != "any") == wanted else NOTHING
    inside = wanted if group.word != "none" else not wanted
    is_all = (group.word == "all") == wanted if group.word != "none" else wanted
    parts = [_node(each, seen, inside) for each in group.nodes]
    return reduce(and_ if is_all else or_, parts)


def _related(node: Related, seen: Circumstances, wanted: bool) -> Q:
    rows = node.relation.rows().filter(_node(node.where, seen, True))
    found = Q(Exists(rows))
    return found if (node.word == "some") == wanted else ~found


def _asked(test: Test, seen: Circumstances, wanted: bool) -> Q:
    op, agrees = (test.operator.opposite_of, not wanted) if test.operator.opposite_of else (test.operator.key, wanted)
    fits = _fits(test, op, seen)
    if agrees:
        return fits
    # The rows that do not fit: those of the opposite, and those without a value.
    knows = op == "empty" or test.field.rows is not None
    return ~fits if knows else _compare(test.field, "isnull", True) | ~fits


def _fits(test: Test, op: str, seen: Circumstances) -> Q:
    if test.field.kind is Kind.MANY:
        return _many(test, op, seen)
    return _empty(test.field) if op == "empty" else _ASKED[test.field.kind](test, op, seen)


def _empty(field: Field) -> Q:
    missing = _compare(field, "isnull", True)
    return (
        missing | _compare(field, "exact", "") if field.kind in (Kind.TEXT, Kind.CHOICE) and not field.ids else missing
    )


def _text(test: Test, op: str, seen: Circumstances) -> Q:
    if op == "is":
        return _compare(test.field, "in", [fold(each) for each in test.value], folded=True)
    lookup = {"contains": "contains", "starts": "startswith"}[op]
    return _compare(test.field, lookup, fold(test.value), folded=True)


def _number(test: Test, op: str, seen: Circumstances) -> Q:
    if op == "is":
        return _compare(test.field, "in", list(test.value))
    if op == "between":
        low, high = test.value
        return _compare(test.field, "gte", low) & _compare(test.field, "lte", high)
    return _compare(test.field, _COMPARED[op], test.value)


def _day(test: Test, op: str, seen: Circumstances) -> Q:
    start, end = span_of(test, seen)
    parts = [_compare(test.field, "gte", start)] if start is not None else []
    parts += [_compare(test.field, "lt", end)] if end is not None else []
    return reduce(and_, parts)


def _choice(test: Test, op: str, seen: Circumstances) -> Q:
    keys = [key for value in test.value for key in seen.meant(test.field, value)]
    return _compare(test.field, "in", keys) if keys else NOTHING


def _flag(test: Test, op: str, seen: Circumstances) -> Q:
    return _compare(test.field, "exact", True)


_ASKED: dict[Kind, Callable[[Test, str, Circumstances], Q]] = {
    Kind.TEXT: _text, Kind.WHOLE: _number, Kind.NUMBER: _number, Kind.MONEY: _number, Kind.SPAN: _number,
    Kind.DATE: _day, Kind.MOMENT: _day, Kind.CHOICE: _choice, Kind.FLAG: _flag,
}  # fmt: skip


def _many(test: Test, op: str, seen: Circumstances) -> Q:
    rows = test.field.rows
    if op == "empty":
        return _compare(test.field, "isnull", True) if rows is None else ~Q(Exists(rows()))
    chosen = [seen.meant(test.field, value) for value in test.value]
    if op == "any_of":
        chosen = [tuple(key for keys in chosen for key in keys)]
    return reduce(and_, [_has_any(test.field, keys) if keys else NOTHING for keys in chosen])


def _has_any(field: Field, keys: tuple[str | int, ...]) -> Q:
    if field.rows is None:
        return _compare(field, "has_any", keys)
    return Q(Exists(field.rows().filter(**{f"{field.column}__in": keys})))


def _compare(field: Field, lookup: str, value: Any, folded: bool = False) -> Q:
    column = field.column
    if isinstance(column, Expression):
        left = Folded(column) if folded else column
        return Q(_LOOKUPS[lookup](left, value))
    return Q(**{f"{column}__folded__{lookup}" if folded else f"{column}__{lookup}": value})
