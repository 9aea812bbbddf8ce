"""The lines of a file as rows of the import: understood, or put aside with the reason.

Rows go into the table by COPY, a chunk at a time. A chunk and the mark how far we are are one transaction, so that a stop
anywhere loses nothing and repeats nothing.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from ..models import ImportRow
from . import deals
from .fields import DEALS, Book, Field, Wrong, by_key

NAME_PARTS = ("last_name", "first_name", "middle_name")
_COPY = "COPY crm_importrow (batch_id, line, is_bad, why, cells, name, phones, emails, values) FROM STDIN"
# What COPY's text format and our own separator cannot hold as it is.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": None})
_SPECIAL = re.compile(r"[\\\t\n\r\x00]")
_UNREADABLE = "\ufffd"


class Plan:
    """How the cells of one file are read; made once, asked for every line."""

    def __init__(self, what: str, mapping: Mapping[str, str], book: Book) -> None:
        self.what, self.book, known = what, book, by_key(what)
        places = sorted((int(column), key) for column, key in mapping.items() if key in known)
        columns = [(at, known[key]) for at, key in places]
        self.phones = [(at, field) for at, field in columns if field.key == "phone"]
        self.emails = [(at, field) for at, field in columns if field.key == "email"]
        self.name = next((at for at, field in columns if field.key == "name"), -1)
        self.parts = [at for key in NAME_PARTS for at, field in columns if field.key == key]
        plain = {"phone", "email", "name", *NAME_PARTS}
        self.rest = [(at, field) for at, field in columns if field.key not in plain]

    def understand(self, cells: Sequence[str]) -> tuple[str, str, str, dict[str, Any] | None]:
        """(name, phones, e-mails, other values) of a line. Wrong for a cell that makes no sense."""
        width = len(cells)
        phones = self._several(self.phones, cells, width)
        emails = self._several(self.emails, cells, width)
        name = " ".join(cells[self.name].split())[:200] if 0 <= self.name < width else ""
        if self.parts:
            name = " ".join([*(w for at in self.parts if at < width for w in cells[at].split()), name])[:200].strip()
        if not (name or phones or emails):
            raise Wrong("nothing", "")
        values = self._rest(cells, width) if self.rest else None
        if self.what == DEALS:
            values = deals.settled(values or {}, bool(phones or emails), self.book)
        return name, phones, emails, values

    def _several(self, columns: list[tuple[int, Field]], cells: Sequence[str], width: int) -> str:
        found: list[str] = []
        for at, field in columns:
            if at < width and (text := cells[at].strip()):
                found += field.read(text, self.book)
        if len(found) < 2:
            return found[0] if found else ""
        return " ".join(dict.fromkeys(found))

    def _rest(self, cells: Sequence[str], width: int) -> dict[str, Any] | None:
        values: dict[str, Any] = {}
        for at, field in self.rest:
            if at < width and (text := cells[at].strip()):
                value = field.read(text, self.book)
                values[field.key] = f"{values[field.key]}\n{value}" if field.key in values else value
        return values or None


def row_text(batch: int, line: int, cells: Sequence[str], plan: Plan) -> str:
    """One row as COPY takes it."""
    why, name, phones, emails, values = "", "", "", "", None
    joined = ImportRow.CELL.join(cells)
    try:
        if _UNREADABLE in joined:
            raise Wrong("letters", "")
        name, phones, emails, values = plan.understand(cells)
    except Wrong as error:
        why = error.why
    told = "\\N" if values is None else _escaped(json.dumps(values, ensure_ascii=False))
    if _SPECIAL.search(joined):
        why, joined, name, emails = map(_escaped, (why, joined, name, emails))
    return f"{batch}\t{line}\t{'t' if why else 'f'}\t{why}\t{joined}\t{name}\t{phones}\t{emails}\t{told}\n"


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def fill(batch: int, lines: Iterable[tuple[int, Sequence[str]]], plan: Plan) -> int:
    """Put lines into the table with one COPY, inside the caller's transaction; blank ones are left out. How many."""
    filled = 0
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        texts: list[str] = []
        for number, cells in lines:
            if not any(cells) or not any(cell.strip() for cell in cells):
                continue
            filled += 1
            texts.append(row_text(batch, number, cells, plan))
            if len(texts) >= 500:
                copy.write("".join(texts))
                texts.clear()
        copy.write("".join(texts))
    return filled


def reread(row: ImportRow, cells: Sequence[str], plan: Plan) -> ImportRow:
    """The row with other cells, understood anew; the caller saves it."""
    row.cells, row.why = ImportRow.CELL.join(cells), ""
    row.name = row.phones = row.emails = ""
    row.values = None
    try:
        row.name, row.phones, row.emails, row.values = plan.understand(cells)
    except Wrong as error:
        row.why = error.why
    row.is_bad = bool(row.why)
    return row


Tell = Callable[[int], object]
