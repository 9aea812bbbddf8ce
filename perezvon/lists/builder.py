"""The filter builder: a condition tree as rows of a plain form, and back.

A form cannot hold every tree. It holds blocks (all, any, none of) of tests, a test may look through one relation
("deals.status"); what is deeper is carried along whole and shown in words.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from perezvon.kit.conditions import EVERYTHING, Field, Fields, Group, Node, Relation, Unclear, read, sentence

from .line import Line, json_of, recognise, show

WORDS = (
    ("all", pgettext_lazy("condition", "all of these")),
    ("any", pgettext_lazy("condition", "at least one of these")),
    ("none", pgettext_lazy("condition", "none of these")),
)
MOST_ROWS = 40


@dataclass
class Block:
    """All, any or none of some rows."""

    number: int
    word: str = "all"
    rows: list[Line] = field(default_factory=list)


@dataclass
class Builder:
    """The whole form; blocks are joined by "and"."""

    fields: Fields
    blocks: list[Block] = field(default_factory=list)

    @property
    def rows(self) -> list[Line]:
        """All rows, block by block."""
        return [row for block in self.blocks for row in block.rows]

    @property
    def menu(self) -> list[tuple[Any, list[tuple[str, Any]]]]:
        """The fields to choose from, under their headings."""
        groups: dict[Any, list[tuple[str, Any]]] = {}
        for one in self.fields:
            if isinstance(one, Field):
                groups.setdefault(str(one.group), []).append((one.key, one.label))
        for one in self.fields:
            if isinstance(one, Relation):
                inside = [(f"{one.key}.{each.key}", each.label) for each in self.fields.of(one).plain]
                groups[str(one.label)] = [(one.key, one.label), *inside]
        return list(groups.items())

    def add(self, block: int | None = None, key: str = "") -> None:
        """One more row, in a block of its own for None."""
        if len(self.rows) >= MOST_ROWS:
            return
        if block is None or not any(each.number == block for each in self.blocks):
            block = max((each.number for each in self.blocks), default=-1) + 1
            self.blocks.append(Block(block))
        number = max((row.number for row in self.rows), default=-1) + 1
        row = Line(number, block, key)
        recognise(row, self.fields)
        next(each for each in self.blocks if each.number == block).rows.append(row)

    def remove(self, number: int) -> None:
        """Take a row away, and its block when that was the last."""
        for block in self.blocks:
            block.rows = [row for row in block.rows if row.number != number]
        self.blocks = [block for block in self.blocks if block.rows]

    def tree(self) -> Node:
        """The condition. Unclear when a row cannot be read; each such row knows its error."""
        nodes: list[Node] = []
        for block in self.blocks:
            inside = [node for row in block.rows if (node := self._node(row)) is not None]
            if block.word == "all":
                nodes += inside
            elif inside:
                nodes.append(Group(block.word, tuple(inside)))
        if wrong := next((row for row in self.rows if row.error), None):
            raise Unclear((wrong.number,), wrong.error)
        return nodes[0] if len(nodes) == 1 else Group("all", tuple(nodes)) if nodes else EVERYTHING

    def _node(self, row: Line) -> Node | None:
        if not row.key and not row.kept:
            return None
        try:
            return read(json_of(row), self.fields)
        except Unclear as error:
            row.error = error.reason
            return None


def of_tree(tree: Node, fields: Fields) -> Builder:
    """The form that shows a tree."""
    made = Builder(fields)
    top = tree.nodes if isinstance(tree, Group) and tree.word == "all" else (tree,) if tree != EVERYTHING else ()
    plain = [node for node in top if not _is_block(node)]
    if plain:
        _fill(made, Block(0), plain)
    for node in top:
        if isinstance(node, Group) and _is_block(node):
            _fill(made, Block(len(made.blocks), node.word), list(node.nodes))
    return made


def _is_block(node: Node) -> bool:
    return isinstance(node, Group) and node.word != "all" and not any(isinstance(each, Group) for each in node.nodes)


def _fill(made: Builder, block: Block, nodes: list[Node]) -> None:
    made.blocks.append(block)
    for node in nodes:
        row = Line(len(made.rows), block.number)
        show(row, node)
        recognise(row, made.fields)
        block.rows.append(row)


def of_form(data: QueryDict, fields: Fields) -> Builder:
    """The form that was sent."""
    made = Builder(fields)
    words = dict(WORDS)
    for number in range(MOST_ROWS):
        if f"f{number}" not in data and f"k{number}" not in data:
            continue
        block = _number(data.get(f"g{number}", "0"))
        row = Line(
            number, block, data.get(f"f{number}", ""), data.get(f"o{number}", ""), data.getlist(f"v{number}"),
            data.getlist(f"u{number}"), data.get(f"k{number}", ""),
        )  # fmt: skip
        recognise(row, fields)
        if row.kept:
            row.words = _words(row.kept, fields)
        home = next((each for each in made.blocks if each.number == block), None)
        if home is None:
            word = data.get(f"w{block}", "all")
            home = Block(block, word if word in words else "all")
            made.blocks.append(home)
        home.rows.append(row)
    return made


def _number(text: str) -> int:
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _words(kept: str, fields: Fields) -> str:
    try:
        return sentence(read(json.loads(kept), fields))
    except (Unclear, ValueError):
        return ""
