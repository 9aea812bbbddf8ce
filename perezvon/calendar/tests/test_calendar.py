"""The calendar through the door: whose time is seen how, views, filters, absences, queries."""

from datetime import UTC, datetime, timedelta

import pytest

from perezvon.crm import actions
from perezvon.staff.actions import change_user, set_absence

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # Tuesday, noon in Moscow
WEEK = "/calendar/?view=week&day=2026-11-24"


def slot(user, title="Встреча у клиента", at=AT, hours=1, **fields):
    ends = at + hours * HOUR
    return actions.set_task(
        kind="meeting", title=title, starts_at=at, ends_at=ends, deadline=ends, by=user, at=AT, **fields
    )


def seen(client, address=WEEK) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_everybody_sees_his_own_and_of_others_only_that_they_are_busy(anna, boris, operator, client_of):
    slot(anna)
    private = slot(anna, "Зубной врач", at=AT + 3 * HOUR, is_private=True)
    assert "Встреча у клиента" in seen(client_of(anna)) and "Зубной врач" in seen(client_of(anna))
    heads = seen(client_of(boris), f"{WEEK}&who={anna.pk}")
    assert "Встреча у клиента" in heads and "Зубной врач" not in heads and "15:00–16:00</span> busy" in heads
    others = seen(client_of(operator), f"{WEEK}&who={anna.pk}")
    assert "Встреча" not in others and others.count("busy") >= 2 and f"/tasks/{private.pk}/" not in others


def test_without_the_right_to_tasks_there_is_no_calendar(gleb, client_of):
    assert client_of(gleb).get("/calendar/").status_code == 404
    assert client_of(None).get("/calendar/").status_code == 302


@pytest.mark.parametrize("view", ["day", "week", "month", "people"])
def test_each_view_shows_the_slot_the_deadline_and_who_is_away(view, anna, boris, client_of):
    slot(anna)
    actions.set_task(kind="call", title="Перезвонить Олегу", deadline=AT + 2 * HOUR, by=anna, at=AT)
    set_absence(user=anna, kind="trip", first=AT.date(), last=AT.date(), at=AT)
    page = seen(client_of(boris), f"/calendar/?view={view}&day=2026-11-24&who={anna.pk}")
    assert "Встреча у клиента" in page and "Перезвонить Олегу" in page and "business trip" in page


def test_times_stand_in_the_readers_zone(anna, client_of):
    slot(anna, at=datetime(2026, 11, 24, 20, 30, tzinfo=UTC))
    assert "23:30–00:30" in seen(client_of(anna))
    change_user(anna, {"time_zone": "Asia/Vladivostok"}, at=AT)
    page = seen(client_of(anna), "/calendar/?view=day&day=2026-11-25")
    assert "06:30–07:30" in page and "Wednesday, 25 November 2026" in page
    assert "06:30" not in seen(client_of(anna), "/calendar/?view=day&day=2026-11-24")


def test_kinds_are_chosen_and_nonsense_is_left_out(anna, client_of):
    slot(anna)
    assert "Встреча у клиента" not in seen(client_of(anna), f"{WEEK}&kind=call")
    assert "Встреча у клиента" in seen(client_of(anna), f"{WEEK}&kind=meeting")
    assert client_of(anna).get("/calendar/?view=x&day=9999-99-99&who=a&department=z&kind=?").status_code == 200
    assert "23:00" in seen(client_of(anna), f"{WEEK}&hours=all")


def test_a_page_costs_a_known_number_of_queries(anna, boris, operator, client_of, django_assert_max_num_queries):
    for user in (anna, boris, operator):
        for number in range(5):
            slot(user, at=AT + number * HOUR)
    client = client_of(boris)
    address = f"{WEEK}&who={anna.pk}&who={boris.pk}&who={operator.pk}"
    client.get(address)
    with django_assert_max_num_queries(9):
        assert client.get(address).status_code == 200


def test_a_slot_dropped_on_a_colleague_is_his(anna, boris, operator, sales, client_of):
    task = slot(anna)
    fields = {"starts_at": "2026-11-24T14:00", "minutes": "60", "dragged": "1"}
    refusal = client_of(anna).post(f"/tasks/{task.pk}/slot/", {**fields, "who": boris.pk})
    assert refusal.status_code == 409 and "hand" in refusal.content.decode()
    assert client_of(boris).post(f"/tasks/{task.pk}/slot/", {**fields, "who": boris.pk}).status_code == 204
    task.refresh_from_db()
    assert task.responsible == boris and task.starts_at == AT + 2 * HOUR
