"""Import of people from files."""

import openpyxl
import pytest

from perezvon.crm import actions
from perezvon.crm.actions.imports import UnreadableFile, import_people
from perezvon.crm.models import Company, Person
from perezvon.kit.clock import now

pytestmark = pytest.mark.django_db
NOW = now()
ROWS = [
    ("ФИО", "Телефон", "E-mail", "Компания"),
    ("Иван Петров", "8 (903) 000-00-01", "IVAN@example.org", "Ромашка"),
    ("Иван Петров", "+79030000001", "", ""),
    ("Пётр", "12", "", ""),
    ("", "", "", ""),
    ("Анна", "", "anna@example", "Ромашка"),
    ("Анна", "", "anna@example.org", "Ромашка"),
]


def as_csv(path, encoding: str, delimiter: str):
    path.write_bytes("\n".join(delimiter.join(row) for row in ROWS).encode(encoding))
    return path


def as_xlsx(path):
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("kind", ["utf-8-sig", "cp1251", "xlsx"])
def test_people_are_read_without_doubles_and_bad_rows_are_told(tmp_path, kind, anna):
    if kind == "xlsx":
        path = as_xlsx(tmp_path / "people.xlsx")
    else:
        path = as_csv(tmp_path / "people.csv", kind, ";" if kind == "cp1251" else ",")
    told = []
    report = import_people(path, lambda done, total: told.append(done), by=anna, at=NOW)
    assert (report.rows, report.added, report.bad_rows) == (6, 2, 2)
    assert [line for line, why in report.bad] == [4, 6]
    assert told == [6]
    ivan = Person.objects.get(name="Иван Петров")
    assert (ivan.entered_at, ivan.created_by, ivan.company.name) == (NOW, anna, "Ромашка")
    assert {owner.point.value for owner in ivan.contact_owners.all()} == {"+79030000001", "ivan@example.org"}
    assert Company.objects.count() == 1
    again = import_people(path, at=NOW)
    assert (again.added, again.known, Person.objects.count()) == (0, 3, 2)


def test_a_caller_known_by_number_gets_a_name(tmp_path):
    found = actions.identify(["+79030000001"], at=NOW)
    import_people(as_csv(tmp_path / "people.csv", "utf-8", ","), at=NOW)
    assert Person.objects.get(name="Иван Петров").pk == found["+79030000001"]


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"a;b;c\n1;2;3"])
def test_a_file_that_is_not_people_is_refused(tmp_path, content):
    for name in ("x.csv", "x.xlsx"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnreadableFile):
            import_people(tmp_path / name, at=NOW)
