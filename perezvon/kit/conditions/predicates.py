"""The second back-end: a tree asked of an object in memory, saved or not. The same answers as the first one gives."""

from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any

from ..texts import fold
from .bounds import span_of
from .circumstances import Circumstances
from .operators import Kind
from .tree import Group, Node, Related, Test

_COMPARED: dict[str, Callable[[Any, Any], Any]] = {"at_least": ge, "at_most": le, "more": gt, "less": lt}


def holds(node: Node, row: Any, seen: Circumstances) -> bool:
    """Whether ``row`` fits the tree, seen from ``seen``."""
    if isinstance(node, Group):
        answers = (holds(each, row, seen) for each in node.nodes)
        return not any(answers) if node.word == "none" else all(answers) if node.word == "all" else any(answers)
    if isinstance(node, Related):
        return any(holds(node.where, each, seen) for each in node.relation.each(row)) == (node.word == "some")
    if opposite := node.operator.opposite_of:
        return not _fits(node, opposite, row, seen)
    return _fits(node, node.operator.key, row, seen)


def _fits(test: Test, op: str, row: Any, seen: Circumstances) -> bool:
    value = test.field.of(row)
    if test.field.kind is Kind.MANY:
        return _many(test, op, set(value or ()), seen)
    if op == "empty":
        return value is None or (value == "" and not test.field.ids)
    return value is not None and _ASKED[test.field.kind](test, op, value, seen)


def _text(test: Test, op: str, value: str, seen: Circumstances) -> bool:
    text = fold(value)
    if op == "is":
        return text in {fold(each) for each in test.value}
    return fold(test.value) in text if op == "contains" else text.startswith(fold(test.value))


def _number(test: Test, op: str, value: Any, seen: Circumstances) -> bool:
    if op == "is":
        return value in test.value
    if op == "between":
        return bool(test.value[0] <= value <= test.value[1])
    return bool(_COMPARED[op](value, test.value))


def _day(test: Test, op: str, value: Any, seen: Circumstances) -> bool:
    start, end = span_of(test, seen)
    return (start is None or value >= start) and (end is None or value < end)


def _choice(test: Test, op: str, value: Any, seen: Circumstances) -> bool:
    return any(value in seen.meant(test.field, each) for each in test.value)


def _flag(test: Test, op: str, value: Any, seen: Circumstances) -> bool:
    return bool(value)


def _many(test: Test, op: str, values: set[Any], seen: Circumstances) -> bool:
    if op == "empty":
        return not values
    found = (bool(values.intersection(seen.meant(test.field, each))) for each in test.value)
    return any(found) if op == "any_of" else all(found)


_ASKED: dict[Kind, Callable[[Test, str, Any, Circumstances], bool]] = {
    Kind.TEXT: _text, Kind.WHOLE: _number, Kind.NUMBER: _number, Kind.MONEY: _number, Kind.SPAN: _number,
    Kind.DATE: _day, Kind.MOMENT: _day, Kind.CHOICE: _choice, Kind.FLAG: _flag,
}  # fmt: skip
