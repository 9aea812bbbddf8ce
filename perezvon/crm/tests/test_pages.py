"""The pages, through the door."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from perezvon.crm import actions
from perezvon.crm.models import ContactOwner, Deal, LostReason, Person, Stage, Task
from perezvon.kit.clock import now

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def stage(kind: str) -> Stage:
    return Stage.objects.filter(kind=kind).last()


def text(response: Any) -> str:
    return response.content.decode()


# --- the board ---------------------------------------------------------------


def test_the_board_shows_counts_sums_and_colours(client_of, anna, deal_of):
    deal, other = deal_of(anna, amount=1000), deal_of(anna, title="Египет", amount=500, phone="+79030000002")
    actions.set_task(kind="call", title="Позвонить", deadline=now() - timedelta(hours=1), deal=deal, by=anna, at=now())
    page = text(client_of(anna).get(reverse("crm:board")))
    assert "Турция на двоих" in page and "due-late" in page and "due-none" in page
    assert "1 500 ₽" in page.replace("\u202f", " ").replace("\xa0", " ")
    assert "150 ₽" in page.replace("\u202f", " ").replace("\xa0", " ")  # 10% of 1500
    assert page.index("Египет") < page.index("Турция")  # nothing planned comes first
    overdue = text(client_of(anna).get(reverse("crm:board"), {"next": "overdue"}))
    assert "Турция" in overdue and "Египет" not in overdue
    assert other.title in text(client_of(anna).get(reverse("crm:board"), {"next": "none", "product": "x"}))


def test_a_column_goes_on_by_cursor(client_of, anna, deal_of):
    for n in range(30):
        deal = deal_of(anna, title=f"Сделка {n:02d}", phone=f"+7903000{n:04d}")
        if n % 3:
            actions.set_task(kind="call", title="x", deadline=now() + timedelta(hours=n), deal=deal, by=anna, at=now())
    client, seen = client_of(anna), []
    page = text(client.get(reverse("crm:board")))
    for _step in range(5):
        seen += [title for title in (f"Сделка {n:02d}" for n in range(30)) if title in page]
        if 'class="column-more"' not in page:
            break
        address = page.split('class="column-more" href="')[1].split('"')[0].replace("&amp;", "&")
        page = text(client.get(address, headers=HX))
    assert sorted(seen) == sorted({f"Сделка {n:02d}" for n in range(30)})


def test_heads_alone_are_refreshed(client_of, anna, deal_of):
    deal_of(anna)
    answer = text(client_of(anna).get(reverse("crm:board"), {"part": "heads"}, headers=HX))
    assert answer.count("hx-swap-oob") == 9 and "Турция" not in answer


def test_a_card_is_dropped_on_another_stage(client_of, anna, deal_of):
    deal, wanted = deal_of(anna), stage("warm_up")
    answer = client_of(anna).post(
        reverse("crm:deal-stage", args=[deal.pk]), {"stage": wanted.pk, "position": 0}, headers=HX
    )
    assert answer.status_code == 204
    deal.refresh_from_db()
    assert deal.stage == wanted


def test_losing_by_drop_asks_for_the_reason_and_the_comment(client_of, anna, deal_of):
    deal, lost, client = deal_of(anna), stage("lost"), client_of(anna)
    answer = client.post(reverse("crm:deal-stage", args=[deal.pk]), {"stage": lost.pk}, headers=HX)
    assert answer.status_code == 422
    assert "data-dialog-form" in text(answer) and "<html" not in text(answer)
    address = reverse("crm:deal-outcome", args=[deal.pk])
    assert address in text(answer)
    assert client.post(address, {"stage": lost.pk, "comment": "дорого"}, headers=HX).status_code == 422
    reason = LostReason.objects.first()
    sent = {"stage": lost.pk, "reason": reason.pk, "comment": "Нашли дешевле"}
    assert client.post(address, sent, headers=HX).status_code == 204
    deal.refresh_from_db()
    assert (deal.status, deal.outcome.comment) == ("lost", "Нашли дешевле")
    again = client.post(address, sent, headers=HX)
    assert again.status_code == 422  # lost already


def test_winning_works_without_script(client_of, anna, deal_of):
    deal, won, client = deal_of(anna, amount=700), stage("won"), client_of(anna)
    assert client.get(reverse("crm:deal-stage", args=[deal.pk])).status_code == 200
    answer = client.post(reverse("crm:deal-stage", args=[deal.pk]), {"stage": won.pk})
    assert answer.status_code == 422 and "<html" in text(answer) and "700" in text(answer)
    answer = client.post(reverse("crm:deal-outcome", args=[deal.pk]), {"stage": won.pk, "amount": "50 000,50 ₽"})
    assert answer["Location"] == reverse("crm:deal", args=[deal.pk])
    assert Deal.objects.get(pk=deal.pk).amount == 50000.5
    assert client.get(answer["Location"]).status_code == 200


def test_others_deals_are_not_moved(client_of, anna, boris, vera, deal_of, operator):
    deal = deal_of(boris)
    for user in (anna, vera, operator):
        answer = client_of(user).post(reverse("crm:deal-stage", args=[deal.pk]), {"stage": stage("warm_up").pk})
        assert answer.status_code == 404


# --- people ------------------------------------------------------------------


def add(client: Any, **fields: str) -> Any:
    return client.post(reverse("crm:person-add"), {"name": "Ирина", **fields})


def test_a_client_is_added_and_a_double_is_told(client_of, anna):
    client = client_of(anna)
    answer = add(client, phone="8 903 000-00-07", email="I@example.org", company="Ромашка")
    person = Person.objects.get(name="Ирина")
    assert answer["Location"] == reverse("crm:person", args=[person.pk])
    assert (person.responsible, person.department, person.company.name) == (anna, anna.department, "Ромашка")
    again = add(client, phone="+7 903 000 00 07")
    assert again.status_code == 422 and "sure" in text(again) and Person.objects.count() == 1
    assert "Ирина" in text(client.get(reverse("crm:known"), {"phone": "89030000007"}, headers=HX))
    add(client, phone="+7 903 000 00 07", sure="1")
    assert Person.objects.count() == 2 and ContactOwner.objects.filter(point__value="+79030000007").count() == 2
    assert add(client, phone="12").status_code == 422


def test_a_double_out_of_sight_is_told_without_a_link(client_of, anna, operator):
    other = actions.add_person(name="Тайна", phones=["+79030000008"], by=operator, at=now())
    page = text(add(client_of(anna), phone="+79030000008"))
    assert "Тайна" in page and reverse("crm:person", args=[other.pk]) not in page


def test_two_people_save_one_card(client_of, anna, deal_of):
    person, client = deal_of(anna).person, client_of(anna)
    address = reverse("crm:person-edit", args=[person.pk])
    version = Person.objects.get(pk=person.pk).version
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "Пётр", "version": version}).status_code == 302
    late = client.post(address, {"name": "Павел", "version": version})
    assert late.status_code == 422
    assert Person.objects.get(pk=person.pk).name == "Пётр"


def test_nobody_pushes_a_card_out_of_his_own_sight(client_of, boris, operator, deal_of):
    person = deal_of(boris).person
    page = client_of(boris).post(
        reverse("crm:person-edit", args=[person.pk]),
        {"name": "X", "version": person.version, "responsible_id": operator.pk},
    )
    assert page.status_code in (403, 422)
    person.refresh_from_db()
    assert (person.name, person.responsible) == ("Олег Смирнов", boris)


def test_contact_points_are_added_and_removed(client_of, anna, deal_of):
    person, client = deal_of(anna).person, client_of(anna)
    address = reverse("crm:person-contact", args=[person.pk])
    assert client.post(address, {"kind": "phone", "text": "abc"}).status_code == 422
    assert client.post(address, {"kind": "email", "text": "A@b.example"}).status_code == 302
    owner = ContactOwner.objects.get(point__value="a@b.example")
    client.post(reverse("crm:contact-remove", args=[owner.pk]))
    owner.refresh_from_db()
    assert owner.until is not None


def test_notes_stand_in_the_timeline(client_of, anna, vera, deal_of):
    deal, client = deal_of(anna), client_of(anna)
    client.post(reverse("crm:deal-note", args=[deal.pk]), {"text": "Муж: 8 903 123-45-67"})
    for name, pk in (("crm:deal", deal.pk), ("crm:person", deal.person_id)):
        assert "8 903 123-45-67" in text(client.get(reverse(name, args=[pk])))
    seen = text(client_of(vera).get(reverse("crm:deal", args=[deal.pk])))
    assert "123-45-67" not in seen
    chunk = text(client.get(reverse("crm:person-timeline", args=[deal.person_id]), {"show": "notes"}, headers=HX))
    assert "<html" not in chunk and chunk.count("timeline-item") == 1


def test_numbers_are_masked_for_those_without_the_right(client_of, anna, vera, deal_of, settings):
    from perezvon.staff.models import Grant, Role

    deal = deal_of(anna)
    role = Role.objects.create(key="looker", name="Looker")
    for noun in ("person", "deal", "task"):
        Grant.objects.create(role=role, noun=noun, verb="view", scope="all")
    vera.roles.add(role)
    client = client_of(vera)
    pages = [reverse("crm:people"), reverse("crm:person", args=[deal.person_id]), reverse("crm:deal", args=[deal.pk])]
    pages += [reverse("crm:by_phone") + "?phone=89030000001", reverse("web:palette") + "?q=Олег"]
    for address in pages:
        page = text(client.get(address))
        assert "000-00-01" not in page and "0000001" not in page.replace("/people/", ""), address
    assert "000-00-01" in text(client_of(anna).get(pages[1]))


def test_the_screen_pop_asks_few_questions(client_of, anna, deal_of, django_assert_max_num_queries):
    deal_of(anna)
    client = client_of(anna)
    address = reverse("crm:by_phone")
    client.get(address)
    with django_assert_max_num_queries(4):
        answer = client.get(address, {"phone": "8 (903) 000-00-01"}).json()
    assert [person["name"] for person in answer["people"]] == ["Олег Смирнов"]


# --- tasks -------------------------------------------------------------------


def test_completing_asks_for_the_result_and_plans_the_next(client_of, anna, deal_of):
    deal, client = deal_of(anna), client_of(anna)
    client.post(reverse("crm:task-add"), {"deal": deal.pk, "kind": "call", "title": "", "when": "tomorrow"})
    task = Task.objects.get(deal=deal)
    address = reverse("crm:task-done", args=[task.pk])
    assert "choice" in text(client.get(address, headers=HX))
    assert client.post(address, {"next_kind": "", "when": "tomorrow"}).status_code == 422
    sent = {"text": "Дозвонилась", "next_kind": "proposal", "when": "week", "next": reverse("crm:day")}
    assert client.post(address, sent)["Location"] == reverse("crm:day")
    task.refresh_from_db()
    assert task.result == "Дозвонилась"
    following = Task.objects.get(deal=deal, done_at=None)
    assert (following.kind, following.origin, following.responsible) == ("proposal", "next_step", anna)
    deal.refresh_from_db()
    assert deal.next_task_id == following.pk
    assert client.post(address, sent).status_code == 422  # done already


def test_lists_filter_and_page(client_of, boris, deal_of):
    for n in range(60):
        deal_of(boris, title=f"Тур {n:02d}", phone=f"+7903000{n:04d}")
    client = client_of(boris)
    for name in ("crm:people", "crm:deals"):
        page = text(client.get(reverse(name)))
        assert 'rel="next"' in page
        address = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        assert 'rel="prev"' in text(client.get(reverse(name) + address))
    assert "Тур 07" in text(client.get(reverse("crm:deals"), {"q": "тур 07"}))
    assert text(client.get(reverse("crm:deals"), {"q": "тур 07"})).count("<tr data-href") == 1
    assert "Смирнов" in text(client.get(reverse("crm:people"), {"q": "8 903 000 0007"}))
    assert text(client.get(reverse("crm:people"), {"q": "0007"})).count("<tr data-href") == 1
    for show in ("open", "overdue", "today", "later", "done"):
        assert (
            client.get(reverse("crm:tasks"), {"show": show, "whose": "all", "q": "x", "kind": "call"}).status_code
            == 200
        )


def test_search_finds_by_name_number_and_title(client_of, anna, deal_of):
    deal, client = deal_of(anna), client_of(anna)

    def found(q: str) -> list[str]:
        groups = client.get(reverse("web:palette"), {"q": q}).json()["groups"]
        return [item["url"] for group in groups for item in group["items"]]

    person_url, deal_url = reverse("crm:person", args=[deal.person_id]), reverse("crm:deal", args=[deal.pk])
    assert person_url in found("смирн") and person_url in found("8 (903) 000-00-01") and person_url in found("0001")
    assert deal_url in found("турция") and deal_url in found(f"№{deal.pk}")


def test_companies_are_added_and_changed(client_of, anna):
    client = client_of(anna)
    answer = client.post(reverse("crm:company-add"), {"name": "Ромашка", "inn": "7707083893", "phone": "84950000001"})
    page = text(client.get(answer["Location"]))
    assert "Ромашка" in page and "7707083893" in page
    assert client.post(answer["Location"] + "notes/", {"text": "Хорошие люди"}).status_code == 302
    assert client.post(answer["Location"] + "edit/", {"name": "Лютик", "version": 1}).status_code == 302
    assert client.post(answer["Location"] + "edit/", {"name": "Мак", "version": 1}).status_code == 422
    assert client.post(reverse("crm:company-add"), {"name": "Ромашка", "inn": "12"}).status_code == 422
    company_id = int(answer["Location"].split("/")[-2])
    client.post(
        reverse("crm:deal-add"), {"company": company_id, "title": "Опт", "amount": "5", "stage": stage("open").pk}
    )
    assert "Опт" in text(client.get(answer["Location"]))
