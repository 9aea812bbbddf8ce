"""Actions on many rows: the question with numbers, rights per row, progress, taking the whole back, the log."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from perezvon.crm import actions as crm
from perezvon.crm.listings import DEALS, PEOPLE, TASKS
from perezvon.crm.models import Company, Deal, Person, Stage, Task
from perezvon.journey.models import Fact
from perezvon.kit.clock import now
from perezvon.lists import actions
from perezvon.lists.models import Bulk, BulkRow, Selection
from perezvon.staff.models import Grant

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def do(client: Any, key: str, action: str, **data: Any) -> Any:
    return client.post(reverse("lists:do", args=[key]), {"action": action, **data})


def finished(bulk: Bulk) -> Bulk:
    while actions.work_on(bulk.pk, now()):
        pass
    bulk.refresh_from_db()
    return bulk


def test_the_question_says_how_many_and_whose(client_of, boris, anna, operator, add):
    mine, foreign = add(anna, "Олег"), add(operator, "Чужой")
    Grant.objects.filter(role__key="head_of_sales", noun="person", verb="view").update(scope="all")
    answer = do(client_of(boris), "people", "assign", id=[mine.pk, foreign.pk]).content.decode()
    assert "1 row" in answer and "2 are chosen" in answer and 'name="responsible"' in answer
    assert not Bulk.objects.exists()


def test_rows_are_handed_over_and_taken_back_as_a_whole(client_of, boris, anna, add):
    people = [add(anna, f"Клиент {n}") for n in range(3)]
    client = client_of(boris)
    answer = do(client, "people", "assign", id=[one.pk for one in people], sure="1", responsible=boris.pk)
    bulk = Bulk.objects.get()
    assert answer["Location"] == reverse("lists:bulk", args=[bulk.pk])
    assert (bulk.state, bulk.changed, bulk.total) == ("done", 3, 3)
    assert set(Person.objects.values_list("responsible", flat=True)) == {boris.pk}
    assert [fact.by_id for fact in Fact.objects.filter(kind="person.changed")] == [boris.pk] * 3
    assert "Boris Orlov" in bulk.said
    crm.change_person(
        people[0].__class__.objects.get(pk=people[0].pk), {"responsible_id": None}, version=2, by=boris, at=now()
    )
    client.post(reverse("lists:undo", args=[bulk.pk]))
    bulk.refresh_from_db()
    assert (bulk.state, bulk.restored, bulk.kept) == ("undone", 2, 1)
    assert list(Person.objects.order_by("pk").values_list("responsible", flat=True)) == [None, anna.pk, anna.pk]
    kinds = list(Fact.objects.filter(kind__startswith="bulk.").order_by("id").values_list("kind", flat=True))
    assert kinds == ["bulk.started", "bulk.done", "bulk.undoing", "bulk.undone"]
    page = client.get(reverse("lists:bulk", args=[bulk.pk])).content.decode()
    assert "Клиент 0" in page and "Take the whole action back" not in page


def test_all_found_is_more_than_the_page(client_of, boris, anna, add):
    for number in range(5):
        add(anna, f"Клиент {number}", region="Казань" if number else "Самара")
    query = "where=" + '{"field":"region","op":"is","value":["Казань"]}'
    answer = do(client_of(boris), "people", "assign", all="1", query=query).content.decode()
    assert "4 rows" in answer
    do(client_of(boris), "people", "assign", all="1", query=query, sure="1", responsible=boris.pk)
    assert Person.objects.filter(responsible=boris).count() == 4


def test_a_condition_that_cannot_be_read_means_no_row(client_of, boris, anna, add):
    add(anna, "Олег")
    answer = do(client_of(boris), "people", "assign", all="1", query="where={", sure="1", responsible=boris.pk)
    assert answer.status_code == 422 and Person.objects.get().responsible == anna and not Bulk.objects.exists()


def test_the_right_is_asked_again_for_every_row_at_its_turn(boris, anna, add, monkeypatch):
    monkeypatch.setattr(actions.bulks, "PIECE", 1)
    people = [add(anna, f"Клиент {n}") for n in range(3)]
    action = PEOPLE.actions["assign"]
    bulk = actions.start_bulk(
        PEOPLE, action, Person.objects.all(), {"responsible_id": boris.pk}, said="x", by=boris, at=now()
    )
    assert actions.work_on(bulk.pk, now()) == 1
    Grant.objects.filter(noun="person", verb="assign").delete()
    finished(bulk)
    assert (bulk.changed, bulk.refused, bulk.state) == (1, 2, "done")
    assert Person.objects.filter(responsible=boris).get() == people[0]
    assert BulkRow.objects.filter(state="refused").exclude(why="").count() == 2


def test_one_that_was_so_already_is_not_changed(boris, anna, add):
    add(anna, "Олег"), add(boris, "Пётр")
    bulk = actions.start_bulk(
        PEOPLE,
        PEOPLE.actions["assign"],
        Person.objects.all(),
        {"responsible_id": boris.pk},
        said="x",
        by=boris,
        at=now(),
    )
    finished(bulk)
    assert (bulk.changed, bulk.same) == (1, 1)


def test_too_many_and_none_are_refused(boris, anna, add, monkeypatch):
    add(anna, "Олег"), add(anna, "Пётр")
    monkeypatch.setattr(actions.bulks, "MOST", 1)
    for rows, error in ((Person.objects.all(), actions.TooMany), (Person.objects.none(), actions.NothingToDo)):
        with pytest.raises(error):
            actions.start_bulk(PEOPLE, PEOPLE.actions["assign"], rows, {}, said="x", by=boris, at=now())
    assert not Bulk.objects.exists() and not BulkRow.objects.exists()


def test_an_action_without_the_right_does_not_exist(client_of, anna, add):
    one = add(anna, "Олег")
    assert do(client_of(anna), "people", "assign", id=[one.pk]).status_code == 404  # a seller may not hand over
    assert do(client_of(anna), "people", "nonsense", id=[one.pk]).status_code == 404
    assert "assign" not in client_of(anna).get(reverse("crm:people")).content.decode()


def test_deals_move_and_move_back(client_of, anna, deal_of):
    first, second = list(Stage.objects.filter(kind="open").order_by("order")[:2])
    open_deal, closed = deal_of(anna, stage=first), deal_of(anna, phone="+79030000002", stage=first)
    crm.win_deal(closed, amount=100, by=anna, at=now())
    client = client_of(anna)
    do(client, "deals", "stage", id=[open_deal.pk, closed.pk], sure="1", stage=second.pk)
    bulk = Bulk.objects.get()
    assert (bulk.changed, bulk.refused) == (1, 1) and Deal.objects.get(pk=open_deal.pk).stage == second
    assert Deal.objects.get(pk=closed.pk).status == "won"
    client.post(reverse("lists:undo", args=[bulk.pk]))
    assert Deal.objects.get(pk=open_deal.pk).stage == first


def test_a_task_for_each_and_the_done_one_stays(client_of, boris, anna, add):
    people = [add(anna, "Олег"), add(boris, "Пётр")]
    client = client_of(boris)
    do(
        client,
        "people",
        "task",
        id=[one.pk for one in people],
        sure="1",
        kind="call",
        when="tomorrow",
        title="Позвонить",
    )
    assert list(Task.objects.order_by("pk").values_list("person", "responsible")) == [
        (people[0].pk, anna.pk),
        (people[1].pk, boris.pk),
    ]
    crm.complete_task(Task.objects.first(), result="Дозвонились", by=boris, at=now())
    client.post(reverse("lists:undo", args=[Bulk.objects.get().pk]))
    assert Task.objects.get().done_at is not None
    assert Fact.objects.filter(kind="task.cancelled").count() == 1


def test_taking_a_task_back_frees_the_next_action_of_the_deal(client_of, anna, deal_of):
    deal = deal_of(anna)
    client = client_of(anna)
    do(client, "deals", "task", id=[deal.pk], sure="1", kind="call", when="tomorrow")
    assert Deal.objects.get().next_action_at is not None
    client.post(reverse("lists:undo", args=[Bulk.objects.get().pk]))
    assert Deal.objects.get().next_action_at is None


def test_tasks_are_handed_over(boris, anna, add):
    one = add(anna, "Олег")
    task = crm.set_task(
        kind="call", title="x", deadline=now() + timedelta(days=1), person=one, responsible=anna, by=anna, at=now()
    )
    bulk = actions.start_bulk(
        TASKS, TASKS.actions["assign"], Task.objects.all(), {"responsible_id": boris.pk}, said="x", by=boris, at=now()
    )
    finished(bulk)
    task.refresh_from_db()
    assert task.responsible == boris and Fact.objects.filter(kind="task.handed").exists()


def test_rows_are_picked_into_a_selection_and_found_by_it(client_of, anna, add):
    people = [add(anna, f"Клиент {n}") for n in range(3)]
    client = client_of(anna)
    do(client, "people", "pick", id=[people[0].pk, people[1].pk], sure="1", name="Обзвон")
    selection = Selection.objects.get()
    assert selection.rows.count() == 2
    text = client.get(reverse("lists:selections")).content.decode()
    address = text.split('class="task-title" href="')[1].split('"')[0].replace("&amp;", "&")
    page = client.get(address).content.decode()
    assert "Клиент 0" in page and "Клиент 2" not in page
    do(client, "people", "pick", id=[people[1].pk, people[2].pk], sure="1", selection=selection.pk)
    bulk = Bulk.objects.latest("pk")
    assert (bulk.changed, bulk.same) == (1, 1)
    client.post(reverse("lists:undo", args=[bulk.pk]))
    assert selection.rows.count() == 2
    assert client.post(reverse("lists:selection-remove", args=[selection.pk])).status_code == 302
    assert not Selection.objects.exists() and Person.objects.count() == 3


def test_a_selection_of_somebody_else_is_not_to_be_filled(client_of, anna, boris, add):
    one = add(boris, "Олег")
    foreign = actions.add_selection("people", "Чужая", sharing="all", by=anna, at=now())
    assert do(client_of(boris), "people", "pick", id=[one.pk], sure="1", selection=foreign.pk).status_code == 422
    assert foreign.rows.count() == 0


def test_jobs_of_others_are_seen_by_readers_of_the_journal(client_of, anna, boris, operator, add):
    one = add(anna, "Олег")
    do(client_of(anna), "people", "pick", id=[one.pk], sure="1", name="Обзвон")
    bulk = Bulk.objects.get()
    for user, status in ((anna, 200), (boris, 200), (operator, 404)):
        assert client_of(user).get(reverse("lists:bulk", args=[bulk.pk])).status_code == status
    assert client_of(boris).post(reverse("lists:undo", args=[bulk.pk])).status_code == 404
    assert bulk.said in client_of(boris).get(reverse("lists:bulks")).content.decode()
    assert bulk.said not in client_of(operator).get(reverse("lists:bulks")).content.decode()


def test_progress_is_asked_for_only_while_there_is_some(client_of, boris, anna, add):
    add(anna, "Олег")
    bulk = actions.start_bulk(
        PEOPLE,
        PEOPLE.actions["assign"],
        Person.objects.all(),
        {"responsible_id": boris.pk},
        said="x",
        by=boris,
        at=now(),
    )
    address = reverse("lists:bulk", args=[bulk.pk])
    assert 'hx-trigger="every 1s"' in client_of(boris).get(address).content.decode()
    finished(bulk)
    assert 'hx-trigger="every 1s"' not in client_of(boris).get(address).content.decode()
    assert "<html" not in client_of(boris).get(address, headers=HX).content.decode()


def test_every_listing_has_its_actions():
    assert set(PEOPLE.actions) >= {"assign", "task", "pick"} and set(DEALS.actions) >= {
        "assign",
        "stage",
        "task",
        "pick",
    }
    assert Company._meta.model_name
