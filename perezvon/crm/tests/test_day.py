"""One queue of the day: what waits, what is put off, what was done, what comes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from perezvon.crm import actions, queue
from perezvon.crm.models import Deal, LostReason, Snooze, Task, TaskResult
from perezvon.crm.moments import after_days, back_at
from perezvon.journey.models import Fact
from perezvon.kit.clock import now
from perezvon.staff import reads as staff
from perezvon.staff.testing import person as employee

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HX = {"HX-Request": "true"}


def text(response: Any) -> str:
    return response.content.decode()


def task(user: Any, title: str, away: timedelta, **fields: Any) -> Task:
    at = now()
    return actions.set_task(
        kind=fields.pop("kind", "call"), title=title, deadline=at + away, at=at, responsible=user, **fields
    )


def keys(user: Any, show: str = "") -> dict[str, list[str]]:
    sections = queue.inbox(user, now(), "/day/", show)
    return {one.key: [item.title for item in one.items] for one in sections if one.count}


def test_the_inbox_has_what_waits_for_me(client_of, anna, boris, deal_of):
    deal, late = deal_of(anna), deal_of(anna, "Опоздавшая", "+79030000002", amount=5)
    Deal.objects.filter(pk=late.pk).update(expected_on="2020-01-01")
    task(anna, "Вчера", -DAY)
    task(anna, "Через неделю", 7 * DAY)
    task(boris, "Чужое", -HOUR)
    task(anna, "Перезвонить", -HOUR, kind="callback")
    task(anna, "Дождались", -HOUR, origin="waited")
    assert keys(anna) == {
        "calls": ["Перезвонить"], "waits": ["Дождались"], "tasks": ["Вчера"], "late": ["Опоздавшая"], "idle": [deal.title],
    }  # fmt: skip
    client = client_of(anna)
    page = text(client.get(reverse("crm:day")))
    assert "Вчера" in page and "Через неделю" not in page and "Чужое" not in page
    assert "<html" not in text(client.get(reverse("crm:day"), {"show": "tasks"}, headers=HX))
    assert client.get(reverse("web:counts")).json()["day"] == 5
    assert "Через неделю" in text(client.get(reverse("crm:day-future")))


def test_the_inbox_costs_a_fixed_number_of_questions(client_of, anna, deal_of, django_assert_max_num_queries):
    for n in range(12):
        deal = deal_of(anna, f"Сделка {n}", f"+7903000{n:04d}")
        task(anna, f"Задача {n}", -HOUR, deal=deal if n % 2 else None)
    client = client_of(anna)
    client.get(reverse("crm:day"))
    with django_assert_max_num_queries(12):
        client.get(reverse("crm:day"))


def test_what_is_put_off_comes_back_by_itself(client_of, anna, drain):
    one, client = task(anna, "Спящая", -HOUR), client_of(anna)
    address = reverse("crm:snooze", args=["task", one.pk])
    assert "tomorrow" in text(client.get(address, headers=HX))
    assert client.post(address, {"when": "exact"}).status_code == 422
    assert client.post(address, {"when": "tomorrow"}).status_code == 302
    assert keys(anna) == {} and queue.count(anna, now()) == 0
    row = Snooze.objects.get()
    assert staff.calendar_of(anna.department_id).is_open(row.until)
    one.refresh_from_db()
    assert one.deadline < now()  # the deadline is what it was
    assert "Спящая" in text(client.get(reverse("crm:day-future")))
    drain(at=row.until + timedelta(seconds=1))
    row.refresh_from_db()
    assert row.returned_at and [each.title for each in queue.inbox(anna, row.until + HOUR, "/day/")[0].items] == [
        "Спящая"
    ]
    assert Fact.objects.filter(kind="snooze.over", owner_id=anna.pk).exists()


def test_it_is_taken_back_by_hand_and_put_off_once_more(client_of, anna, boris):
    one, client = task(anna, "Спящая", -HOUR), client_of(anna)
    address = reverse("crm:snooze", args=["task", one.pk])
    for _time in range(2):
        assert client.post(address, {"when": "week"}).status_code == 302
    row = Snooze.objects.get(returned_at=None)
    taking = reverse("crm:snoozed", args=[row.pk])
    assert client_of(boris).post(taking).status_code == 404
    assert client.get(taking).status_code == 200 and client.post(taking).status_code == 302
    assert keys(anna) == {"back": ["Спящая"]}
    assert client_of(boris).post(reverse("crm:snooze", args=["nothing", 1]), {"when": "week"}).status_code == 404
    foreign = task(boris, "Чужая", -HOUR)
    assert client.post(reverse("crm:snooze", args=["task", foreign.pk]), {"when": "week"}).status_code == 404


def test_named_moments_fall_into_working_time(sales):
    calendar = staff.calendar_of(sales.pk)
    friday = datetime(2026, 11, 27, 13, 30, tzinfo=UTC)  # 16:30 in Moscow
    assert back_at("evening", friday, calendar) == datetime(2026, 11, 27, 14, tzinfo=UTC)
    assert back_at("hour", friday + HOUR, calendar).astimezone(calendar.tz).isoweekday() == 1
    assert back_at("evening", friday + HOUR, calendar) == back_at("tomorrow", friday, calendar)
    assert after_days(1, friday, calendar).astimezone(calendar.tz).isoweekday() == 1
    assert after_days(4, friday, calendar) == datetime(2026, 12, 1, 7, tzinfo=UTC)


def test_done_shows_what_came_of_it(client_of, anna, deal_of):
    one, deal, client = task(anna, "Сделанная", HOUR), deal_of(anna, amount=100), client_of(anna)
    actions.complete_task(one, result="Договорились", by=anna, at=now())
    actions.win_deal(deal, amount=100, by=anna, at=now())
    page = text(client.get(reverse("crm:day-done")))
    assert "Сделанная" in page and "Договорились" in page and deal.title in page
    assert "Сделанная" not in text(client.get(reverse("crm:day-done"), {"day": "2026-01-01"}))
    assert client.get(reverse("crm:day-done"), {"day": "x"}).status_code == 200


# --- results ---------------------------------------------------------------------------


def result(**fields: Any) -> TaskResult:
    return TaskResult.objects.create(kind="call", text=fields.pop("text", "Итог"), **fields)


def test_a_result_leads_to_its_next_step(client_of, anna, deal_of):
    deal, client = deal_of(anna), client_of(anna)
    one = task(anna, "x", HOUR, deal=deal)
    ready = result(next_kind="proposal", next_days=2)
    address = reverse("crm:task-done", args=[one.pk])
    assert "Итог" in text(client.get(address))
    assert client.post(address, {"result": ready.pk, "next_kind": "usual", "when": "usual"}).status_code == 302
    one.refresh_from_db()
    following = Task.objects.get(deal=deal, done_at=None)
    assert (one.result, one.outcome, following.kind) == ("Итог", ready, "proposal")
    assert following.deadline == after_days(2, one.done_at, staff.calendar_of(anna.department_id))
    assert Fact.objects.get(kind="task.done").details["outcome"] == ready.pk


def test_a_result_may_ask_for_a_comment_wait_or_close_the_deal(client_of, anna, deal_of):
    deal, client = deal_of(anna), client_of(anna)
    one = task(anna, "x", HOUR, deal=deal)
    address, reason = reverse("crm:task-done", args=[one.pk]), LostReason.objects.first()
    lost = result(next_kind="lose", needs_comment=True)
    sent = {"result": lost.pk, "next_kind": "usual", "reason": reason.pk}
    assert client.post(address, sent).status_code == 422  # no comment
    assert client.post(address, {**sent, "text": "Дорого", "reason": ""}).status_code == 422
    assert client.post(address, {**sent, "text": "Дорого"}).status_code == 302
    deal.refresh_from_db()
    assert (deal.status, deal.outcome.comment) == ("lost", "Итог. Дорого")
    with pytest.raises(actions.CommentNeeded):
        actions.finish_task(task(anna, "y", HOUR), result="x", outcome=lost, then=None, by=anna, at=now())
    waiting = deal_of(anna, phone="+79030000002")
    two = task(anna, "y", HOUR, deal=waiting)
    think = result(text="Думает", next_kind="wait", next_days=7)
    client.post(reverse("crm:task-done", args=[two.pk]), {"result": think.pk, "next_kind": "usual"})
    waiting.refresh_from_db()
    assert waiting.next_action_kind == "wait"


def test_one_thing_after_another(client_of, anna):
    first, second, client = task(anna, "Первая", -2 * HOUR), task(anna, "Вторая", -HOUR), client_of(anna)
    start = client.get(reverse("crm:day-next"))["Location"]
    assert start.startswith(reverse("crm:task-done", args=[first.pk])) and "follow" in text(client.get(start))
    answer = client.post(start, {"text": "ок", "next_kind": "", "follow": "1"}, follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("crm:task-done", args=[second.pk]))
    answer = client.post(answer.redirect_chain[-1][0], {"text": "ок", "next_kind": "", "follow": "1"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("crm:day")


def test_results_are_the_administrators(client_of, anna, sales):
    client = client_of(employee("Admin", "administrator", department=sales))
    assert client_of(anna).get(reverse("crm:results")).status_code == 404
    assert "Не ответил" in text(client.get(reverse("crm:results")))
    sent = {"kind": "call", "text": "Занято", "next_kind": "call", "next_days": 0}
    assert client.get(reverse("crm:result-add"), {"kind": "call"}).status_code == 200
    assert client.post(reverse("crm:result-add"), sent).status_code == 302
    made = TaskResult.objects.get(text="Занято")
    before = list(TaskResult.objects.filter(kind="call").order_by("order").values_list("text", flat=True))
    assert before[-1] == "Занято"
    client.post(reverse("crm:result-order", args=[made.pk]), {"way": "up"})
    assert list(TaskResult.objects.filter(kind="call").order_by("order").values_list("text", flat=True))[-2] == "Занято"
    assert client.post(reverse("crm:result", args=[made.pk]), {**sent, "next_days": 400}).status_code == 422
    client.post(reverse("crm:result", args=[made.pk]), {**sent, "is_archived": "on"})
    assert "Занято" not in text(client_of(anna).get(reverse("crm:task-done", args=[task(anna, "x", HOUR).pk])))
