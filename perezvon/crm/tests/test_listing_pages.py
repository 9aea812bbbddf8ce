"""Any list: the condition in the address, orders, groups, the way from card to card, pages."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from perezvon.crm import actions
from perezvon.crm.models import Person, Stage
from perezvon.journey.models import Fact
from perezvon.kit.clock import now
from perezvon.lists.listing import listings
from perezvon.staff.models import Grant

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def page(client: Any, name: str = "crm:people", **query: Any) -> str:
    if isinstance(query.get("where"), dict):
        query["where"] = json.dumps(query["where"])
    response = client.get(reverse(name), query)
    assert response.status_code == 200
    return response.content.decode()


def shown(text: str, *names: str) -> list[str]:
    return [name for name in names if f">{name}</a>" in text]


def test_the_condition_stands_in_the_address(client_of, boris, anna, add):
    add(anna, "Олег", region="Казань")
    add(boris, "Пётр", region="Самара")
    client = client_of(boris)
    assert shown(page(client, where={"field": "region", "op": "is", "value": "казань"}), "Олег", "Пётр") == ["Олег"]
    assert shown(page(client, where={"field": "responsible", "op": "is", "value": ["me"]}), "Олег", "Пётр") == ["Пётр"]
    text = page(
        client,
        where={"none": [{"field": "region", "op": "empty"}, {"field": "name", "op": "contains", "value": "лег"}]},
    )
    assert shown(text, "Олег", "Пётр") == ["Пётр"]
    assert 'class="conditions"' in text and "condition-off" in text


def test_a_condition_on_related_rows(client_of, anna, deal_of, add):
    deal_of(anna, amount=5000)
    add(anna, "Без сделок")
    some = {"some": "deals", "where": {"field": "amount", "op": "at_least", "value": 1000}}
    assert shown(page(client_of(anna), where=some), "Олег Смирнов", "Без сделок") == ["Олег Смирнов"]
    assert shown(page(client_of(anna), where={"no": "deals"}), "Олег Смирнов", "Без сделок") == ["Без сделок"]


@pytest.mark.parametrize(
    "where", ["{", '{"field":"age","op":"is","value":1}', '{"all":5}', '{"field":"region","op":"is","value":"\\u0000"}']
)
def test_a_condition_that_cannot_be_read_shows_nothing_and_says_why(client_of, anna, add, where):
    add(anna, "Олег")
    text = page(client_of(anna), where=where)
    assert shown(text, "Олег") == [] and "alert-danger" in text


def test_nobody_asks_about_what_he_may_not_see(client_of, anna, add):
    Grant.objects.filter(noun="phone").delete()
    add(anna, "Олег", phone="+79161234567")
    where = {"some": "contacts", "where": {"field": "value", "op": "contains", "value": "4567"}}
    assert "alert-danger" in page(client_of(anna), where=where)


@pytest.fixture
def pages_of_two():
    """The list of people two rows a page."""
    object.__setattr__(listings["people"], "size", 2)
    yield
    object.__setattr__(listings["people"], "size", 50)


@pytest.mark.parametrize("sort", [sort.key for sort in listings["people"].sorts])
def test_every_order_walks_all_rows_both_ways(client_of, anna, add, sort, pages_of_two):
    people = [add(anna, f"Клиент {n % 4}") for n in range(7)]
    for n, one in enumerate(people[:5]):
        Person.objects.filter(pk=one.pk).update(
            last_contact_at=now() - timedelta(days=n % 2), created_at=now() - timedelta(days=n % 3)
        )
    for word in (sort, f"-{sort}"):
        seen, cursor = [], ""
        for _step in range(6):
            text = page(client_of(anna), sort=word, cursor=cursor)
            seen += [int(part.split('"')[0]) for part in text.split('data-row="')[1:]]
            if 'rel="next"' not in text:
                break
            cursor = text.split('rel="next"')[1].split("cursor=")[1].split('"')[0].split("&")[0]
        assert sorted(seen) == sorted(one.pk for one in people) and len(seen) == 7, word


def test_heads_have_counts_and_sums_and_open_their_rows(client_of, anna, deal_of):
    first, second = list(Stage.objects.filter(kind="open").order_by("order")[:2])
    for number, stage in enumerate((first, first, second)):
        deal_of(anna, title=f"Сделка {number}", phone=f"+7903000100{number}", amount=1000, stage=stage)
    text = page(client_of(anna), "crm:deals", group="stage").replace("\xa0", " ")
    assert "2 000 ₽" in text and "1 000 ₽" in text and first.name in text
    query = text.split('<details class="card group" hx-get="?')[1].split('"')[0].replace("&amp;", "&")
    rows = client_of(anna).get(f"{reverse('crm:deals')}?{query}", headers=HX).content.decode()
    assert "Сделка 0" in rows and "Сделка 1" in rows and "Сделка 2" not in rows and 'id="bulk"' not in rows
    whole = client_of(anna).get(f"{reverse('crm:deals')}?{query.replace('&part=list', '')}").content.decode()
    assert "Сделка 0" in whole and "Сделка 2" not in whole and "<html" in whole


def test_boxes_over_the_list_narrow_it(client_of, boris, anna, add):
    add(anna, "Олег")
    add(boris, "Пётр")
    nobody = add(boris, "Ничей")
    Person.objects.filter(pk=nobody.pk).update(responsible=None)
    for value, name in ((anna.pk, "Олег"), ("me", "Пётр"), ("none", "Ничей")):
        assert shown(page(client_of(boris), responsible=value), "Олег", "Пётр", "Ничей") == [name]
    assert len(shown(page(client_of(boris), responsible="x"), "Олег", "Пётр", "Ничей")) == 3


def test_from_card_to_card_through_the_list_one_came_from(client_of, anna, add):
    people = [add(anna, f"Клиент {n}") for n in range(3)]
    client = client_of(anna)
    middle = client.get(reverse("crm:person", args=[people[1].pk]), {"list": "sort=name"}).content.decode()
    assert (
        f"/people/{people[0].pk}/?list=sort%3Dname" in middle and f"/people/{people[2].pk}/?list=sort%3Dname" in middle
    )
    assert f'name="next" value="/people/{people[2].pk}/?list=sort%3Dname" data-save-next' in middle
    first = client.get(reverse("crm:person", args=[people[0].pk]), {"list": "sort=name"}).content.decode()
    assert 'data-key="KeyJ"' in first and 'data-key="KeyK"' not in first
    assert "neighbours" not in client.get(reverse("crm:person", args=[people[0].pk])).content.decode()


def test_save_and_next_goes_to_the_next_card(client_of, anna, add):
    people = [add(anna, f"Клиент {n}") for n in range(2)]
    answer = client_of(anna).post(
        reverse("crm:person-note", args=[people[0].pk]),
        {"text": "Перезвонить", "next": f"/people/{people[1].pk}/?list=all"},
    )
    assert answer.status_code == 302 and answer["Location"] == f"/people/{people[1].pk}/?list=all"


def test_every_row_leads_back_to_this_very_list(client_of, anna, add):
    one = add(anna, "Олег")
    text = page(client_of(anna), q="олег", sort="name")
    assert f'data-href="/people/{one.pk}/?list=q%3D%25D0' in text and "sort%3Dname" in text


def test_a_link_to_one_event_begins_the_feed_with_it(client_of, anna, add):
    one = add(anna, "Олег")
    for number in range(40):
        actions.add_note(one, f"Заметка {number:02d}", by=anna, at=now() - timedelta(days=40 - number))
    fact = Fact.objects.filter(person_id=one.pk, details__text="Заметка 03").get()
    text = client_of(anna).get(reverse("crm:person", args=[one.pk]), {"event": fact.pk}).content.decode()
    assert "Заметка 03" in text and "Заметка 04" not in text and f'id="event-{fact.pk}"' in text
    for wrong in ("0", "x", "9" * 30, str(fact.pk + 10_000)):
        assert (
            "Заметка 39" in client_of(anna).get(reverse("crm:person", args=[one.pk]), {"event": wrong}).content.decode()
        )


def test_the_composer_has_modes(client_of, anna, add):
    one = add(anna, "Олег")
    text = client_of(anna).get(reverse("crm:person", args=[one.pk]), {"mode": "task"}).content.decode()
    assert f'action="{reverse("crm:task-add")}"' in text and f'name="person" value="{one.pk}"' in text
    answer = client_of(anna).post(
        reverse("crm:task-add"),
        {"person": one.pk, "kind": "call", "when": "tomorrow", "next": f"/people/{one.pk}/", "responsible_id": anna.pk},
    )
    assert answer.status_code == 302 and one.tasks.count() == 1


def test_the_result_of_a_call_is_written_on_the_card_with_what_comes_next(client_of, anna, add, gleb, deal_of):
    one, browser = add(anna, "Олег"), client_of(anna)
    card, address = reverse("crm:person", args=[one.pk]), reverse("crm:call-result", args=["person", one.pk])
    text = browser.get(card, {"mode": "call"}).content.decode()
    assert f'action="{address}"' in text and 'name="next_kind"' in text and "mode=letter" not in text
    assert browser.post(address, {"text": "", "next_kind": ""}).status_code == 422
    said = {"text": "Едут в мае", "next_kind": "meeting", "when": "tomorrow", "next": card}
    assert browser.post(address, said)["Location"] == card
    assert one.tasks.get(kind="call").result == "Едут в мае" and one.tasks.get(kind="meeting").done_at is None
    planned = actions.set_task(kind="call", title="Дозвониться", deadline=now(), person=one, by=anna, at=now())
    browser.post(address, {"text": "Перезвонит сам", "next_kind": ""})
    planned.refresh_from_db()
    assert planned.result == "Перезвонит сам"
    assert client_of(gleb).post(address, said).status_code == 404
    deal = deal_of(anna)
    of_deal = reverse("crm:call-result", args=["deal", deal.pk])
    assert browser.post(of_deal, {"text": "Думает", "next_kind": ""}).status_code == 422  # nothing would be planned
    assert browser.post(of_deal, {"text": "Думает", "next_kind": "call", "when": "tomorrow"}).status_code == 302
    deal.refresh_from_db()
    assert deal.next_action_kind == "call"


def test_a_document_is_put_on_the_card_from_the_composer(client_of, anna, add):
    one = add(anna, "Олег")
    text = client_of(anna).get(reverse("crm:person", args=[one.pk]), {"mode": "file"}).content.decode()
    assert 'enctype="multipart/form-data"' in text and reverse("crm:file-add", args=["person", one.pk]) in text


def test_lists_without_the_right_do_not_exist(client_of, gleb):
    client = client_of(gleb)
    for address in ("filter/", "views/", "do/", "export/", "1/name/"):
        assert client.get(f"/lists/people/{address}").status_code in (404, 405)
        assert client.post(f"/lists/people/{address}").status_code == 404
    assert client.get("/lists/nowhere/filter/").status_code == 404
