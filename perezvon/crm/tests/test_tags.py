"""Tags on clients, companies and deals."""

import json

import pytest
from django.urls import reverse

from perezvon.crm import actions
from perezvon.crm.actions import merging, tags
from perezvon.crm.models import Person, Tag, Tagged
from perezvon.kit.clock import now
from perezvon.lists.models import Bulk

pytestmark = pytest.mark.django_db


def of(thing) -> list[str]:
    return sorted(thing.tagged.values_list("tag__name", flat=True))


def test_a_card_is_marked_in_place_and_found_by_it(client_of, anna, add):
    one, other, client = add(anna, "Олег"), add(anna, "Яна"), client_of(anna)
    url = reverse("lists:field", args=["people", one.pk, "tags"])
    answer = client.post(url, {"value": "VIP, Море,vip ", "version": 1, "was": ""}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "VIP" in answer.content.decode() and of(one) == ["VIP", "Море"]
    tag = Tag.objects.get(name="VIP")
    where = json.dumps({"field": "tags", "op": "any_of", "value": [tag.pk]})
    page = client.get(reverse("crm:people"), {"where": where}).content.decode()
    assert "Олег" in page and other.name not in page
    one.refresh_from_db()
    client.post(url, {"value": "", "version": one.version, "was": "VIP, Море"}, headers={"HX-Request": "true"})
    assert of(one) == [] and Tag.objects.count() == 2


def test_many_rows_are_marked_at_once_and_unmarked(client_of, anna, add):
    one, other, client = add(anna, "Олег"), add(anna, "Яна"), client_of(anna)
    tags.mark(one, ["море"], by=anna, at=now())
    data = {"action": "tag", "id": [one.pk, other.pk], "tags": "Море", "sure": "1"}
    client.post(reverse("lists:do", args=["people"]), data)
    assert of(one) == of(other) == ["море"]
    client.post(reverse("lists:undo", args=[Bulk.objects.get().pk]))
    assert of(one) == ["море"] and of(other) == []  # only what it put on is taken off


def test_two_tags_become_one(client_of, admin, anna, add):
    one, other = add(anna, "Олег"), add(anna, "Яна")
    tags.mark(one, ["VIP", "вип"], by=anna, at=now())
    tags.mark(other, ["вип"], by=anna, at=now())
    boss = client_of(admin)
    assert boss.post(reverse("crm:tag", args=[Tag.objects.get(name="вип").pk]), {"name": "vip"}).status_code == 302
    assert of(one) == of(other) == ["vip"] and Tag.objects.count() == 1
    boss.post(reverse("crm:tag-remove", args=[Tag.objects.get().pk]))
    assert not Tagged.objects.exists()


def test_tags_go_with_a_merge_and_come_back(anna, add):
    kept, gone = add(anna, "Олег"), add(anna, "Олег С.")
    tags.mark(kept, ["a"], by=anna, at=now())
    tags.mark(gone, ["a", "b"], by=anna, at=now())
    row = merging.merge_people(kept, gone, by=anna, at=now())
    assert of(kept) == ["a", "b"]
    merging.undo_merge(row, by=anna, at=now())
    assert of(kept) == ["a"] and of(gone) == ["a", "b"]


def test_companies_and_deals_too(anna, deal_of):
    deal = deal_of(anna)
    company = actions.add_company(name="Вектор", responsible=anna, by=anna, at=now())
    assert tags.mark(deal, ["срочно"], by=anna, at=now()) == ["срочно"]
    assert tags.mark(company, ["срочно"], by=anna, at=now()) == ["срочно"]
    assert tags.unmark(deal, ["СРОЧНО"], by=anna, at=now()) == ["срочно"] and of(deal) == []
    assert Person.objects.count() == 1
