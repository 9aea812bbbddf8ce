"""When the company works: calendars with their weekly hours, and the days that differ."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.staff.actions import calendars as actions
from perezvon.staff.models import Holiday, WorkCalendar

from ..ids import named
from ..nouns import Caller, Expansion, Noun, register
from ..schemas import Day, Field, Hours, Id, In, Line, Out

KEEPER = "staff.administer"


class WorkCalendarOut(Out):
    """Weekly hours in a time zone; departments without a calendar of their own use the default one."""

    id: int
    name: str = Field(validation_alias="title")
    weekly: dict[str, list[list[str]]] = Field(description=_("By weekday, “0” = Monday: [[“09:00”, “18:00”], …]."))
    time_zone: str
    is_default: bool


register(Noun(
    "work-calendars", "work_calendar", _("Working calendars"), WorkCalendarOut, lambda user, verb: WorkCalendar.objects.all(),
))  # fmt: skip


class HolidayOut(Out):
    """A day that differs from its weekday."""

    id: int
    calendar_id: int
    day: date
    name: str = Field(validation_alias="title")
    intervals: list[list[str]] = Field(description=_("The hours of that day; empty = closed."))


class HolidayIn(In):
    """A day with hours of its own; one that is there already is changed."""

    calendar_id: Id
    day: Day
    name: Line = ""
    intervals: Hours = []


HOLIDAYS = register(Noun(
    "holidays", "holiday", _("Holidays and days with other hours"), HolidayOut, lambda user, verb: Holiday.objects.all(),
    narrow={"calendar": "calendar_id"}, expand={"calendar": Expansion("work-calendars", "calendar_id")},
    related=("calendar",),
))  # fmt: skip


@HOLIDAYS.adds(HolidayIn, right=KEEPER)
def set_holiday(caller: Caller, body: HolidayIn) -> Any:
    """That day has its own hours from now on."""
    calendar = named(WorkCalendar.objects.all(), body.calendar_id, "calendar_id")
    return actions.set_holiday(
        calendar, body.day, name=body.name, intervals=body.intervals, by=caller.user, at=caller.at
    )


@HOLIDAYS.removes(right=KEEPER)
def remove_holiday(caller: Caller, row: Holiday) -> None:
    """An ordinary weekday again."""
    actions.remove_holiday(row, by=caller.user, at=caller.at)
