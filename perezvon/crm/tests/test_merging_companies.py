"""Two cards of one company: found, merged with a choice per field, and made two again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from perezvon.crm import actions
from perezvon.crm.actions import duplicates, merging
from perezvon.crm.actions.company_duplicates import bare, find_company_pairs
from perezvon.crm.actions.merging import COMPANIES
from perezvon.crm.models import Company, CompanyMerge, CompanyPair, ContactOwner, Deal, Person
from perezvon.crm.timeline import timeline
from perezvon.kit.clock import now

pytestmark = pytest.mark.django_db
NOW = now()


def company(name, by, **fields):
    return actions.add_company(name=name, responsible=by, by=by, at=fields.pop("at", NOW), **fields)


@pytest.fixture
def two(anna):
    """Two cards of one company, the second with a person and a deal."""
    kept = company("ООО «Ромашка»", anna, phones=["+74950000001"])
    gone = company("Ромашка", anna, inn="7707083893", emails=["info@romashka.example"], at=NOW - timedelta(days=3))
    worker = actions.add_person(name="Олег", phones=["+79030000001"], company_id=gone.pk, by=anna, at=NOW)
    actions.open_deal(person=worker, company=gone, title="Тур", by=anna, responsible=anna, at=NOW)
    return kept, gone


def test_a_company_takes_all_of_the_other_and_gives_it_back(two, anna):
    kept, gone = two
    row = merging.merge_companies(kept, gone, take=["name"], by=anna, at=NOW)
    kept.refresh_from_db()
    assert (kept.name, kept.inn, kept.created_at) == ("Ромашка", "7707083893", NOW - timedelta(days=3))
    assert Person.objects.get(name="Олег").company == kept and Deal.objects.get().company == kept
    assert ContactOwner.objects.filter(company=kept, until=None).count() == 2
    assert list(Company.objects.visible_to(anna)) == [kept]
    assert any("Тур" in item.text for item in timeline(anna, "", "", company_id=kept.pk).items)
    with pytest.raises(merging.CannotMerge):
        merging.merge_companies(kept, gone, by=anna, at=NOW)
    merging.undo_company_merge(row, by=anna, at=NOW)
    kept.refresh_from_db()
    assert (kept.name, kept.inn, kept.created_at) == ("ООО «Ромашка»", "", NOW)
    assert Person.objects.get(name="Олег").company == gone and Deal.objects.get().company == gone
    with pytest.raises(merging.CannotMerge):
        merging.undo_company_merge(row, by=anna, at=NOW)


def test_a_chain_of_merges_tells_one_story(two, anna):
    third = company("Ромашка плюс", anna)
    first = merging.merge_companies(*two, by=anna, at=NOW)
    assert actions.company_called("Ромашка", by=anna, at=NOW) == two[0].pk
    merging.merge_companies(third, two[0], by=anna, at=NOW)
    assert any("Тур" in item.text for item in timeline(anna, "", "", company_id=third.pk).items)
    with pytest.raises(merging.LaterFirst):
        merging.undo_company_merge(first, by=anna, at=NOW)


@pytest.mark.parametrize(("one", "other"), [
    ("ООО «Ромашка»", "Ромашка"), ("ЗАО Торговый дом Весна", "весна, ООО"), ("Acme Ltd", "ACME"), ("ООО", "«ООО»"),
])  # fmt: skip
def test_the_legal_form_says_nothing(one, other):
    assert bare(one) == bare(other)


def test_pairs_are_found_by_inn_contacts_domain_and_name(anna):
    inn, same_inn = company("Вектор", anna, inn="7707083893"), company("Другое имя", anna, inn="7707083893")
    form, bare_name = company("ООО «Северный Ветер»", anna), company("Северный Вeтер", anna)  # a Latin e
    box, own = company("Альфа", anna, emails=["a@alfa.example"]), company("Бета", anna)
    actions.add_person(name="Пётр", emails=["p@alfa.example"], company_id=own.pk, by=anna, at=NOW)
    company("Гамма", anna, emails=["gamma@mail.ru"])
    company("Дельта", anna, emails=["delta@mail.ru"])
    company("Омега", anna, inn="7736050003")
    company("ООО Омега", anna, inn="5036065113")  # two legal entities of one name
    assert find_company_pairs(at=NOW) == 3
    found = {(pair.first_id, pair.second_id): pair.reasons for pair in CompanyPair.objects.all()}
    assert found == {
        (inn.pk, same_inn.pk): ["inn"], (form.pk, bare_name.pk): ["name"], (box.pk, own.pk): ["domain"],
    }  # fmt: skip
    duplicates.judge(CompanyPair.objects.get(first=form), by=anna)
    assert find_company_pairs(at=NOW) == 0
    assert duplicates.visible_pairs(anna, COMPANIES).count() == 2


def test_the_pages(client_of, anna, gleb, two):
    kept, gone = two
    find_company_pairs(at=NOW)
    client, pair = client_of(anna), CompanyPair.objects.get()
    page = client.get(reverse("crm:company-duplicates")).content.decode()
    assert "Ромашка" in page and "7707083893" in page and reverse("crm:duplicates") in page
    address = reverse("crm:company-merge", args=[kept.pk, gone.pk])
    assert "7707083893" in client.get(address).content.decode()
    assert client_of(gleb).get(address).status_code == 404
    assert client_of(gleb).post(reverse("crm:company-pair-different", args=[pair.pk])).status_code == 404
    assert client.post(address, {"name": "gone"}).status_code == 302
    assert client.get(reverse("crm:company", args=[gone.pk]))["Location"] == reverse("crm:company", args=[kept.pk])
    undo = reverse("crm:company-merge-undo", args=[CompanyMerge.objects.get().pk])
    assert undo in client.get(reverse("crm:company-duplicates")).content.decode()
    assert client_of(gleb).post(undo).status_code == 404
    assert client.post(undo).status_code == 302
    assert client.get(reverse("crm:company", args=[gone.pk])).status_code == 200


def test_a_number_of_another_company_offers_to_merge(client_of, anna, two):
    kept, gone = two
    contact = reverse("crm:company-contact", args=[gone.pk])
    asked = client_of(anna).post(contact, {"kind": "phone", "text": "+7 495 000-00-01"})
    assert asked.status_code == 422 and reverse("crm:company-merge", args=[gone.pk, kept.pk]) in asked.content.decode()
