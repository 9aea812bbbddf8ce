"""What the pages of the calendar are made of: whose, which days, what stands where."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from perezvon.crm.kinds import task_kinds
from perezvon.staff import reads as staff
from perezvon.staff.models import User

from . import entries, layout
from .entries import Entry
from .layout import DAY, Hours, Placed

DAY_VIEW, WEEK, MONTH, PEOPLE = "day", "week", "month", "people"
VIEWS = (DAY_VIEW, WEEK, MONTH, PEOPLE)
MOST_PEOPLE, IN_CELL = 12, 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; nonsense is left out."""

    view: str
    day: date
    people: tuple[User, ...]
    department: int | None
    kind: str
    whole_day: bool

    @property
    def days(self) -> list[date]:
        """The days of the page."""
        if self.view == WEEK:
            return entries.days_of(self.day - timedelta(days=self.day.weekday()), 7)
        if self.view == MONTH:
            first = self.day.replace(day=1)
            return entries.days_of(first - timedelta(days=first.weekday()), 42)
        return [self.day]

    def moved(self, way: int) -> date:
        """The day that the page before (-1) or after (1) is about."""
        if self.view != MONTH:
            return self.day + timedelta(days=way * (7 if self.view == WEEK else 1))
        first = self.day.replace(day=1)
        return first - timedelta(days=1) if way < 0 else (first + timedelta(days=32)).replace(day=1)


def asked(request: HttpRequest, today: date) -> Asked:
    """Read the address: ``view``, ``day``, ``who`` (several), ``department``, ``kind``, ``hours=all``."""
    get = request.GET
    try:
        day = date.fromisoformat(get.get("day", ""))
        day = day if 2000 <= day.year <= 2100 else today
    except ValueError:
        day = today
    view = get.get("view", WEEK)
    view = view if view in VIEWS else WEEK
    kind = get.get("kind", "")
    named = get.get("department", "")
    department = int(named) if named.isascii() and named.isdigit() and len(named) < 10 else None
    return Asked(
        view, day, _people(request, view, department), department, kind if kind in task_kinds() else "",
        get.get("hours") == "all",
    )  # fmt: skip


def _people(request: HttpRequest, view: str, department: int | None) -> tuple[User, ...]:
    """Those chosen; a department as a whole; side by side the own department; else oneself."""
    ids = {int(text) for text in request.GET.getlist("who") if text.isascii() and text.isdigit() and len(text) < 10}
    user: Any = request.user
    if ids:
        return tuple(User.objects.working().filter(pk__in=ids).order_by("name")[:MOST_PEOPLE])
    if department or view == PEOPLE:
        found = staff.colleagues(department or user.department_id)[:MOST_PEOPLE]
        return tuple(found) or (user,)
    return (user,)


@dataclass(frozen=True, slots=True)
class Column:
    """A day of one or several people, laid out."""

    day: date
    user: User | None
    slots: list[Placed[Entry]]
    deadlines: list[Entry]
    absences: list[Any]
    shade: list[tuple[float, float]]
    is_today: bool
    now: float | None


def columns(wanted: Asked, user: Any, at: datetime) -> tuple[Hours, list[Column]]:
    """The columns of a day, a week or of people side by side, and the hours they show."""
    tz, days = timezone.get_current_timezone(), wanted.days
    shown = _gather(wanted, user, at)
    keys: list[tuple[date, User | None]] = [(day, None) for day in days]
    if wanted.view == PEOPLE:
        keys = [(days[0], one) for one in wanted.people]
    laid = [(day, who, _spans(shown.slots, day, who, tz)) for day, who in keys]
    hours = Hours(0, DAY) if wanted.whole_day else layout.hours_for(
        [span[:2] for _day, _who, spans in laid for span in spans], Hours()
    )  # fmt: skip
    made = [
        Column(
            day, who, layout.place(spans, hours),
            [one for one in shown.deadlines if _is_on(one, day, tz) and (who is None or one.user_id == who.pk)],
            [one for one in shown.absences if one.first <= day <= one.last and (who is None or one.user_id == who.pk)],
            _shade(day, who or wanted.people[0], hours, tz), day == at.astimezone(tz).date(), _now(at, day, hours, tz),
        )
        for day, who, spans in laid
    ]  # fmt: skip
    return hours, made


def _gather(wanted: Asked, user: Any, at: datetime) -> entries.Shown:
    days, tz = wanted.days, timezone.get_current_timezone()
    begin = datetime.combine(days[0], time(), tz)
    end = datetime.combine(days[-1] + timedelta(days=1), time(), tz)
    return entries.gather(user, [one.pk for one in wanted.people], begin, end, kind=wanted.kind, at=at)


def _spans(slots: Sequence[Entry], day: date, who: User | None, tz: Any) -> list[tuple[int, int, Entry]]:
    found = []
    for one in slots:
        if who is not None and one.user_id != who.pk:
            continue
        if span := layout.span_on(one.starts_at, one.ends_at, day, tz):
            whole = span[0] >= 0 and one.ends_at - one.starts_at == timedelta(minutes=span[1] - span[0])
            found.append((*span, one if whole else replace(one, can_move=False)))  # a part of it is not dragged
    return found


def _is_on(one: Entry, day: date, tz: Any) -> bool:
    return one.starts_at.astimezone(tz).date() == day


def _shade(day: date, who: User, hours: Hours, tz: Any) -> list[tuple[float, float]]:
    """(top, height) in percent of the times at which nobody works: before, between, after the opening hours."""
    opens = staff.calendar_of(who.department_id).intervals(day)
    edges = [0, *(minute for span in opens for minute in (layout.minute_of(each, day, tz) for each in span)), DAY]
    closed = zip(edges[::2], edges[1::2], strict=True)
    return [(hours.top(a), hours.top(b) - hours.top(a)) for a, b in closed if hours.top(b) > hours.top(a)]


def _now(at: datetime, day: date, hours: Hours, tz: Any) -> float | None:
    minute = layout.minute_of(at, day, tz)
    return hours.top(minute) if hours.begin <= minute <= hours.end and 0 <= minute < DAY else None


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the month: its first entries and how many more there are."""

    day: date
    entries: list[Entry]
    rest: int
    absences: list[Any]
    is_today: bool
    is_other: bool
    is_free: bool


def month(wanted: Asked, user: Any, at: datetime) -> list[list[Cell]]:
    """Six weeks around a month."""
    tz, shown = timezone.get_current_timezone(), _gather(wanted, user, at)
    opens = staff.calendar_of(wanted.people[0].department_id)
    cells = []
    for day in wanted.days:
        found = sorted(
            [one for one in (*shown.slots, *shown.deadlines) if layout.span_on(one.starts_at, one.ends_at, day, tz)],
            key=lambda one: one.starts_at,
        )
        away = [one for one in shown.absences if one.first <= day <= one.last]
        today, free = day == at.astimezone(tz).date(), not opens.intervals(day)
        other = day.month != wanted.day.month
        cells.append(Cell(day, found[:IN_CELL], max(0, len(found) - IN_CELL), away, today, other, free))
    return [cells[number : number + 7] for number in range(0, 42, 7)]
