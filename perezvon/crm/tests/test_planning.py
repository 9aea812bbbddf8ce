"""Tasks with a time in the calendar, reminders, series, groups, watchers, hard deadlines, private tasks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from perezvon.crm import actions
from perezvon.crm.actions.digest import tell_days
from perezvon.crm.actions.errors import AlreadyDone, HardDeadline, NotALength, Taken
from perezvon.crm.models import Deal, Task, TaskHandover, TaskSeries
from perezvon.crm.readers import end_with_deals, hear_of_given, hear_of_watched
from perezvon.crm.recurrence import Repeat
from perezvon.journey.models import Due, Fact
from perezvon.staff.actions import change_user, set_absence
from perezvon.staff.models import Notice

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # noon in Moscow
WHEN = TUESDAY + 4 * HOUR


def meeting(user, **fields) -> Task:
    fields = {"starts_at": WHEN, "ends_at": WHEN + HOUR, "deadline": WHEN + HOUR, "by": user, **fields}
    return actions.set_task(kind="meeting", title="Встреча у клиента", at=TUESDAY, **fields)


def told(user, kind="crm.task_reminder") -> list[str]:
    return list(Notice.objects.filter(user=user, kind=kind).order_by("pk").values_list("title", flat=True))


def hear(reader, *kinds) -> None:
    """What a reader makes of the facts so far: within one transaction it is not given them by itself."""
    reader(list(Fact.objects.filter(kind__in=kinds).order_by("id")))


def test_a_slot_is_moved_with_its_deadline_and_its_reminders(anna, drain):
    task = meeting(anna)
    assert sorted(task.reminders.values_list("minutes", flat=True)) == [15, 60]
    actions.move_task(task, WHEN + 2 * HOUR, by=anna, at=TUESDAY)
    task.refresh_from_db()
    assert (task.starts_at, task.ends_at, task.deadline) == (WHEN + 2 * HOUR, WHEN + 3 * HOUR, WHEN + 3 * HOUR)
    drain(at=WHEN + 30 * MINUTE)
    assert told(anna) == []
    drain(at=WHEN + 2 * HOUR - 15 * MINUTE)
    assert told(anna) == ["in 15 minutes: Встреча у клиента"]  # of both that are due one is told
    actions.set_slot(task, WHEN + 2 * HOUR, WHEN + 5 * HOUR, by=anna, at=TUESDAY)
    assert task.deadline == WHEN + 5 * HOUR
    with pytest.raises(NotALength):
        actions.set_slot(task, WHEN, WHEN, by=anna, at=TUESDAY)
    actions.complete_task(task, result="Встретились", by=anna, at=WHEN)
    assert not Due.objects.filter(kind="crm.task_reminder").exists()


def test_a_deadline_later_than_the_slot_stays_where_it_is(anna):
    task = meeting(anna, deadline=WHEN + 72 * HOUR)
    actions.move_task(task, WHEN + HOUR, by=anna, at=TUESDAY)
    assert task.deadline == WHEN + 72 * HOUR
    actions.move_task(task, WHEN + 100 * HOUR, by=anna, at=TUESDAY)
    assert task.deadline == WHEN + 101 * HOUR


def test_reminders_of_the_night_wait_for_the_list_of_the_day_and_a_burst_is_one(anna, drain):
    nine = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)  # in Moscow
    early = nine - 3 * HOUR
    for number in range(5):
        actions.set_task(
            kind="call", title=f"Звонок {number}", deadline=nine + 5 * HOUR, by=anna, at=TUESDAY, reminders=(480, 60)
        )  # fmt: skip
    drain(at=early)
    assert told(anna) == []
    assert tell_days(at=nine - MINUTE) == 0
    assert tell_days(at=nine) == 1 and tell_days(at=nine + HOUR) == 0
    assert told(anna, "crm.tasks_today") == ["5 tasks for today"]
    drain(at=nine + 4 * HOUR)
    assert told(anna) == ["5 tasks come up"]


def test_the_list_of_the_day_comes_at_nine_of_ones_own_zone_and_not_to_those_who_are_away(anna, boris):
    change_user(anna, {"time_zone": "Asia/Vladivostok"}, at=TUESDAY)
    for user in (anna, boris):
        actions.set_task(kind="call", title="Звонок", deadline=TUESDAY, by=user, at=TUESDAY)
    assert tell_days(at=datetime(2026, 11, 24, 23, 0, tzinfo=UTC)) == 1  # nine on the 25th in Vladivostok
    assert told(anna, "crm.tasks_today") == ["1 task for today, 1 overdue"] and not told(boris, "crm.tasks_today")
    set_absence(user=boris, kind="vacation", first=date(2026, 11, 25), last=date(2026, 11, 26), at=TUESDAY)
    assert tell_days(at=datetime(2026, 11, 25, 6, 0, tzinfo=UTC)) == 0
    assert tell_days(at=datetime(2026, 11, 28, 6, 0, tzinfo=UTC)) == 0  # a Saturday


def test_a_hard_deadline_is_put_off_by_who_set_it_and_missing_it_is_told_to_the_head(anna, boris, sales, drain):
    sales.head = boris
    sales.save()
    task = actions.set_task(
        kind="call", title="Подать заявку", deadline=WHEN, responsible=anna, by=boris, at=TUESDAY, is_hard=True
    )  # fmt: skip
    with pytest.raises(HardDeadline):
        actions.move_task(task, WHEN + HOUR, by=anna, at=TUESDAY)
    actions.move_task(task, WHEN - HOUR, by=anna, at=TUESDAY)  # earlier is always welcome
    actions.move_task(task, WHEN, by=boris, at=TUESDAY)
    drain(at=WHEN + MINUTE)
    assert told(boris, "crm.task_hard") == ["A hard deadline is missed: Подать заявку (Anna Petrova)"]
    assert len(told(anna, "crm.task_hard")) == 1


def test_the_next_occurrence_is_there_when_the_last_one_is_done_or_due(anna, drain):
    first = actions.start_series(_weekly(anna), at=TUESDAY)
    assert first.starts_at == datetime(2026, 11, 25, 7, 0, tzinfo=UTC) and first.ends_at - first.starts_at == HOUR
    assert Task.objects.count() == 1
    actions.complete_task(first, result="Провели", by=anna, at=TUESDAY)
    second = Task.objects.open().get()
    assert second.starts_at - first.starts_at == timedelta(days=7)
    drain(at=second.deadline + MINUTE)  # not done: it stays, and the next one comes
    assert Task.objects.open().count() == 2
    third = Task.objects.open().latest("deadline")
    actions.complete_task(second, result="Провели", by=anna, at=second.deadline + HOUR)
    assert Task.objects.open().get() == third
    skipped = actions.skip_occurrence(third, by=anna, at=second.deadline + HOUR)
    assert skipped.starts_at - first.starts_at == timedelta(days=21)
    actions.end_series(TaskSeries.objects.get(), by=anna, at=TUESDAY)
    actions.complete_task(skipped, result="Провели", by=anna, at=skipped.deadline)
    assert not Task.objects.open().exists()


def _weekly(user, **fields) -> actions.NewSeries:
    new = actions.NewTask(
        kind="meeting", title="Планёрка", deadline=TUESDAY, by_id=user.pk, responsible_id=user.pk, reminders=(15,)
    )  # fmt: skip
    repeat = Repeat("week", date(2026, 11, 25), days=(2,))
    return actions.NewSeries(
        **{"task": new, "repeat": repeat, "clock": time(10), "time_zone": "Europe/Moscow", "minutes": 60, **fields}
    )


def test_after_a_long_stop_what_was_missed_is_left_out(anna, drain):
    actions.start_series(_weekly(anna), at=TUESDAY)
    drain(at=TUESDAY + timedelta(days=40))
    drain(at=TUESDAY + timedelta(days=40))
    assert [f"{task.starts_at:%d.%m}" for task in Task.objects.order_by("deadline")] == ["25.11", "06.01"]


def test_days_after_completion_are_counted_from_it(anna, drain):
    new = _weekly(anna, repeat=Repeat("after", date(2026, 11, 25), 10), minutes=None)
    first = actions.start_series(new, at=TUESDAY)
    drain(at=first.deadline + timedelta(days=3))
    assert Task.objects.open().get() == first
    actions.complete_task(first, result="Сделано", by=anna, at=datetime(2026, 11, 30, 22, 0, tzinfo=UTC))
    assert Task.objects.open().get().deadline == datetime(2026, 12, 11, 7, 0, tzinfo=UTC)  # it was 1 December in Moscow


def test_another_rule_makes_the_next_occurrence_anew(anna):
    actions.start_series(_weekly(anna), at=TUESDAY)
    changed = actions.change_series(
        TaskSeries.objects.get(), _weekly(anna, repeat=Repeat("week", date(2026, 11, 25), days=(4,))), by=anna, at=TUESDAY
    )  # fmt: skip
    assert Task.objects.open().get() == changed and f"{changed.starts_at:%d.%m}" == "27.11"


def test_a_deal_with_a_repeating_task_asks_for_no_next_step(anna, deal_of):
    deal = deal_of(anna)
    new = actions.NewTask(kind="call", title="Звонок", deadline=TUESDAY, by_id=anna.pk, deal_id=deal.pk, person_id=deal.person_id, responsible_id=anna.pk)  # fmt: skip
    first = actions.start_series(_weekly(anna, task=new), at=TUESDAY)
    Task.objects.open().exclude(pk=first.pk).delete()
    actions.finish_task(first, result="Поговорили", then=None, by=anna, at=TUESDAY)
    assert Deal.objects.get(pk=deal.pk).next_action_at == datetime(2026, 12, 2, 8, 0, tzinfo=UTC)


def test_everybody_has_a_copy_or_whoever_is_first_takes_it(anna, boris, operator):
    new = actions.NewTask(kind="other", title="Пройти обучение", deadline=WHEN, by_id=boris.pk)
    copies = actions.set_group(new, [anna, operator], mode="each", at=TUESDAY)
    actions.complete_task(copies[0], result="Прошла", by=anna, at=TUESDAY)
    assert Task.objects.open().get() == copies[1]
    first, second = actions.set_group(new, [anna, operator], mode="first", at=TUESDAY)
    actions.take_task(first, by=anna, at=TUESDAY)
    assert not Task.objects.filter(pk=second.pk).exists()
    with pytest.raises(Taken):
        actions.take_task(second, by=operator, at=TUESDAY)
    actions.hand_task(first, operator.pk, by=boris, at=TUESDAY)
    actions.complete_task(first, result="Сделала", by=operator, at=TUESDAY)  # it was handed over since
    assert Fact.objects.filter(kind="task.taken").count() == 1


def test_who_is_given_a_task_hears_of_it_and_it_remembers_who_gave_it(anna, boris, operator):
    task = actions.set_task(kind="call", title="Звонок", deadline=WHEN, responsible=anna, by=boris, at=TUESDAY)
    actions.set_watchers(task, [operator, boris], by=boris, at=TUESDAY)
    hear(hear_of_given, "task.set")
    assert told(anna, "crm.task_given") == ["Boris Orlov gave you a task: Звонок"]
    actions.hand_task(task, operator.pk, why="ухожу в отпуск", by=anna, at=TUESDAY)
    actions.complete_task(task, result="Дозвонилась", by=operator, at=TUESDAY)
    hear(hear_of_watched, "task.handed", "task.done")
    row = TaskHandover.objects.get()
    assert (row.giver, row.taker, row.why, row.by) == (anna, operator, "ухожу в отпуск", anna)
    assert told(boris, "crm.task_watched") == ["Handed over: Звонок", "Done: Звонок"]
    assert told(operator, "crm.task_watched") == ["Handed over: Звонок"]  # what she did herself she knows


def test_a_private_task_is_seen_by_its_own_people_only(anna, boris, operator, client_of):
    task = meeting(anna, is_private=True)
    assert Task.objects.visible_to(anna).get() == task and not Task.objects.visible_to(boris).exists()
    assert client_of(boris).get(f"/tasks/{task.pk}/").status_code == 404
    assert Fact.objects.get(kind="task.set").details["title"] != task.title
    actions.set_watchers(task, [boris], by=anna, at=TUESDAY)
    assert client_of(boris).get(f"/tasks/{task.pk}/").status_code == 200
    assert client_of(boris).get(f"/tasks/{task.pk}/done/").status_code == 404
    with pytest.raises(AlreadyDone):
        actions.set_slot(actions.complete_task(task, result="Да", by=anna, at=TUESDAY), None, None, by=anna, at=TUESDAY)


def test_what_is_repeated_for_a_deal_ends_with_it(anna, deal_of):
    deal = deal_of(anna)
    new = actions.NewTask(kind="call", title="Звонок", deadline=TUESDAY, by_id=anna.pk, deal_id=deal.pk, person_id=deal.person_id, responsible_id=anna.pk)  # fmt: skip
    actions.start_series(_weekly(anna, task=new), at=TUESDAY)
    other = actions.start_series(_weekly(anna), at=TUESDAY)
    hear(end_with_deals, "deal.opened")
    assert TaskSeries.objects.filter(ended_at=None).count() == 2
    actions.win_deal(Deal.objects.get(pk=deal.pk), amount=1, by=anna, at=TUESDAY)
    hear(end_with_deals, "deal.won")
    assert TaskSeries.objects.get(ended_at=None).pk == other.series_id
    assert list(Task.objects.open().filter(series__isnull=False)) == [other]
