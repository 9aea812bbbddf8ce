"""Import of people from CSV and XLSX: normalised, without doubles, bad rows told, in bulk.

Columns are found by their heads, in Russian or English: name, phone, e-mail, company, comment.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from perezvon.kit import clock, phones

from ..models import Company, Person
from .errors import Refused
from .identity import Lead, identify_many, tidy_email

BATCH = 1000
SHOWN_ERRORS = 1000
HEADS = {
    "name": ("name", "full name", "имя", "фио", "клиент", "контакт", "ф.и.о."),
    "phone": ("phone", "telephone", "mobile", "телефон", "тел", "номер", "мобильный", "тел."),
    "email": ("email", "e-mail", "mail", "почта", "эл. почта", "электронная почта"),
    "company": ("company", "organisation", "organization", "компания", "организация", "фирма"),
    "comment": ("comment", "note", "комментарий", "примечание"),
}
Progress = Callable[[int, int], object]  # (rows done, rows in all; 0 = not known)


class UnreadableFile(Refused):
    """The file is not a table with a head that names a phone, an e-mail or a name."""


@dataclass(slots=True)
class Report:
    """What came of an import; ``bad`` holds (line number in the file, why it was left out)."""

    rows: int = 0
    added: int = 0
    known: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    bad_rows: int = 0

    def refuse(self, line: int, why: str) -> None:
        """Count a bad row; the first thousand are kept in words."""
        self.bad_rows += 1
        if len(self.bad) < SHOWN_ERRORS:
            self.bad.append((line, why))


@dataclass(frozen=True, slots=True)
class Row:
    """One good line of the file."""

    lead: Lead
    company: str
    comment: str


def import_people(
    path: str | Path, progress: Progress | None = None, *, by: Any = None, at: datetime | None = None
) -> Report:
    """Add the people of a file; those known by phone or e-mail are not doubled, only filled in.

    Each thousand rows is one transaction. UnreadableFile when the file is not a table of people.
    """
    moment = at or clock.now()
    rows = _rows(Path(path))
    places = _places(next(rows, []))
    report = Report()
    lines = enumerate(rows, 2)
    while batch := list(islice(lines, BATCH)):
        _import_batch([_read(line, cells, places, report) for line, cells in batch], report, by, moment)
        report.rows += len(batch)
        if progress:
            progress(report.rows, 0)
    return report


def _rows(path: Path) -> Iterator[Sequence[str]]:
    return _xlsx(path) if path.suffix.lower() in {".xlsx", ".xlsm"} else _csv(path)


def _csv(path: Path) -> Iterator[Sequence[str]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1251", errors="replace")
    head = text.split("\n", 1)[0]
    delimiter = max(";,\t|", key=head.count)
    yield from csv.reader(io.StringIO(text.replace("\x00", "")), delimiter=delimiter)


def _xlsx(path: Path) -> Iterator[Sequence[str]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # noqa: BLE001 - the library throws whatever the archive holds
        raise UnreadableFile(_("The file cannot be read as a table.")) from error
    try:
        for cells in book.worksheets[0].iter_rows(values_only=True):
            yield [_cell(value) for value in cells]
    finally:
        book.close()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _places(head: Sequence[str]) -> dict[str, int]:
    words = [" ".join(str(word).lower().replace("*", "").split()) for word in head]
    places = {
        name: next(index for index, word in enumerate(words) if word in heads)
        for name, heads in HEADS.items()
        if any(word in heads for word in words)
    }
    if not places.keys() & {"name", "phone", "email"}:
        raise UnreadableFile(_("The first line must name the columns: name, phone, e-mail, company."))
    return places


def _read(line: int, cells: Sequence[str], places: dict[str, int], report: Report) -> Row | None:
    values = {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()}
    phone, email = values.get("phone", ""), values.get("email", "")
    if not any(values.values()):
        return None
    if phone and not phones.normalise(phone):
        return report.refuse(line, _("“%(text)s” is not a telephone number") % {"text": phone[:40]})
    if email and not tidy_email(email):
        return report.refuse(line, _("“%(text)s” is not an e-mail") % {"text": email[:60]})
    if not (phone or email or values.get("name")):
        return report.refuse(line, _("Neither a name nor a phone nor an e-mail"))
    lead = Lead(phone=phone, email=email, name=values.get("name", "")[:200])
    return Row(lead, values.get("company", "")[:200], values.get("comment", ""))


# Fills what is empty and overwrites nothing.
_FILL = """
UPDATE crm_person p
   SET entered_at = coalesce(p.entered_at, %(at)s), created_by_id = coalesce(p.created_by_id, %(by)s),
       company_id = coalesce(p.company_id, n.company), comment = coalesce(nullif(p.comment, ''), n.comment)
  FROM unnest(%(ids)s::bigint[], %(companies)s::bigint[], %(comments)s::text[]) AS n (id, company, comment)
 WHERE p.id = n.id
"""


@transaction.atomic
def _import_batch(read: Sequence[Row | None], report: Report, by: Any, at: datetime) -> None:
    rows = [row for row in read if row is not None]
    ids = identify_many([row.lead for row in rows], at=at)
    fresh = Person.objects.filter(pk__in=set(ids), created_at=at, entered_at=None).count()
    companies = _companies({row.company for row in rows if row.company}, by, at)
    first = dict(reversed(list(zip(ids, rows, strict=True))))
    with connection.cursor() as cursor:
        cursor.execute(
            _FILL,
            {
                "at": at,
                "by": getattr(by, "pk", None),
                "ids": list(first),
                "companies": [companies.get(row.company) for row in first.values()],
                "comments": [row.comment for row in first.values()],
            },
        )
    report.added += fresh
    report.known += len(rows) - fresh


def _companies(names: set[str], by: Any, at: datetime) -> dict[str, int]:
    found = dict(Company.objects.filter(name__in=names).order_by("-pk").values_list("name", "pk"))
    made = Company.objects.bulk_create(
        Company(name=name, created_at=at, created_by=by) for name in sorted(names - found.keys())
    )
    return found | {company.name: company.pk for company in made}
