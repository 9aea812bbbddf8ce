"""Any table as lines of text, one at a time: CSV in whatever encoding, or XLSX, XLS and ODS.

A workbook is turned into CSV once, in a process of its own with a bound on its memory and time: an archive made to swell
up, or a file that breaks the reader, ends that process and nothing else. CSV is read as it lies, never whole.
"""

import codecs
import csv
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..actions.errors import Refused

MOST_BYTES = 512 * 2**20
MOST_UNPACKED = 4 * 2**30
MOST_COLUMNS = 200
MOST_CELL = 10_000  # characters; the rest of a longer cell is cut off
SHEET_SECONDS = 900
_LOOK_BYTES = 1 << 20
_LOOK_LINES = 50
_DELIMITERS = ";,\t|"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CYRILLIC = ("cp1251", "koi8-r", "cp866")
# The ten most frequent letters of Russian texts, and all others a text consists of.
_FREQUENT = frozenset("оеаинтсрвл")
_LETTERS = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
WORKBOOKS = {".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".ods": "ods"}
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class UnreadableFile(Refused):
    """The file is no table that can be read."""

    text = gettext_lazy("The file cannot be read as a table.")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the bytes of a CSV are to be read."""

    encoding: str = "utf-8-sig"
    delimiter: str = ","

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def layout_of(told: Mapping[str, Any]) -> Layout:
    """A layout as an import keeps it, among other things."""
    return Layout(**{name: told[name] for name in ("encoding", "delimiter") if name in told})


def kind_of(path: Path) -> str:
    """xlsx, xls, ods or csv, by content first: a workbook named .csv is a workbook. UnreadableFile for anything else."""
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableFile(_("The file is larger than %(most)s MB.") % {"most": MOST_BYTES >> 20})
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(_ZIP):
        return _zipped(path)
    if head.startswith(_OLE):
        return "xls"
    if path.suffix.lower() in WORKBOOKS or not head.strip(b"\x00\r\n\t ;,"):
        raise UnreadableFile(_("The file cannot be read as a table."))
    return "csv"


def _zipped(path: Path) -> str:
    """Which workbook an archive is; one that would swell beyond reason is refused unopened."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            unpacked = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableFile(_("The file cannot be read as a table.")) from error
    if unpacked > MOST_UNPACKED:
        raise UnreadableFile(_("The file is larger than %(most)s MB.") % {"most": MOST_UNPACKED >> 20})
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise UnreadableFile(_("The archive holds no table."))


def as_csv(path: Path, kind: str) -> Path:
    """The workbook as a CSV file beside it; a CSV is returned as it is. UnreadableFile when it cannot be read."""
    if kind == "csv":
        return path
    target = path.with_name(path.name + ".csv")
    command = [sys.executable, "-m", "perezvon.crm.importing.sheets", str(path), str(target)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SHEET_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        target.unlink(missing_ok=True)
        raise UnreadableFile(_("The table is too large to be read.")) from error
    if done.returncode:
        target.unlink(missing_ok=True)
        protected = "password" in done.stderr.lower() or "encrypt" in done.stderr.lower()
        raise UnreadableFile(
            _("The table is protected by a password.") if protected else _("The file cannot be read as a table.")
        )
    os.chmod(target, 0o600)
    return target


def look(path: Path) -> Layout:
    """Find the encoding and the delimiter of a CSV from its beginning. UnreadableFile when it is not text."""
    with path.open("rb") as file:
        head = file.read(_LOOK_BYTES)
    encoding = _encoding(head)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    letters = sum(c.isalnum() for c in text[:20_000])
    if letters < len(text[:20_000]) / 20:
        raise UnreadableFile(_("The file cannot be read as a table."))
    return Layout(encoding, _delimiter(text))


def _encoding(head: bytes) -> str:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if head[1:200:2].count(0) > len(head[:200]) // 5:
        return "utf-16-le"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return max(_CYRILLIC, key=lambda name: _russian(head.decode(name, "replace")))
    return "utf-8-sig"


def _russian(text: str) -> int:
    """How much the text looks like Russian; wrongly decoded letters are rare ones, capitals in words, or no letters."""
    found = 0
    for before, sign in zip(" " + text[:20_000], text[:20_000], strict=False):
        if sign in _FREQUENT:
            found += 3
        elif sign.lower() in _LETTERS:
            found += 1 if sign in _LETTERS else 0 if not before.isalpha() or before.isupper() else -3
        elif sign > "\x7f" and sign not in "«»—№–…“”":
            found -= 4
    return found


def _delimiter(text: str) -> str:
    """The sign that cuts the first lines into most columns, evenly."""
    lines = text.splitlines()[:_LOOK_LINES]

    def evenness(sign: str) -> tuple[float, int]:
        rows = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
        if not rows or rows[0] < 2:
            return 0.0, 0
        return sum(width == rows[0] for width in rows) / len(rows), rows[0]

    try:
        return max(_DELIMITERS, key=lambda sign: (evenness(sign)[0] > 0.6, *reversed(evenness(sign))))
    except csv.Error:
        return ","


def lines(path: Path, layout: Layout, *, skip: int = 0) -> Iterator[tuple[int, Sequence[str]]]:
    """(number of the record, cells) of a CSV, the head being record 1; ``skip`` records are passed over."""
    csv.field_size_limit(1 << 24)
    with path.open("r", encoding=layout.encoding, errors="replace", newline="") as file:
        reader = csv.reader(_without_nul(file), delimiter=layout.delimiter)
        number = 0
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                number += 1
                yield number, ["\ufffd"]
                continue
            number += 1
            if number > skip:
                yield number, cells


def _without_nul(file: IO[str]) -> Iterator[str]:
    for line in file:
        yield line.replace("\x00", "") if "\x00" in line else line
