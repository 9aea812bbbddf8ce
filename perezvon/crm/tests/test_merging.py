"""Two cards of one person: found, merged, and made two again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from perezvon.crm import actions
from perezvon.crm.actions import duplicates, merging
from perezvon.crm.models import Company, ContactOwner, Deal, DuplicatePair, Merge, Note, Person, Task
from perezvon.crm.timeline import timeline
from perezvon.kit.clock import now

pytestmark = pytest.mark.django_db
NOW = now()


def person(name, by, *phones, at=NOW, **fields):
    return actions.add_person(name=name, phones=phones, responsible=by, by=by, at=at, **fields)


def points(one) -> set[str]:
    return set(ContactOwner.objects.filter(person=one, until=None).values_list("point__value", flat=True))


@pytest.fixture
def two(anna):
    """Two cards of Oleg, the second with a deal, a task and a note."""
    kept = person("Олег Смирнов", anna, "+79030000001", "+79030000002", emails=["o@example.org"])
    gone = person(
        "Смирнов Олег", anna, "+79030000002", "+79030000003", comment="любит море", at=NOW - timedelta(days=5)
    )
    deal = actions.open_deal(person=gone, title="Тур", amount=100, by=anna, responsible=anna, at=NOW)
    actions.set_task(kind="call", title="Позвонить", deadline=NOW, deal=deal, by=anna, at=NOW)
    actions.add_note(gone, "важное", by=anna, at=NOW)
    return kept, gone


def test_all_that_belongs_to_one_goes_to_the_other(two, anna):
    kept, gone = two
    row = merging.merge_people(kept, gone, take=["name"], by=anna, at=NOW)
    kept.refresh_from_db()
    assert (kept.name, kept.comment, kept.created_at) == ("Смирнов Олег", "любит море", NOW - timedelta(days=5))
    assert points(kept) == {"+79030000001", "+79030000002", "+79030000003", "o@example.org"} and not points(gone)
    assert ContactOwner.objects.filter(person=kept, until=None, point__kind="phone", is_primary=True).count() == 1
    assert (
        {*Deal.objects.values_list("person", flat=True)}
        == {*Task.objects.values_list("person", flat=True)}
        == {kept.pk}
    )
    assert Note.objects.get().person == kept
    assert list(Person.objects.visible_to(anna)) == [kept]
    told = [item.text for item in timeline(anna, "", "", person_id=kept.pk).items]
    assert any("Тур" in text for text in told) and len(told) >= 5
    with pytest.raises(merging.CannotMerge):
        merging.merge_people(gone, kept, by=anna, at=NOW)
    assert row.moved


def test_a_merge_is_taken_back_as_a_whole(two, anna):
    kept, gone = two
    before = (points(kept), points(gone))
    row = merging.merge_people(kept, gone, take=["name"], by=anna, at=NOW)
    later = actions.open_deal(person=Person.objects.get(pk=kept.pk), title="Позже", by=anna, responsible=anna, at=NOW)
    merging.undo_merge(row, by=anna, at=NOW)
    kept.refresh_from_db()
    assert (kept.name, kept.comment, kept.created_at) == ("Олег Смирнов", "", NOW)
    assert (points(kept), points(gone)) == before
    assert Deal.objects.get(title="Тур").person == gone and Deal.objects.get(pk=later.pk).person == kept
    assert Note.objects.get().person == gone
    assert Person.objects.visible_to(anna).count() == 2
    with pytest.raises(merging.CannotMerge):
        merging.undo_merge(row, by=anna, at=NOW)
    merging.merge_people(gone, kept, by=anna, at=NOW)  # and the other way round


def test_what_was_changed_after_the_merge_is_not_overwritten_by_taking_back(two, anna):
    kept, gone = two
    row = merging.merge_people(kept, gone, take=["name"], by=anna, at=NOW)
    kept.refresh_from_db()
    actions.change_person(kept, {"name": "Олег С."}, version=kept.version, by=anna, at=NOW)
    merging.undo_merge(row, by=anna, at=NOW)
    kept.refresh_from_db()
    assert (kept.name, kept.comment) == ("Олег С.", "")


def test_one_and_the_same_cannot_be_merged(two, anna):
    with pytest.raises(merging.CannotMerge):
        merging.merge_people(two[0], two[0], by=anna, at=NOW)


def test_pairs_are_found_by_number_by_colleagues_and_by_a_slip_of_a_digit(anna):
    firm = Company.objects.create(name="Ромашка", created_at=NOW)
    a = person("Олег Смирнов", anna, "+79030000001")
    b = person("Олег", anna, "+79030000001")
    c = person("Пётр Кузнецов", anna, "+79160000010", company_id=firm.pk)
    d = person("Кузнецов Петр", anna, "+79260000020", company_id=firm.pk)
    e = person("Мария Орлова", anna, "+79990000055")
    f = person("Мария  Орлова", anna, "+79990000056")
    person("Другой Человек", anna, "+79990000057")
    assert duplicates.find_pairs(at=NOW) == 3
    found = {(p.first_id, p.second_id): p.reasons for p in DuplicatePair.objects.all()}
    assert found == {(a.pk, b.pk): ["phone"], (c.pk, d.pk): ["company"], (e.pk, f.pk): ["near"]}
    duplicates.judge(DuplicatePair.objects.get(first=c), by=anna)
    assert duplicates.find_pairs(at=NOW) == 0
    assert duplicates.visible_pairs(anna).count() == 2


def test_the_pages(client_of, anna, gleb):
    a, b = person("Олег Смирнов", anna, "+79030000001"), person("Олег", anna, "+79030000001", comment="тот самый")
    duplicates.find_pairs(at=NOW)
    client, pair = client_of(anna), DuplicatePair.objects.get()
    page = client.get(reverse("crm:duplicates")).content.decode()
    assert "Олег Смирнов" in page
    address = reverse("crm:merge", args=[a.pk, b.pk])
    assert "тот самый" in client.get(address).content.decode()
    assert client_of(gleb).get(address).status_code == 404
    assert client_of(gleb).post(reverse("crm:pair-different", args=[pair.pk])).status_code == 404
    assert client.post(address, {"comment": "gone"}).status_code == 302
    a.refresh_from_db()
    assert a.comment == "тот самый"
    moved = client.get(reverse("crm:person", args=[b.pk]))
    assert moved["Location"] == reverse("crm:person", args=[a.pk])
    assert client_of(gleb).post(reverse("crm:merge-undo", args=[Merge.objects.get().pk])).status_code == 404
    assert client.post(reverse("crm:merge-undo", args=[Merge.objects.get().pk])).status_code == 302
    assert client.get(reverse("crm:person", args=[b.pk])).status_code == 200


def test_typing_a_known_client_offers_his_card_a_merge_or_another_person(client_of, anna, two):
    kept, gone = two
    client, add = client_of(anna), reverse("crm:person-add")
    shown = client.get(reverse("crm:known"), {"name": "смирнов олег"}).content.decode()
    assert "the same name" in shown and f'value="{kept.pk}"' in shown
    data = {"name": "Олег Смирнов", "phone": "+79030000001", "email": "new@example.org", "comment": "любит горы"}
    answer = client.post(add, data)
    assert answer.status_code == 422 and "another one" in answer.content.decode()
    assert client.post(add, {**data, "into": kept.pk})["Location"] == reverse("crm:person", args=[kept.pk])
    kept.refresh_from_db()
    assert "new@example.org" in points(kept) and kept.comment == "любит горы" and Person.objects.count() == 2
    client.post(add, {**data, "sure": "1"})
    assert Person.objects.count() == 3
    contact = reverse("crm:person-contact", args=[kept.pk])
    asked = client.post(contact, {"kind": "phone", "text": "+79030000003"})
    assert asked.status_code == 422 and reverse("crm:merge", args=[kept.pk, gone.pk]) in asked.content.decode()
    assert client.post(contact, {"kind": "phone", "text": "+79030000003", "sure": "1"}).status_code == 302


def test_a_company_with_the_same_inn_is_said(client_of, anna):
    actions.add_company(name="Вектор", inn="7707083893", responsible=anna, by=anna, at=NOW)
    client, data = client_of(anna), {"name": "ООО Вектор", "inn": "7707083893"}
    assert "7707083893" in client.get(reverse("crm:company-known"), {"inn": "7707083893"}).content.decode()
    assert client.post(reverse("crm:company-add"), data).status_code == 422
    assert client.post(reverse("crm:company-add"), {**data, "sure": "1"}).status_code == 302
    assert Company.objects.count() == 2
