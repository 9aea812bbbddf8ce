"""Changing one field in place: rights, what two people do at once, without script as well."""

import pytest
from django.urls import reverse

from perezvon.crm import actions
from perezvon.crm.models import Company, Deal, Person
from perezvon.kit.clock import now

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def address(key, row, name):
    return reverse("lists:field", args=[key, row.pk, name])


def save(client, key, row, name, value, *, version=1, was="", hx=True, **more):
    data = {"value": value, "version": version, "was": was, **more}
    return client.post(address(key, row, name), data, headers=HX if hx else {})


def test_a_field_is_shown_changed_and_shown_again(client_of, anna, add):
    one, client = add(anna, "Олег", region="Казань"), client_of(anna)
    form = client.get(address("people", one, "region"), headers=HX).content.decode()
    assert 'value="Казань"' in form and 'name="version" value="1"' in form and "<html" not in form
    answer = save(client, "people", one, "region", "Самара", was="Казань")
    assert answer.status_code == 200 and answer.content.decode() == "Самара"
    one.refresh_from_db()
    assert (one.region, one.version) == ("Самара", 2)
    assert client.get(address("people", one, "region"), {"cell": "1"}).content.decode() == "Самара"


def test_two_people_and_one_field_is_a_question(client_of, anna, boris, add):
    one, client = add(anna, "Олег", region="Казань"), client_of(anna)
    actions.change_person(one, {"region": "Тверь"}, version=1, by=boris, at=now())
    answer = save(client, "people", one, "region", "Самара", was="Казань")
    text = answer.content.decode()
    assert (
        answer.status_code == 409 and "Тверь" in text and 'value="Самара"' in text and 'name="mine" value="1"' in text
    )
    one.refresh_from_db()
    assert one.region == "Тверь"
    assert save(client, "people", one, "region", "Самара", was="Тверь", version=2, mine="1").status_code == 200
    one.refresh_from_db()
    assert one.region == "Самара"


def test_two_people_and_two_fields_is_none(client_of, anna, boris, add):
    one = add(anna, "Олег", region="Казань")
    actions.change_person(one, {"comment": "VIP"}, version=1, by=boris, at=now())
    assert save(client_of(anna), "people", one, "region", "Самара", was="Казань").status_code == 200
    one.refresh_from_db()
    assert (one.region, one.comment, one.version) == ("Самара", "VIP", 3)


def test_without_script_it_is_a_page(client_of, anna, add):
    one, client = add(anna, "Олег"), client_of(anna)
    page = client.get(address("people", one, "name") + "?next=/people/").content.decode()
    assert "<html" in page and 'name="next" value="/people/"' in page
    answer = save(client, "people", one, "name", "Олег Иванов", was="Олег", hx=False, next="/people/")
    assert answer.status_code == 302 and answer["Location"] == "/people/"
    answer = save(client, "people", one, "name", "x", was="Олег", hx=False)
    assert answer.status_code == 409 and "<html" in answer.content.decode()
    assert (
        save(client, "people", one, "name", "x", version=2, hx=False, next="//evil.example/")["Location"]
        == f"/people/{one.pk}/"
    )


def test_rights_are_those_of_the_row(client_of, anna, boris, operator, add):
    one = add(operator, "Чужой")
    for user in (anna, boris):
        assert client_of(user).get(address("people", one, "name")).status_code == 404
        assert save(client_of(user), "people", one, "name", "x").status_code == 404
    assert client_of(anna).get(reverse("lists:field", args=["people", 10**9, "name"])).status_code == 404
    mine = add(anna, "Олег")
    for name in ("created_at", "version", "nonsense"):
        assert save(client_of(anna), "people", mine, name, "x").status_code == 404


def test_a_seller_cannot_hand_his_client_over(client_of, anna, boris, add):
    one = add(anna, "Олег")
    answer = save(client_of(anna), "people", one, "responsible", boris.pk, was=str(anna.pk))
    assert answer.status_code == 422
    one.refresh_from_db()
    assert one.responsible == anna


def test_nobody_pushes_a_row_out_of_his_own_sight(client_of, boris, anna, operator, add):
    one = add(anna, "Олег")
    answer = save(client_of(boris), "people", one, "responsible", operator.pk, was=str(anna.pk))
    assert answer.status_code == 422
    one.refresh_from_db()
    assert one.responsible == anna


def test_the_department_comes_with_the_responsible(client_of, admin, anna, operator, add):
    one = add(anna, "Олег")
    assert (
        save(client_of(admin), "people", one, "responsible", operator.pk, was=str(anna.pk)).content.decode()
        == "Olga Kim"
    )
    one.refresh_from_db()
    assert (one.responsible, one.department) == (operator, operator.department)


def test_a_company_is_found_or_made_by_its_name(client_of, anna, add):
    one = add(anna, "Олег")
    company = actions.add_company(name="Вектор", responsible=anna, by=anna, at=now())
    save(client_of(anna), "people", one, "company", "Вектор")
    one.refresh_from_db()
    assert one.company == company and Company.objects.count() == 1
    save(client_of(anna), "people", one, "company", "Горизонт", was="Вектор", version=2)
    assert Person.objects.get().company.name == "Горизонт"


def test_money_as_typed(client_of, anna, deal_of):
    deal, client = deal_of(anna, amount=10), client_of(anna)
    answer = save(client, "deals", deal, "amount", "50 000,50 ₽", was="10.00")
    assert "50 001" in answer.content.decode().replace("\xa0", " ")
    assert str(Deal.objects.get().amount) == "50000.50"
    assert save(client, "deals", deal, "amount", "много", version=2).status_code == 422
    assert save(client, "deals", deal, "title", "", version=2).status_code == 422


def test_the_card_has_a_pencil_for_those_who_may(client_of, anna, boris, vera, deal_of):
    deal = deal_of(anna)
    url = address("deals", deal, "amount")
    assert url in client_of(anna).get(reverse("crm:deal", args=[deal.pk])).content.decode()
    assert url not in client_of(vera).get(reverse("crm:deal", args=[deal.pk])).content.decode()
