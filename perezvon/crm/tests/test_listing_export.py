"""Export: a right, a limit, a reason, a line in the log; numbers masked as on the screen."""

import csv
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from perezvon.crm.models import Person
from perezvon.journey.models import Fact
from perezvon.lists.models import Export
from perezvon.lists.rows import chunks
from perezvon.lists.views import exports
from perezvon.staff.models import Grant

pytestmark = pytest.mark.django_db
ADDRESS = "/lists/people/export/"


def sent(answer):
    return b"".join(answer.streaming_content)


def ask(client, query="", **data):
    return client.post(
        ADDRESS + query, {"format": "csv", "columns": ["name", "phone", "created"], "reason": "Рассылка", **data}
    )


def rows(answer):
    return list(csv.reader(io.StringIO(sent(answer).decode("utf-8-sig")), delimiter=";"))


def test_rows_go_out_with_a_reason_and_a_line_in_the_log(client_of, boris, anna, add):
    add(anna, "Олег", phone="+79161234567"), add(anna, "Пётр")
    answer = ask(client_of(boris), "?q=олег")
    assert answer["Content-Disposition"].startswith('attachment; filename="people-')
    head, row = rows(answer)
    assert head[0] == "Name" and row[:2] == ["Олег", "+7 916 123-45-67"]
    export = Export.objects.get()
    assert (export.count, export.reason, export.format, export.with_phones) == (1, "Рассылка", "csv", True)
    fact = Fact.objects.get(kind="list.exported")
    assert fact.by_id == boris.pk and fact.details["count"] == 1
    assert "Рассылка" in client_of(boris).get(reverse("lists:exports")).content.decode()


def test_a_workbook_has_typed_cells_and_no_formulas(client_of, boris, anna, add):
    add(anna, "=HYPERLINK(1)")
    answer = ask(client_of(boris), format="xlsx")
    sheet = load_workbook(io.BytesIO(sent(answer))).active
    assert sheet["A2"].value == "=HYPERLINK(1)" and sheet["A2"].data_type == "s"
    assert sheet["C2"].is_date


def test_a_text_that_looks_like_a_formula_is_harmless_in_csv(client_of, boris, anna, add):
    add(anna, "=1+1"), add(anna, "-Олег")
    assert {row[0] for row in rows(ask(client_of(boris)))[1:]} == {"'=1+1", "'-Олег"}


def test_without_the_right_there_is_no_export(client_of, anna, add):
    add(anna, "Олег")
    assert client_of(anna).get(ADDRESS).status_code == 404
    assert ask(client_of(anna)).status_code == 404
    assert ADDRESS not in client_of(anna).get(reverse("crm:people")).content.decode()


def test_the_scope_of_the_right_counts(client_of, boris, anna, operator, add):
    add(anna, "Наш"), add(operator, "Чужой")
    Grant.objects.filter(role__key="head_of_sales", noun="person", verb="view").update(scope="all")
    assert [row[0] for row in rows(ask(client_of(boris)))[1:]] == ["Наш"]


def test_numbers_are_masked_for_those_who_see_none(client_of, boris, anna, add):
    add(anna, "Олег", phone="+79161234567")
    Grant.objects.filter(noun="phone").delete()
    assert rows(ask(client_of(boris)))[1][1] == "+7 916 •••-••-67"
    assert Export.objects.get().with_phones is False


def test_no_reason_no_file(client_of, boris, anna, add):
    add(anna, "Олег")
    for reason in ("", "   "):
        answer = ask(client_of(boris), reason=reason)
        assert answer.status_code == 422
    assert not Export.objects.exists()


def test_more_than_the_limit_and_nothing_are_refused(client_of, boris, anna, add, monkeypatch):
    assert ask(client_of(boris)).status_code == 422
    add(anna, "Олег"), add(anna, "Пётр")
    monkeypatch.setattr(exports, "MOST", 1)
    assert ask(client_of(boris)).status_code == 422
    assert not Export.objects.exists() and not Fact.objects.filter(kind="list.exported").exists()


def test_rows_come_in_pieces(client_of, boris, anna, add, monkeypatch):
    for number in range(7):
        add(anna, f"Клиент {number}")
    monkeypatch.setattr(exports, "chunks", lambda rows: chunks(rows, 3))
    assert len(rows(ask(client_of(boris)))) == 8
    assert Person.objects.count() == 7


def test_columns_are_those_that_one_may_see(client_of, boris, anna, add):
    add(anna, "Олег")
    assert ask(client_of(boris), columns=["name", "password"]).status_code == 422
