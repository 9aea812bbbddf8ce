from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from perezvon.staff import reads
from perezvon.staff.actions import (
    add_calendar,
    add_department,
    change_department,
    move_department,
    remove_holiday,
    set_holiday,
)
from perezvon.staff.holidays import exceptions, shortened
from perezvon.staff.models import Department, WorkCalendar
from perezvon.staff.testing import JOINED

MONDAY = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)  # 9:00 in Moscow


def test_paths_follow_the_tree(company: Any, sales: Any) -> None:
    tours = add_department("Tours", parent=sales, at=JOINED)
    assert tours.path == f"/{company.pk}/{sales.pk}/{tours.pk}/"
    assert (company.depth, tours.depth) == (0, 2)


def test_a_branch_moves_whole(company: Any, sales: Any, support: Any) -> None:
    tours = add_department("Tours", parent=sales, at=JOINED)
    move_department(sales, support, at=JOINED)
    tours.refresh_from_db()
    assert tours.path == f"/{company.pk}/{support.pk}/{sales.pk}/{tours.pk}/"
    move_department(sales, None, at=JOINED)
    tours.refresh_from_db()
    assert tours.path == f"/{sales.pk}/{tours.pk}/"


def test_a_department_is_no_part_of_itself(company: Any, sales: Any) -> None:
    for parent in (company, sales):
        with pytest.raises(ValidationError):
            move_department(company, parent, at=JOINED)
    sales.refresh_from_db()
    assert sales.path == f"/{company.pk}/{sales.pk}/"


def test_names_are_unique_among_neighbours(company: Any, sales: Any) -> None:
    with pytest.raises(ValidationError):
        add_department("sales", parent=company, at=JOINED)
    with pytest.raises(ValidationError):
        add_department("Company", at=JOINED)
    assert add_department("Sales", parent=sales, at=JOINED).path.count("/") == 4
    with pytest.raises(IntegrityError), transaction.atomic():
        Department.objects.create(name="Company")


def test_a_department_works_by_its_own_calendar_or_its_parents(company: Any, sales: Any, support: Any) -> None:
    night = add_calendar(
        "Night", {str(day): [["00:00", "00:00"]] for day in range(7)}, time_zone="Europe/Moscow", at=JOINED
    )
    change_department(sales, name="Sales", head=None, calendar=night, at=JOINED)
    tours = add_department("Tours", parent=sales, at=JOINED)
    midnight = MONDAY.replace(hour=22)
    assert [reads.calendar_of(one.pk).is_open(midnight) for one in (company, sales, support, tours)] == [
        False,
        True,
        False,
        True,
    ]
    assert reads.calendar_of(None).is_open(MONDAY)
    assert reads.calendar_of(999_999).is_open(MONDAY)


def test_calendars_are_remembered(company: Any, sales: Any, django_assert_num_queries: Any) -> None:
    reads.calendar_of(sales.pk)
    with django_assert_num_queries(0):
        reads.calendar_of(company.pk)


def test_the_main_calendar_knows_public_holidays(db: Any) -> None:
    working = reads.calendar_of(None)
    assert working.intervals(date(2026, 1, 9)) == []  # moved from 3 January
    assert working.intervals(date(2025, 11, 1))  # a working Saturday
    assert working.intervals(date(2026, 5, 11)) == []
    ((opens, closes),) = working.intervals(date(2026, 4, 30))
    assert closes - opens == timedelta(hours=8)


def test_public_holidays_bend_to_the_weekly_hours() -> None:
    days = {day: hours for day, _name, hours in exceptions({"5": [["10:00", "14:00"], ["15:00", "16:00"]]})}
    assert days[date(2025, 3, 8)] == []
    assert days[date(2025, 11, 1)] == [["10:00", "14:00"]]
    assert date(2025, 1, 1) not in days  # a Wednesday, closed anyway
    assert shortened([["09:00", "00:00"]]) == [["09:00", "23:00"]]
    assert shortened([]) == []


def test_a_day_of_its_own(db: Any) -> None:
    calendar = WorkCalendar.objects.get(is_default=True)
    holiday = set_holiday(calendar, date(2026, 6, 2), name="Stocktaking", intervals=[["12:00", "15:00"]], at=JOINED)
    assert reads.calendar_of(None).between(MONDAY, MONDAY + timedelta(days=2)) == 9 * 3600 + 3 * 3600
    remove_holiday(holiday, at=JOINED)
    assert reads.calendar_of(None).between(MONDAY, MONDAY + timedelta(days=2)) == 18 * 3600


@pytest.mark.parametrize("hours", [[["18:00", "09:00"]], [["09:00", "13:00"], ["12:00", "18:00"]], [["9", "x"]]])
def test_impossible_hours_are_refused(db: Any, hours: list[list[str]]) -> None:
    with pytest.raises(ValidationError):
        add_calendar("Odd", {"0": hours}, time_zone="Europe/Moscow", at=JOINED)


def test_an_unknown_zone_is_refused(db: Any) -> None:
    with pytest.raises(ValidationError):
        add_calendar("Odd", {}, time_zone="Europe/Nowhere", at=JOINED)
