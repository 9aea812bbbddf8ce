"""What is known of a client besides: contact points in place, ties, files, consents, wishes."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from perezvon.crm import actions
from perezvon.crm.actions import client_files, consents, merging, ties, wishes
from perezvon.crm.actions.errors import Refused
from perezvon.crm.filing import store
from perezvon.crm.models import ClientFile, Consent, ConsentText, ContactOwner, Person, Task, Tie, TieKind, Wish
from perezvon.journey.models import Fact
from perezvon.kit.clock import now
from perezvon.staff.models import Grant

pytestmark = pytest.mark.django_db
NOW = now()
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.HOME = tmp_path / "home"


def about(client, one) -> str:
    return client.get(reverse("crm:person-about", args=[one.pk])).content.decode()


# --- contact points ----------------------------------------------------------------


def test_a_phone_is_changed_in_place(client_of, anna, add):
    one, client = add(anna, "Олег", phone="+79030000001"), client_of(anna)
    actions.add_contact(one, "phone", "+79030000002", by=anna, at=NOW)
    first, second = ContactOwner.objects.order_by("pk")
    data = {"text": "8 903 000-00-05", "type": "work", "extension": "12", "note": "до 18", "is_primary": "on"}
    assert client.post(reverse("crm:contact", args=[second.pk]), data).status_code == 302
    new = ContactOwner.objects.get(until=None, point__value="+79030000005")
    assert (new.type, new.extension, new.note, new.is_primary, new.point.is_valid) == (
        "work",
        "12",
        "до 18",
        True,
        False,
    )
    first.refresh_from_db()
    second.refresh_from_db()
    assert not first.is_primary and second.until is not None
    page = client.get(reverse("crm:person", args=[one.pk])).content.decode()
    assert "does not work" in page and "ext. 12" in page
    client.post(reverse("crm:contact-remove", args=[new.pk]))
    first.refresh_from_db()
    assert first.is_primary  # somebody is always the main one
    assert client.post(reverse("crm:contact", args=[first.pk]), {"text": "нет"}).status_code == 422


def test_who_sees_no_numbers_changes_none(client_of, anna, add):
    one = add(anna, "Олег", phone="+79030000001")
    Grant.objects.filter(noun="phone").delete()
    owner, client = ContactOwner.objects.get(), client_of(anna)
    assert "79030000001" not in client.get(reverse("crm:contact", args=[owner.pk])).content.decode()
    client.post(reverse("crm:contact", args=[owner.pk]), {"text": "+79039999999", "type": "home", "works": "on"})
    owner.refresh_from_db()
    assert (owner.type, owner.point.value, one.pk) == ("home", "+79030000001", owner.person_id)


# --- ties ----------------------------------------------------------------------------


def test_two_people_are_tied_in_the_words_of_both(client_of, anna, gleb, add):
    mother, child, client = add(anna, "Ольга"), add(anna, "Пётр"), client_of(anna)
    kind = TieKind.objects.get(word="родитель")
    url = reverse("crm:tie-add", args=["person", mother.pk])
    assert "ребёнок" in client.get(url).content.decode()
    assert client.post(url, {"kind": f"{kind.pk}>", "who": "Пётр"}).status_code == 302
    assert "ребёнок" in about(client, mother) and "родитель" in about(client, child)
    assert client.post(url, {"kind": f"{kind.pk}>", "who": "Пётр"}).status_code == 422  # they are tied so already
    assert client.post(url, {"kind": f"{kind.pk}>", "who": "Никого"}).status_code == 422
    tie = Tie.objects.get()
    client.post(reverse("crm:tie", args=[tie.pk]), {"role": "младший", "until": "2020-01-01"})
    assert "младший" in about(client, mother)
    assert client_of(gleb).get(reverse("crm:tie", args=[tie.pk])).status_code == 404
    client.post(reverse("crm:tie", args=[tie.pk]), {"remove": "1"})
    assert not Tie.objects.exists() and Fact.objects.filter(kind="person.tied").count() == 2


def test_a_person_works_in_several_companies(client_of, anna, add):
    one, client = add(anna, "Олег"), client_of(anna)
    for name in ("Вектор", "Горизонт"):
        actions.add_company(name=name, responsible=anna, by=anna, at=NOW)
    kind = TieKind.objects.get(word="директор")
    for name in ("Вектор", "Горизонт"):
        data = {"kind": f"{kind.pk}>", "who": name, "role": "по уставу"}
        assert client.post(reverse("crm:tie-add", args=["person", one.pk]), data).status_code == 302
    page = about(client, one)
    assert "Вектор" in page and "Горизонт" in page and "по уставу" in page
    company = Tie.objects.first().other_company
    assert "директор" in client.get(reverse("crm:company-about", args=[company.pk])).content.decode()


def test_kinds_of_ties_are_set_on_screen(client_of, admin, anna):
    boss = client_of(admin)
    data = {"between": "people", "word": "тренер", "other_word": "ученик"}
    assert boss.post(reverse("crm:tie-kind-add"), data).status_code == 302
    kind = TieKind.objects.get(word="тренер")
    assert "тренер — ученик" in boss.get(reverse("crm:tie-kinds")).content.decode()
    boss.post(
        reverse("crm:tie-kind", args=[kind.pk]), {"word": "наставник", "other_word": "ученик", "is_archived": "on"}
    )
    kind.refresh_from_db()
    assert (kind.word, kind.is_archived) == ("наставник", True)
    assert client_of(anna).get(reverse("crm:tie-kinds")).status_code == 404


def test_namesakes_are_asked_about(client_of, anna, add):
    one, other, third = add(anna, "Ольга"), add(anna, "Пётр Котов"), add(anna, "Пётр Псов")
    kind, client = TieKind.objects.get(word="друг"), client_of(anna)
    url, data = reverse("crm:tie-add", args=["person", one.pk]), {"kind": f"{kind.pk}>", "who": "Пётр"}
    answer = client.post(url, data)
    assert answer.status_code == 422 and "Псов" in answer.content.decode()
    client.post(url, {**data, "other": third.pk})
    assert Tie.objects.get().other_person == third and other.pk


def test_ties_are_of_two_and_go_with_a_merge(anna, add):
    one, other, double = add(anna, "Олег"), add(anna, "Яна"), add(anna, "Олег С.")
    kind = TieKind.objects.get(word="друг")
    with pytest.raises(ties.NotSuchTie):
        ties.add_tie(kind, one, one, by=anna, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tie.objects.create(kind=kind, person=one, other_person=one, at=NOW)
    tie = ties.add_tie(kind, double, other, by=anna, at=NOW)
    ties.add_tie(kind, double, one, by=anna, at=NOW)
    row = merging.merge_people(one, double, by=anna, at=NOW)
    tie.refresh_from_db()
    assert tie.person == one  # the one between the two halves stays with the card that is gone
    merging.undo_merge(row, by=anna, at=NOW)
    tie.refresh_from_db()
    assert tie.person == double


# --- files ---------------------------------------------------------------------------


def test_a_file_is_kept_given_out_and_taken_away(client_of, anna, gleb, add, django_capture_on_commit_callbacks):
    one, client = add(anna, "Олег"), client_of(anna)
    upload = SimpleUploadedFile("../../скан паспорта.png", PNG, "text/html")
    assert client.post(reverse("crm:file-add", args=["person", one.pk]), {"file": upload}).status_code == 302
    row = ClientFile.objects.get()
    assert (row.name, row.media, row.size) == ("скан паспорта.png", "image/png", len(PNG))
    assert oct(store.path_of(row.stored).stat().st_mode)[-3:] == "600" and row.name not in str(
        store.path_of(row.stored)
    )
    answer = client.get(reverse("crm:file", args=[row.pk]))
    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Disposition"].startswith("attachment") and answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    shown = client.get(reverse("crm:file", args=[row.pk]), {"show": "1"})
    assert "Content-Disposition" not in shown and shown["Content-Type"] == "image/png"
    assert "скан паспорта.png" in about(client, one)
    assert client_of(gleb).get(reverse("crm:file", args=[row.pk])).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("crm:file-remove", args=[row.pk]))
    row.refresh_from_db()
    assert row.removed_by == anna and not store.path_of(row.stored).exists()
    assert client.get(reverse("crm:file", args=[row.pk])).status_code == 404


@pytest.mark.parametrize(("name", "content"), [
    ("страница.html", b"<html><script>1</script>"), ("рисунок.svg", b"<svg onload=x>"), ("вирус.exe", b"MZ\x90\x00"),
    ("картинка.png", b"<html><script>1</script>"), ("договор.pdf", PNG), ("пусто.txt", b""), ("скрипт.txt", b"#!/bin/sh\n"),
    ("без имени", PNG),
])  # fmt: skip
def test_what_is_not_what_it_says_is_refused(anna, add, name, content):
    with pytest.raises(Refused):
        client_files.add_file(add(anna, "Олег"), name, BytesIO(content), by=anna, at=NOW)
    assert not ClientFile.objects.exists() and not [path for path in store.folder().rglob("*") if path.is_file()]


def test_deals_and_companies_have_files_too(client_of, anna, deal_of):
    deal, client = deal_of(anna), client_of(anna)
    upload = SimpleUploadedFile("договор.pdf", b"%PDF-1.7 ...")
    client.post(reverse("crm:file-add", args=["deal", deal.pk]), {"file": upload})
    assert "договор.pdf" in client.get(reverse("crm:deal-about", args=[deal.pk])).content.decode()
    assert Fact.objects.get(kind="deal.file_added").person_id == deal.person_id


# --- consents ------------------------------------------------------------------------


def test_a_consent_is_given_once_and_taken_back(client_of, anna, admin, add):
    one, client, boss = add(anna, "Олег"), client_of(anna), client_of(admin)
    boss.post(reverse("crm:consent-text-add"), {"purpose": "ads", "text": "Согласен получать рекламу"})
    data = {"purpose": "ads", "given_on": "2026-01-10", "channel": "paper", "evidence": "анкета № 5"}
    url = reverse("crm:consent-add", args=[one.pk])
    assert client.post(url, {**data, "given_on": "2999-01-01"}).status_code == 422
    assert client.post(url, data).status_code == 302 and client.post(url, data).status_code == 422
    row = Consent.objects.get()
    assert row.text.version == 1 and consents.allowed([one.pk], "ads") == {one.pk}
    boss.post(reverse("crm:consent-text-add"), {"purpose": "ads", "text": "Согласен получать рекламу и звонки"})
    assert "анкета № 5" in about(client, one) and "text 1" in about(client, one)
    assert client.post(reverse("crm:consent-withdraw", args=[row.pk]), {"channel": "call"}).status_code == 302
    assert consents.allowed([one.pk], "ads") == set()
    fact = Fact.objects.get(kind="person.withdrew")
    assert (fact.person_id, fact.details["purpose"]) == (one.pk, "ads")
    with pytest.raises(consents.NotInForce):
        consents.withdraw(row, channel="call", by=anna, at=now())
    page = boss.get(reverse("crm:consent-texts")).content.decode()
    assert "Version 2" in page and client.get(reverse("crm:consent-texts")).status_code == 404


def test_the_base_keeps_consents_as_they_were_given(anna, add):
    text = consents.write_text("ads", "Согласен", by=anna, at=NOW)
    row = consents.give(add(anna, "Олег"), "ads", channel="site", evidence="форма", given_at=NOW, by=anna, at=NOW)
    for rows, change in (
        (ConsentText.objects.filter(pk=text.pk), {"text": "Другое"}),
        (Consent.objects.filter(pk=row.pk), {"evidence": "другое"}),
        (Consent.objects.filter(pk=row.pk), {"given_at": NOW - timedelta(days=9)}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


# --- wishes --------------------------------------------------------------------------


def test_a_wish_comes_back_as_a_task_once(client_of, anna, add):
    one, client = add(anna, "Олег"), client_of(anna)
    data = {"text": "Тур на Байкал", "amount": "90 000", "return_on": "2026-02-01"}
    assert client.post(reverse("crm:wish-add", args=[one.pk]), data).status_code == 302
    assert wishes.bring_back(at=NOW, today=date(2026, 1, 31)) == 0
    assert wishes.bring_back(at=NOW, today=date(2026, 2, 1)) == 1 == Task.objects.count()
    assert wishes.bring_back(at=NOW, today=date(2026, 2, 2)) == 0
    task, wish = Task.objects.get(), Wish.objects.get()
    assert (task.responsible, task.person, wish.task, wish.state) == (anna, one, task, "back")
    assert "Байкал" in task.title and "Байкал" in about(client, one)
    client.post(reverse("crm:wish-close", args=[wish.pk]), {"how": "sold"})
    row = wishes.by_seller(Person.objects.values("pk"), NOW - timedelta(days=1), now())[0]
    assert (row["user"], row["noted"], row["sold"], row["sold_amount"]) == (anna.pk, 1, 1, 90_000)
    page = client.get(reverse("crm:upsell")).content.decode()
    assert "90" in page and anna.name in page
    with pytest.raises(wishes.ClosedAlready):
        wishes.drop_wish(wish, by=anna, at=now())
