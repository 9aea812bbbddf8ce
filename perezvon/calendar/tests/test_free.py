"""Common free time and absences."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from perezvon.calendar.free import common
from perezvon.crm import actions
from perezvon.crm.models import Task
from perezvon.staff.actions import add_calendar, add_department, set_absence
from perezvon.staff.models import Absence
from perezvon.staff.testing import person

pytestmark = pytest.mark.django_db
MOSCOW = ZoneInfo("Europe/Moscow")
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WEDNESDAY = date(2026, 11, 25)


def busy(user, begin: str, end: str, **fields) -> Task:
    times = [datetime.fromisoformat(f"2026-11-25T{clock}:00+03:00") for clock in (begin, end)]
    return actions.set_task(
        kind="meeting", title="Занято", starts_at=times[0], ends_at=times[1], deadline=times[1], by=user, at=AT, **fields
    )  # fmt: skip


def spans(people, day=WEDNESDAY, days=1, minutes=30, at=AT, zone=MOSCOW) -> list[str]:
    found = common(people, day, days, minutes, zone=zone, at=at)
    return [f"{one.starts_at.astimezone(zone):%d %H:%M}-{one.ends_at.astimezone(zone):%H:%M}" for one in found]


def test_free_is_what_is_left_of_everybodys_working_time(anna, boris):
    busy(anna, "10:00", "12:00")
    busy(boris, "11:30", "13:00", is_private=True)
    busy(boris, "13:20", "15:00")
    assert spans([anna, boris]) == ["25 09:00-10:00", "25 15:00-18:00"]
    assert spans([anna, boris], minutes=15) == ["25 09:00-10:00", "25 13:00-13:20", "25 15:00-18:00"]
    assert spans([anna], at=datetime(2026, 11, 25, 10, 0, tzinfo=UTC)) == ["25 13:00-18:00"]


def test_a_done_task_is_no_time_and_who_is_away_has_none(anna, boris):
    actions.complete_task(busy(anna, "09:00", "18:00"), result="Да", by=anna, at=AT)
    assert spans([anna]) == ["25 09:00-18:00"]
    set_absence(user=boris, kind="vacation", first=WEDNESDAY, last=WEDNESDAY, at=AT)
    assert spans([anna, boris], days=2) == ["26 09:00-18:00"]
    assert spans([anna], day=date(2026, 11, 28)) == []  # a Saturday


def test_people_far_apart_have_little_time_together(anna, company):
    week = {str(day): [["09:00", "18:00"]] for day in range(5)}
    far = add_calendar("Far East", week, time_zone="Asia/Vladivostok", at=AT)
    department = add_department("Far East", parent=company, calendar=far, at=AT)
    east = person("Vika Far", "seller", department=department)
    assert spans([anna, east]) == ["25 09:00-11:00"]  # nine in Moscow is four in the afternoon there
    assert spans([east], zone=ZoneInfo("Asia/Vladivostok")) == ["25 09:00-18:00"]


def test_tasks_of_somebody_away_go_to_who_stands_in(anna, boris, operator, sales, client_of):
    operator.department = sales
    operator.save()
    mine, later = busy(anna, "10:00", "11:00"), busy(anna, "10:00", "11:00")
    actions.move_task(later, later.starts_at + timedelta(days=5), by=anna, at=AT)
    absence = set_absence(
        user=anna, kind="sick", first=WEDNESDAY, last=WEDNESDAY, substitute=operator, at=AT
    )  # fmt: skip
    assert client_of(anna).post(f"/calendar/absences/{absence.pk}/hand/").status_code == 404
    assert client_of(boris).post(f"/calendar/absences/{absence.pk}/hand/").status_code == 302
    mine.refresh_from_db()
    later.refresh_from_db()
    assert (mine.responsible, later.responsible) == (operator, anna)
    assert mine.handovers.get().why


def test_absences_are_ones_own_or_those_of_ones_people(anna, boris, operator, client_of):
    fields = {"kind": "vacation", "first": "2026-12-01", "last": "2026-12-10"}
    assert client_of(anna).post("/calendar/absences/add/", {**fields, "user": anna.pk}).status_code == 302
    assert client_of(anna).post("/calendar/absences/add/", {**fields, "user": boris.pk}).status_code == 422
    assert client_of(boris).post("/calendar/absences/add/", {**fields, "user": anna.pk}).status_code == 422  # twice
    row = Absence.objects.get()
    assert client_of(operator).post(f"/calendar/absences/{row.pk}/remove/").status_code == 404
    assert client_of(boris).post(f"/calendar/absences/{row.pk}/remove/").status_code == 302
    page = client_of(anna).get("/calendar/absences/")
    assert page.status_code == 200 and not Absence.objects.exists()


def test_the_page_of_free_time_answers(anna, boris, client_of):
    page = client_of(anna).get(
        "/calendar/free/", {"who": [anna.pk, boris.pk], "minutes": 60, "first": "2030-01-14", "days": 1}
    )
    assert "09:00–18:00" in page.content.decode()
    assert client_of(anna).get("/calendar/free/").status_code == 200
    assert client_of(anna).get("/calendar/free/", {"who": "x"}).status_code == 422
