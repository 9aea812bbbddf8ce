"""Rows of a list as a file: CSV piece by piece, XLSX row by row; numbers masked as on the screen."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from .listing import Column

PIECE = 1000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(columns: Sequence[Column], pieces: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A file that Excel opens as it is: UTF-8 with a mark, semicolons, decimal commas."""
    yield "\ufeff".encode()
    yield _line([str(column.label) for column in columns])
    for piece in pieces:
        yield b"".join(_line([_text(column.value(row)) for column in columns]) for row in piece)


def _line(cells: Sequence[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerow([_harmless(cell) for cell in cells])
    return buffer.getvalue().encode()


def _harmless(cell: str) -> str:
    """A text that begins like a formula must not become one; numbers and telephone numbers stay."""
    if not cell.startswith(_FORMULA):
        return cell
    rest = cell[1:].replace(" ", "").replace("\u00a0", "").replace("-", "").replace("•", "").replace(",", "")
    return cell if rest.isdigit() else f"'{cell}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%d.%m.%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, (Decimal, float)):
        return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value).replace(".", ",")
    return str(value)


def xlsx_file(columns: Sequence[Column], pieces: Iterable[Sequence[Any]], title: str) -> Any:
    """A workbook in a temporary file, open at its beginning; rows are written as they come."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet("".join(c for c in title if c not in "[]:*?/\\")[:31] or "1")
    sheet.freeze_panes = "A2"
    heads = [WriteOnlyCell(sheet, value=str(column.label)) for column in columns]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for piece in pieces:
        for row in piece:
            sheet.append([_cell(sheet, WriteOnlyCell, column.value(row)) for column in columns])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    book.save(file)
    file.seek(0)
    return file


def _cell(sheet: Any, make: Any, value: Any) -> Any:
    """A plain value as a cell; a text is a text, whatever it begins with."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if value is None or isinstance(value, (int, float, Decimal, date)):
        return value
    cell = make(sheet, value=_clean(str(value)))
    cell.data_type = "s"
    return cell


def _clean(text: str) -> str:
    """Without the control characters that a workbook cannot hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\n\t")[:32_000]
