"""Tasks: results, deadlines, many at once."""

from datetime import timedelta

import pytest

from perezvon.crm import actions
from perezvon.crm.models import Person, Task
from perezvon.journey.models import Due, Fact
from perezvon.kit.clock import now

pytestmark = pytest.mark.django_db
NOW = now()


def new(title: str, **fields) -> actions.NewTask:
    return actions.NewTask(kind="callback", title=title, deadline=NOW + timedelta(minutes=5), **fields)


def test_many_tasks_cost_a_fixed_number_of_statements(anna, django_assert_max_num_queries):
    people = actions.identify([f"+7916{n:07d}" for n in range(200)], at=NOW)
    with django_assert_max_num_queries(10):
        tasks = actions.set_tasks([new(f"№ {pk}", person_id=pk) for pk in people.values()], NOW)
    assert [task.title for task in tasks] == [f"№ {pk}" for pk in people.values()]
    assert Fact.objects.filter(kind="task.set").count() == 200


def test_a_task_is_not_done_without_a_result(anna):
    (task,) = actions.set_tasks([new("Перезвонить", responsible_id=anna.pk)], NOW)
    with pytest.raises(actions.ResultNeeded):
        actions.complete_task(task, result=" ", by=anna, at=NOW)
    actions.complete_task(task, result="Дозвонилась", by=anna, at=NOW)
    with pytest.raises(actions.AlreadyDone):
        actions.complete_task(Task.objects.get(pk=task.pk), result="Ещё раз", by=anna, at=NOW)
    with pytest.raises(actions.AlreadyDone):
        actions.move_task(task, NOW, by=anna, at=NOW)
    fact = Fact.objects.get(kind="task.done")
    assert (fact.details["result"], fact.owner_id, fact.by_id) == ("Дозвонилась", anna.pk, anna.pk)
    assert not Due.objects.filter(kind="crm.task_overdue").exists()


def test_a_missed_deadline_is_told_once(anna, drain):
    (task,) = actions.set_tasks([new("Перезвонить")], NOW)
    drain(at=NOW)
    assert not Fact.objects.filter(kind="task.overdue").exists()
    drain(at=NOW + timedelta(minutes=6))
    drain(at=NOW + timedelta(minutes=7))
    assert [fact.details["task"] for fact in Fact.objects.filter(kind="task.overdue")] == [task.pk]


def test_a_task_put_off_is_not_overdue(anna, drain):
    (task,) = actions.set_tasks([new("Перезвонить")], NOW)
    actions.move_task(task, NOW + timedelta(hours=1), by=anna, at=NOW)
    drain(at=NOW + timedelta(minutes=6))
    assert not Fact.objects.filter(kind="task.overdue").exists()


def test_notes_leave_no_number_in_the_ledger(anna):
    person = actions.add_person(name="Олег", by=anna, at=NOW)
    note = actions.add_note(person, "Муж: 8 (916) 123-45-67, звонить с 10 до 18", by=anna, at=NOW)
    text = Fact.objects.get(kind="note.added").details["text"]
    assert "123" not in text and "звонить с 10 до 18" in text
    assert "123-45-67" in note.text


def test_the_later_of_two_savers_of_a_card_is_told(anna):
    person = actions.add_person(name="Олег", by=anna, at=NOW)
    actions.change_person(person, {"name": "Олег Иванов"}, version=1, by=anna, at=NOW)
    with pytest.raises(actions.ChangedMeanwhile):
        actions.change_person(person, {"name": "Игорь"}, version=1, by=anna, at=NOW)
    assert Person.objects.get(pk=person.pk).name == "Олег Иванов"
