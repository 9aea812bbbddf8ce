"""The pages of the import, through the door."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from perezvon.crm.actions import imports
from perezvon.crm.models import Import, Person
from perezvon.kit.clock import now
from perezvon.staff.models import Grant, Role
from perezvon.staff.testing import person as employee

pytestmark = pytest.mark.django_db
TABLE = "ФИО;Телефон;Почта\nИван;8 903 000 00 01;i@example.org\nПётр;12;\n=1+1;8 903 000 00 02;\n"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.HOME = tmp_path / "home"


def upload(client, text=TABLE, name="people.csv"):
    file = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
    return client.post(reverse("crm:imports"), {"file": file, "what": "people"})


def walk(one: Import) -> None:
    while one.is_at_work:
        imports.work(now())
        one.refresh_from_db()


def test_a_file_goes_the_whole_way_and_back(client_of, boris):
    client = client_of(boris)
    answer = upload(client)
    one = Import.objects.get()
    page = reverse("crm:import", args=[one.pk])
    assert answer["Location"] == page
    shown = client.get(page).content.decode()
    assert "8 903 000 00 01" in shown and "Телефон" in shown
    assert client.post(page, {"known": "fill"}).status_code == 422
    chosen = {"column_0": "name", "column_1": "phone", "column_2": "email", "known": "fill"}
    assert client.post(page, chosen).status_code == 302
    one.refresh_from_db()
    assert "hx-trigger" in client.get(page).content.decode()
    walk(one)
    shown = client.get(page).content.decode()
    assert "+7 903 000-00-01" in shown and "“12” is not a telephone number" in shown
    row = reverse("crm:import-row", args=[one.pk, 3])
    assert client.post(row, {"cell_0": "Пётр", "cell_1": "13"}).status_code == 422
    assert client.post(row, {"cell_0": "Пётр", "cell_1": "8 903 000 00 03"}).status_code == 302
    client.post(reverse("crm:import-start", args=[one.pk]))
    one.refresh_from_db()
    walk(one)
    assert Person.objects.count() == 3
    lines = b"".join(client.get(reverse("crm:import-results", args=[one.pk])).streaming_content).decode()
    assert lines.count("\n") == 4 and "'=1+1" in lines
    client.post(reverse("crm:import-undo", args=[one.pk]))
    one.refresh_from_db()
    walk(one)
    assert (one.state, Person.objects.count()) == ("undone", 0)
    assert client.get(page).status_code == client.get(reverse("crm:imports")).status_code == 200


def test_a_file_that_is_no_table_is_said_to_be_none(client_of, boris):
    answer = upload(client_of(boris), b"\x89PNG" + bytes(range(32)) * 20, "x.csv")
    assert answer.status_code == 422 and not Import.objects.exists()


def test_whoever_may_not_import_finds_nothing_there(client_of, anna, boris):
    one = imports.take_file(_file(), "a.csv", by=boris, at=now())
    for name, arguments in (
        ("imports", []),
        ("import", [one.pk]),
        ("import-results", [one.pk]),
        ("import-row", [one.pk, 2]),
    ):
        assert client_of(anna).get(reverse(f"crm:{name}", args=arguments)).status_code == 404
        assert client_of(None).get(reverse(f"crm:{name}", args=arguments)).status_code == 302
    for verb in ("start", "pause", "undo"):
        assert client_of(anna).post(reverse(f"crm:import-{verb}", args=[one.pk])).status_code == 404


def test_another_heads_import_is_not_seen_by_one_who_sees_his_own(client_of, boris, support):
    one = imports.take_file(_file(), "a.csv", by=boris, at=now())
    role = Role.objects.create(key="only-import", name="x")
    Grant.objects.create(role=role, noun="person", verb="import", scope="own")
    other = employee("Other Head", "only-import", department=support)
    assert client_of(other).get(reverse("crm:import", args=[one.pk])).status_code == 404
    assert client_of(boris).get(reverse("crm:import", args=[one.pk])).status_code == 200


def _file():
    import io

    return io.BytesIO(TABLE.encode())
