"""Imports, from the file to taking it back."""

import os
import zipfile
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest

from perezvon.crm import actions
from perezvon.crm.actions import imports
from perezvon.crm.actions.errors import Refused
from perezvon.crm.actions.imports import UnreadableFile
from perezvon.crm.importing.fields import guess, why_words
from perezvon.crm.models import Company, ContactPoint, Deal, Import, ImportMapping, ImportResult, Person
from perezvon.journey.models import Fact
from perezvon.kit.clock import now

pytestmark = pytest.mark.django_db
NOW = now()
ROWS = [
    ("ФИО", "Телефон", "E-mail", "Компания", "Примечание"),
    ("Иван Петров", "8 (903) 000-00-01", "IVAN@example.org", "Ромашка", "любит; море"),
    ("Иван Петров", "+79030000001", "", "", ""),
    ("Пётр", "12", "", "", ""),
    ("", "", "", "", ""),
    ("Анна", "", "anna@example", "Ромашка", ""),
    ("Анна", "8 903 000 00 02; 8-903-000-00-03", "anna@example.org", "Ромашка", ""),
]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.HOME = tmp_path / "home"


def as_csv(path, encoding="utf-8", delimiter=",", rows=ROWS):
    lines = [delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in rows]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def as_xlsx(path, rows=ROWS):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def taken(path, by=None, **choices) -> Import:
    one = imports.take_file(path, path.name, what=choices.pop("what", "people"), by=by, at=NOW)
    mapping = choices.pop("mapping", one.mapping)
    return imports.choose(one, mapping, by=by, at=NOW, **choices)


def brought(path, by=None, **choices) -> Import:
    one = taken(path, by, **choices)
    imports.finish_now(one)
    return one


FORMS = [
    ("utf-8-sig", ","), ("utf-8", ";"), ("cp1251", ";"), ("koi8-r", "\t"), ("cp866", ";"), ("utf-16", "\t"), ("xlsx", ""),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "delimiter"), FORMS)
def test_people_of_any_table_are_read_without_doubles_and_bad_rows_are_kept(tmp_path, kind, delimiter, anna):
    path = as_xlsx(tmp_path / "p.xlsx") if kind == "xlsx" else as_csv(tmp_path / "p.csv", kind, delimiter)
    one = brought(path, anna)
    assert (one.total, one.added, one.updated, one.bad, one.state) == (5, 2, 0, 2, "done")
    bad = one.rows.filter(is_bad=True).order_by("line")
    assert [(row.line, row.why) for row in bad] == [(4, "phone:12"), (6, "email:anna@example")]
    ivan = Person.objects.get(name="Иван Петров")
    assert (ivan.entered_at, ivan.created_by, ivan.company.name, ivan.comment) == (NOW, anna, "Ромашка", "любит; море")
    assert {owner.point.value for owner in ivan.contact_owners.all()} == {"+79030000001", "ivan@example.org"}
    anna_too = Person.objects.get(name="Анна")
    assert anna_too.contact_owners.filter(point__kind="phone").count() == 2
    assert anna_too.contact_owners.filter(point__kind="phone", is_primary=True).count() == 1
    assert Company.objects.count() == 1
    assert list(Fact.objects.filter(person_id=ivan.pk).values_list("kind", flat=True)) == ["person.added"]
    again = brought(path)
    assert (again.added, again.updated, again.skipped, Person.objects.count()) == (0, 0, 3, 2)


def test_the_file_goes_once_it_is_read(tmp_path, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        brought(as_csv(tmp_path / "p.csv"))
    assert not list(imports.folder().iterdir())


def test_the_third_line_without_a_name_of_its_own_says_why_in_words():
    assert "12" in why_words("phone:12")
    assert why_words("nothing:")


AMO = (
    "people",
    {
        "ID": "", "Наименование": "name", "Имя": "", "Фамилия": "", "Компания контакта": "company",
        "Ответственный": "responsible", "Дата создания": "created", "Примечание 1": "comment", "Примечание 2": "comment",
        "Рабочий телефон": "phone", "Рабочий прямой телефон": "phone", "Мобильный телефон": "phone", "Факс": "",
        "Рабочий email": "email", "Личный email": "email", "Другой email": "email",
    },
)  # fmt: skip
BITRIX = (
    "people",
    {
        "ID": "", "Обращение": "", "Имя": "first_name", "Отчество": "middle_name", "Фамилия": "last_name",
        "Компания": "company", "Источник": "source", "Рабочий телефон": "phone", "Другой телефон": "phone",
        "Рабочий e-mail": "email", "Частный e-mail": "email", "E-mail для рассылок": "email",
        "Ответственный": "responsible", "Комментарий": "comment", "Дата создания": "created",
    },
)  # fmt: skip
BITRIX_ENGLISH = (
    "people",
    {
        "First name": "first_name", "Last name": "last_name", "Company name": "company", "Work Phone": "phone",
        "Home E-mail": "email", "Responsible person": "responsible", "Created on": "created",
    },
)  # fmt: skip
BITRIX_COMPANIES = (
    "companies",
    {
        "Название компании": "name",
        "Рабочий телефон": "phone",
        "Рабочий e-mail": "email",
        "Ответственный": "responsible",
    },
)
KOMMO = (
    "people",
    {
        "Full name": "name",
        "First name": "",
        "Work email": "email",
        "Note 1": "comment",
        "Responsible user": "responsible",
    },
)


@pytest.mark.parametrize(("what", "columns"), [AMO, BITRIX, BITRIX_ENGLISH, BITRIX_COMPANIES, KOMMO])
def test_tables_of_other_crms_need_no_choosing(what, columns):
    assert guess(what, list(columns), []) == {str(at): key for at, key in enumerate(columns.values()) if key}


def test_a_table_with_the_name_whole_and_in_parts_says_it_once(tmp_path):
    rows = [("Наименование", "Имя", "Фамилия", "Рабочий телефон"), ("Иван Петров", "Иван", "Петров", "'+79030000001")]
    brought(as_csv(tmp_path / "amo.csv", rows=rows, delimiter=";"))
    assert Person.objects.get().name == "Иван Петров"


def test_columns_are_known_by_heads_by_content_and_by_memory(tmp_path):
    assert guess("people", ["Фамилия", "Имя", "Отчество", "Рабочий телефон", "Мобильный телефон"], []) == {
        "0": "last_name", "1": "first_name", "2": "middle_name", "3": "phone", "4": "phone",
    }  # fmt: skip
    assert guess("people", ["a", "b"], [["8 903 000 00 01", "x@example.org"]]) == {"0": "phone", "1": "email"}
    rows = [("Кто", "Куда звонить"), ("Иван", "89030000001")]
    one = taken(as_csv(tmp_path / "a.csv", rows=rows), mapping={"0": "name", "1": "phone"})
    assert ImportMapping.objects.count() == 1
    again = imports.take_file(tmp_path / "a.csv", "b.csv", at=NOW)
    assert again.mapping == one.mapping == {"0": "name", "1": "phone"}


def test_a_choice_that_finds_nobody_or_names_a_column_twice_is_refused(tmp_path):
    path = as_csv(tmp_path / "a.csv")
    one = imports.take_file(path, "a.csv", at=NOW)
    for mapping in ({}, {"3": "company"}, {"0": "name", "3": "name"}):
        with pytest.raises(Refused):
            imports.choose(one, mapping, at=NOW)
    imports.choose(one, one.mapping, at=NOW)
    with pytest.raises(imports.NotNow):
        imports.choose(one, one.mapping, at=NOW)


def test_a_caller_known_by_number_gets_a_name(tmp_path):
    found = actions.identify(["+79030000001"], at=NOW)
    one = brought(as_csv(tmp_path / "people.csv"))
    assert Person.objects.get(name="Иван Петров").pk == found["+79030000001"]
    assert (one.added, one.updated) == (1, 1)


@pytest.mark.parametrize(
    ("known", "name", "count"), [("fill", "Ваня", 1), ("skip", "Ваня", 1), ("overwrite", "Иван", 1), ("add", "Ваня", 2)]
)
def test_who_is_known_is_treated_as_chosen(tmp_path, anna, known, name, count):
    person = actions.add_person(name="Ваня", phones=["+79030000001"], by=anna, at=NOW)
    rows = [("Имя", "Телефон", "Комментарий", "Почта"), ("Иван", "89030000001", "новое", "i@example.org")]
    brought(as_csv(tmp_path / "a.csv", rows=rows), anna, known=known)
    person.refresh_from_db()
    assert (person.name, Person.objects.count()) == (name, count)
    assert person.comment == ("" if known in ("skip", "add") else "новое")
    assert person.contact_owners.filter(point__kind="email").exists() == (known in ("fill", "overwrite"))


def test_a_bad_row_is_mended_in_place_before_and_after(tmp_path, anna):
    one = taken(as_csv(tmp_path / "a.csv"), anna)
    while one.state == "reading":
        imports.work(NOW)
        one.refresh_from_db()
    assert (one.state, one.bad, Person.objects.count()) == ("checked", 2, 0)
    first, second = one.rows.filter(is_bad=True).order_by("line")
    assert imports.mend(first, [*first.texts[:1], "13", *first.texts[2:]], by=anna, at=NOW).is_bad
    imports.mend(first, [first.texts[0], "8 903 000 00 09", *first.texts[2:]], by=anna, at=NOW)
    one.refresh_from_db()
    imports.finish_now(one)
    assert (one.bad, one.added) == (1, 3)
    imports.mend(second, [second.texts[0], "", "anya@example.org", *second.texts[3:]], by=anna, at=NOW)
    one.refresh_from_db()
    assert (one.bad, one.added) == (0, 4)
    assert Person.objects.filter(contact_owners__point__value="anya@example.org").exists()


def test_a_whole_import_is_taken_back(tmp_path, anna):
    known = actions.add_person(name="Анна", phones=["+79030000002"], by=anna, at=NOW - timedelta(days=1))
    before = ContactPoint.objects.count()
    one = brought(as_csv(tmp_path / "a.csv"), anna)
    assert (one.added, one.updated) == (1, 1)
    imports.undo(one, by=anna, at=NOW)
    imports.finish_now(one)
    assert (one.state, one.kept) == ("undone", 0)
    assert list(Person.objects.all()) == [known]
    known.refresh_from_db()
    assert (known.company, known.contact_owners.count(), ContactPoint.objects.count()) == (None, 1, before)
    assert set(one.results.values_list("state", flat=True)) == {"undone", "skipped"}
    assert Fact.objects.filter(kind="person.removed").count() == 1


def test_what_was_worked_with_since_stays_and_is_said(tmp_path, anna):
    rows = [("Имя", "Телефон"), *((f"Клиент {n}", f"8903000000{n}") for n in range(4))]
    actions.add_person(name="", phones=["+79030000003"], by=anna, at=NOW)
    one = brought(as_csv(tmp_path / "a.csv", rows=rows), anna)
    first, second, third = (Person.objects.get(name=f"Клиент {n}") for n in range(3))
    actions.add_note(first, "звонил", by=anna, at=NOW)
    actions.open_deal(person=second, title="Тур", by=anna, responsible=anna, at=NOW)
    named = Person.objects.get(name="Клиент 3")
    actions.change_person(named, {"name": "Пётр"}, version=named.version, by=anna, at=NOW)
    imports.undo(one, by=anna, at=NOW)
    imports.finish_now(one)
    assert one.kept == 3
    assert not Person.objects.filter(pk=third.pk).exists()
    assert set(one.results.filter(state="kept").values_list("person_id", flat=True)) == {first.pk, second.pk, named.pk}
    named.refresh_from_db()
    assert named.name == "Пётр"


def test_a_stop_in_the_middle_repeats_and_loses_nothing(tmp_path, monkeypatch):
    rows = [("Имя", "Телефон"), *((f"Клиент {n}", f"8903{n:07d}") for n in range(50))]
    monkeypatch.setattr(imports, "READ_ROWS", 7)
    monkeypatch.setattr(imports, "BLOCK", 9)
    one = taken(as_csv(tmp_path / "a.csv", rows=rows))
    while one.state == "reading":
        imports.work(NOW)
        imports._open.clear()  # as after a restart
        one.refresh_from_db()
    imports.start(one)
    imports.work(NOW)
    imports.pause(one)
    with pytest.raises(imports.NotNow):
        imports.pause(one)
    assert imports.work(NOW) == 0
    assert 0 < Person.objects.count() < 50
    imports.start(one)
    monkeypatch.setattr(imports.people, "record_alike", _breaks)
    with pytest.raises(RuntimeError):
        imports.work(NOW)
    monkeypatch.undo()
    monkeypatch.setattr(imports, "BLOCK", 9)
    imports.finish_now(one)
    assert (one.added, Person.objects.count(), ImportResult.objects.count()) == (50, 50, 50)


def _breaks(*_args, **_fields):
    raise RuntimeError("killed here")


def test_companies_are_known_by_inn_phone_or_name(tmp_path, anna):
    rows = [
        ("Название", "ИНН", "Телефон"),
        ("Ромашка", "7707083893", "84950000001"),
        ("ООО Ромашка", "7707083893", ""),
        ("Лютик", "7707083894", ""),
        ("Лютик", "", "84950000002"),
        ("Лютик", "", ""),
    ]
    one = brought(as_csv(tmp_path / "a.csv", rows=rows), anna, what="companies")
    assert (one.added, one.updated, one.skipped, one.bad) == (2, 0, 2, 1)
    assert set(Company.objects.values_list("name", "inn")) == {("Ромашка", "7707083893"), ("Лютик", "")}
    imports.undo(one, by=anna, at=NOW)
    imports.finish_now(one)
    assert not Company.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02\x03" * 50, b"PK\x03\x04nothing", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xx"]
)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_file_that_is_no_table_is_refused_and_not_kept(tmp_path, content, suffix):
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile):
        imports.take_file(path, path.name, at=NOW)
    assert not list(imports.folder().iterdir())


def test_an_archive_that_swells_is_refused_unopened(tmp_path, monkeypatch):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 10_000_000)
    monkeypatch.setattr(imports.files, "MOST_UNPACKED", 1_000_000)
    with pytest.raises(UnreadableFile):
        imports.take_file(path, "bomb.xlsx", at=NOW)


def test_the_kept_file_is_private_and_its_name_says_nothing(tmp_path):
    one = imports.take_file(as_csv(tmp_path / "секрет.csv"), "../секрет.csv", at=NOW)
    kept = imports.folder() / one.file
    assert kept.parent == imports.folder() and "секрет" not in one.file
    assert os.stat(kept).st_mode & 0o077 == 0


DEALS = [
    ("Название сделки", "Клиент", "Телефон", "Воронка", "Этап", "Сумма", "Причина отказа", "Ответственный", "Дата создания", "Дата закрытия", "Теги"),
    ("Турция", "Олег", "8 903 000 00 61", "", "", "150 000,50 ₽", "", "", "01.02.2026 10:00", "", "море, семья"),
    ("Египет", "", "89030000061", "", "Сделка успешна", "90000", "", "Анна Смирнова", "2026-01-10", "2026-01-20", ""),
    ("Крым", "Ева", "", "", "Закрыто и не реализовано", "1", "Мы её потеряли", "", "", "", ""),
    ("Сочи", "", "", "", "", "много", "", "", "", "", ""),
    ("Байкал", "", "", "", "Нет такой", "5", "", "", "", "", ""),
    ("Алтай", "", "", "", "", "5", "", "", "", "", ""),
]  # fmt: skip


def test_deals_of_a_table_with_their_clients_stages_and_dates(tmp_path, anna, boris):
    one = brought(as_csv(tmp_path / "d.csv", delimiter=";", rows=DEALS), anna, what="deals")
    assert (one.total, one.added, one.bad) == (6, 1, 5)
    assert list(one.rows.filter(is_bad=True).order_by("line").values_list("why", flat=True)) == [
        "responsible:Анна Смирнова", "reason:Мы её потеряли", "amount:много", "stage:Нет такой", "client:",
    ]  # fmt: skip
    turkey = Deal.objects.get()
    assert (turkey.amount, turkey.person.name, turkey.responsible) == (Decimal("150000.50"), "Олег", None)
    assert (turkey.created_at.isoformat()[:16], {row.tag.name for row in turkey.tagged.all()}) == (
        "2026-02-01T07:00",
        {"море", "семья"},
    )
    imports.undo(one, by=anna, at=NOW)
    imports.finish_now(one)
    assert not Deal.objects.exists() and not Person.objects.exists()


def test_an_unknown_name_is_explained_once_for_all_lines_and_for_the_next_file(tmp_path, anna, boris):
    rows = [
        ("Имя", "Телефон", "Ответственный"),
        *((f"Клиент {n}", f"890300000{n:02d}", "Иванова А.") for n in range(30)),
    ]
    one = taken(as_csv(tmp_path / "a.csv", rows=rows), anna)
    while one.state == "reading":
        imports.work(NOW)
        one.refresh_from_db()
    assert (one.bad, imports.unknown_names(one)) == (30, [("responsible:Иванова А.", 30)])
    assert imports.name(one, "responsible:Иванова А.", boris.pk, by=anna, at=NOW) == 30
    one.refresh_from_db()
    imports.finish_now(one)
    assert (one.added, one.bad, Person.objects.filter(responsible=boris).count()) == (30, 0, 30)
    more = [rows[0], ("Ещё один", "89030000099", "иванова а.")]
    assert (
        brought(as_csv(tmp_path / "b.csv", rows=more), anna).bad,
        Person.objects.filter(responsible=boris).count(),
    ) == (0, 31)


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (("11/25/2025 02:03 pm", "01/02/2026"), ["2025-11-25T14:03", "2026-01-02T00:00"]),
        (("25/11/2025", "01/02/2026"), ["2025-11-25T00:00", "2026-02-01T00:00"]),
        (("2025-11-25T10:00:00+07:00", "25.11.2025 10:00"), ["2025-11-25T10:00", "2025-11-25T10:00"]),
    ],
)
def test_the_order_of_day_and_month_is_that_of_the_whole_column(tmp_path, texts, told):
    rows = [("Имя", "Телефон", "Дата создания"), *((f"К {n}", f"8903000000{n}", text) for n, text in enumerate(texts))]
    one = taken(as_csv(tmp_path / "a.csv", delimiter=";", rows=rows))
    while one.state == "reading":
        imports.work(NOW)
        one.refresh_from_db()
    assert [row.values["created"][:16] for row in one.rows.order_by("line")] == told
