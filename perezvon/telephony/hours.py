"""Working hours of a line: which calendar counts, and whether it is open."""

from datetime import datetime

from perezvon.kit.worktime import WorkingTime
from perezvon.staff.models import Department, WorkCalendar
from perezvon.staff.reads import calendar_of, working_time

from .models import Line


def time_of(line: Line) -> WorkingTime:
    """The working time that decides where the line's calls go: its own, else the department's, else the company's."""
    return working_time(line.calendar) if line.calendar else calendar_of(line.department_id)


def is_open(line: Line, at: datetime) -> bool:
    """Whether the line is open at that moment."""
    return time_of(line).is_open(at)


def calendar_of_line(line: Line) -> WorkCalendar | None:
    """The calendar itself; None when the company has none and the built-in week counts."""
    if line.calendar:
        return line.calendar
    department: Department | None = line.department
    while department is not None:
        if department.calendar:
            return department.calendar
        department = department.parent
    return WorkCalendar.objects.filter(is_default=True).first()
