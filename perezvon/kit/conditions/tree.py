"""The tree: tests on fields, groups of them, conditions on rows of a relation; read strictly, written back the same.

    {"all": [
        {"field": "amount", "op": "at_least", "value": "100000"},
        {"any": [{"field": "responsible", "op": "is", "value": ["me"]},
                 {"field": "last_contact", "op": "before", "value": {"days": -5}}]},
        {"none": [{"field": "stage", "op": "is", "value": [3, 4]}]},
        {"some": "deals", "where": {"field": "status", "op": "is", "value": ["won"]}},
        {"no": "tasks"}
    ]}

``{}`` is the tree that every row fits.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .errors import Place, Unclear
from .fields import Field, Fields, Relation
from .operators import Operator, Takes, operator
from .values import read_value, written_value

MOST_NODES = 200
MOST_DEPTH = 8
MOST_BYTES = 65_536
GROUPS = ("all", "any", "none")
RELATIONS = ("some", "no")


@dataclass(frozen=True, slots=True)
class Test:
    """One question about one field. ``value`` is typed (see ``values.py``), None for operators without one."""

    field: Field
    operator: Operator
    value: Any = None

    def json(self) -> dict[str, Any]:
        """As it stands in the tree."""
        told = {"field": self.field.key, "op": self.operator.key}
        return told if self.operator.takes is Takes.NOTHING else {**told, "value": written_value(self)}


@dataclass(frozen=True, slots=True)
class Group:
    """``word`` is all, any or none of ``nodes``; an empty "all" fits everything."""

    word: str
    nodes: tuple["Node", ...] = ()

    def json(self) -> dict[str, Any]:
        """As it stands in the tree."""
        return {self.word: [node.json() for node in self.nodes]} if self.nodes else {}


@dataclass(frozen=True, slots=True)
class Related:
    """There is some row of the relation (``word`` "some"), or "no" row, that fits ``where``."""

    relation: Relation
    word: str
    where: "Node"

    def json(self) -> dict[str, Any]:
        """As it stands in the tree."""
        where = self.where.json()
        return {self.word: self.relation.key, **({"where": where} if where else {})}


Node = Test | Group | Related
EVERYTHING = Group("all")


def read(data: Any, fields: Fields) -> Node:
    """The tree in ``data`` (what JSON gives) over a vocabulary. Unclear names the place and the reason."""
    return _Reading().node(data, fields, (), 0)


def parse(text: str, fields: Fields) -> Node:
    """The tree in a JSON text, "" being the one that everything fits. Unclear as of ``read``."""
    if not text.strip():
        return EVERYTHING
    if len(text.encode(errors="replace")) > MOST_BYTES:
        raise Unclear((), _("The condition is too long."))
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise Unclear((), _("This is not JSON.")) from None
    return read(data, fields)


def written(node: Node) -> str:
    """The tree as JSON text, short enough for an address; "" when everything fits."""
    data = node.json()
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) if data else ""


def tests(node: Node) -> Iterator[Test]:
    """Every test of the tree, those on related rows left out."""
    if isinstance(node, Test):
        yield node
    elif isinstance(node, Group):
        for each in node.nodes:
            yield from tests(each)


class _Reading:
    """One reading: counts the pieces, so that nobody can send a forest."""

    def __init__(self) -> None:
        self.count = 0

    def node(self, data: Any, fields: Fields, place: Place, depth: int) -> Node:
        self.count += 1
        if self.count > MOST_NODES:
            raise Unclear(place, _("The condition has too many parts, at most %(most)d."), most=MOST_NODES)
        if depth > MOST_DEPTH:
            raise Unclear(place, _("The condition is nested too deep, at most %(most)d levels."), most=MOST_DEPTH)
        if not isinstance(data, dict):
            raise Unclear(place, _("An object is expected here."))
        if not data and not place:
            return EVERYTHING
        if "field" in data:
            return self.test(data, fields, place)
        word = next((word for word in (*GROUPS, *RELATIONS) if word in data), None)
        if word is None:
            raise Unclear(place, _("Neither a field nor all, any, none, some, no."))
        if word in GROUPS:
            return self.group(word, data, fields, place, depth)
        return self.related(word, data, fields, place, depth)

    def group(self, word: str, data: dict[str, Any], fields: Fields, place: Place, depth: int) -> Group:
        _only(data, {word}, place)
        inside = data[word]
        if not isinstance(inside, list):
            raise Unclear((*place, word), _("A list is expected here."))
        if not inside and (place or word != "all"):
            raise Unclear((*place, word), _("The group is empty."))
        nodes = [self.node(each, fields, (*place, word, at), depth + 1) for at, each in enumerate(inside)]
        return Group(word, tuple(nodes))

    def related(self, word: str, data: dict[str, Any], fields: Fields, place: Place, depth: int) -> Related:
        _only(data, {word, "where"}, place)
        key = data[word]
        relation = fields.find(key) if isinstance(key, str) else None
        if not isinstance(relation, Relation):
            raise Unclear((*place, word), _("There is no relation “%(name)s”."), name=_short(key))
        where = data.get("where") or {}
        inside = EVERYTHING if where == {} else self.node(where, fields.of(relation), (*place, "where"), depth + 1)
        return Related(relation, word, inside)

    def test(self, data: dict[str, Any], fields: Fields, place: Place) -> Test:
        _only(data, {"field", "op", "value"}, place)
        key, op = data["field"], data.get("op")
        found = fields.field(key) if isinstance(key, str) else None
        if found is None:
            raise Unclear((*place, "field"), _("There is no field “%(name)s”."), name=_short(key))
        asked = operator(found.kind, op) if isinstance(op, str) else None
        if asked is None:
            raise Unclear(
                (*place, "op"), _("“%(field)s” cannot be asked “%(name)s”."), field=found.label, name=_short(op)
            )
        if asked.takes is Takes.NOTHING:
            if data.get("value") is not None:
                raise Unclear((*place, "value"), _("No value is expected here."))
            return Test(found, asked)
        return Test(found, asked, read_value(found, asked, data.get("value"), (*place, "value")))


def _only(data: dict[str, Any], known: set[str], place: Place) -> None:
    for name in data:
        if name not in known:
            raise Unclear((*place, str(name)[:40]), _("This does not belong here."))


def _short(value: Any) -> str:
    return value[:40] if isinstance(value, str) else json.dumps(value, default=str)[:40]
