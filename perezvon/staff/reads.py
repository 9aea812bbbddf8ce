"""What other rooms may ask about the staff. Names and calendars are remembered for a few seconds."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from functools import wraps
from time import monotonic
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from perezvon.kit.worktime import Interval, WorkingTime, all_week

from . import access
from .models import Absence, Department, Presence, PresenceReason, User, WorkCalendar

SECONDS = 5.0
T = TypeVar("T")
_NINE_TO_SIX = all_week(time(9), time(18), ZoneInfo("Europe/Moscow"))
_remembered: dict[str, tuple[float, Any]] = {}


def remembered(load: Callable[[], T]) -> Callable[[], T]:
    """Ask the database once in ``SECONDS``: a change made by another process is seen after that."""

    @wraps(load)
    def ask() -> T:
        until, value = _remembered.get(load.__name__, (0.0, None))
        if monotonic() >= until:
            value = load()
            _remembered[load.__name__] = (monotonic() + SECONDS, value)
        return value

    return ask


def forget() -> None:
    """Drop what this process remembers; every action of the staff does it."""
    _remembered.clear()
    access.forget_everybody()


@remembered
def _names() -> dict[int, str]:
    return dict(User.objects.values_list("pk", "name"))


def name_of(user_id: int | None) -> str:
    """The name of a person of the staff; "" for nobody and for an unknown id."""
    return _names().get(user_id, "") if user_id is not None else ""


def names_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    """Names by id; unknown ids are left out."""
    names = _names()
    return {one: names[one] for one in user_ids if one is not None and one in names}


def everybody() -> list[tuple[int, str]]:
    """(id, name) of everybody who works or worked here."""
    return list(_names().items())


@remembered
def working() -> list[tuple[int, str]]:
    """(id, name) of everybody who works here, by name."""
    return list(User.objects.working().order_by("name", "pk").values_list("pk", "name"))


@remembered
def departments() -> list[tuple[int, str]]:
    """(id, name) of the departments in the order of the tree, the deeper the more to the right."""
    return [(one.pk, "\u2003" * one.depth + one.name) for one in Department.objects.order_by("path")]


def department_of(user_id: int | None) -> int | None:
    """The department of a person of the staff."""
    return User.objects.filter(pk=user_id).values_list("department_id", flat=True).first() if user_id else None


@remembered
def _calendars() -> dict[int | None, WorkingTime]:
    """Working time by department id; None = the default calendar."""
    calendars = list(WorkCalendar.objects.prefetch_related("holidays"))
    times = {calendar.pk: working_time(calendar) for calendar in calendars}
    default = next((times[one.pk] for one in calendars if one.is_default), _NINE_TO_SIX)
    rows = Department.objects.values_list("path", "pk", "parent_id", "calendar_id").order_by()
    found: dict[int | None, WorkingTime] = {None: default}
    for _path, pk, parent_id, calendar_id in sorted(rows, key=lambda row: row[0].count("/")):  # parents first
        found[pk] = times[calendar_id] if calendar_id else found.get(parent_id, default)
    return found


def zone_called(name: str) -> ZoneInfo:
    """The time zone with this name; the company's for "" and for one that this system does not know."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ValueError, OSError):  # a name that is none, or no such file
        return ZoneInfo(settings.TIME_ZONE)


@remembered
def _zones() -> dict[int, str]:
    return dict(User.objects.exclude(time_zone="").values_list("pk", "time_zone"))


def zone_of(user_id: int | None) -> ZoneInfo:
    """The time zone a person lives in: his own, else the company's."""
    return zone_called(_zones().get(user_id or 0, ""))


def absences_of(user_ids: Iterable[int], first: date, last: date) -> list[Absence]:
    """When these people are away between two days, both included, with their substitutes."""
    rows = Absence.objects.on(first, last).filter(user__in=list(user_ids))
    return list(rows.select_related("user", "substitute"))


def away_on(user_id: int | None, day: date) -> Absence | None:
    """The absence of a person on a day; None when he works as usual."""
    return next(iter(absences_of([user_id], day, day)), None) if user_id else None


def calendar_of(department_id: int | None) -> WorkingTime:
    """The working time of a department: its own calendar, else its parents', else the default one."""
    calendars = _calendars()
    return calendars.get(department_id) or calendars[None]


def calendar_ids() -> dict[int | None, int | None]:
    """The id of the calendar by department id, inherited like in ``calendar_of``; None = the default one."""
    default = WorkCalendar.objects.filter(is_default=True).values_list("pk", flat=True).first()
    rows = Department.objects.values_list("path", "pk", "parent_id", "calendar_id").order_by()
    found: dict[int | None, int | None] = {None: default}
    for _path, pk, parent_id, calendar_id in sorted(rows, key=lambda row: row[0].count("/")):  # parents first
        found[pk] = calendar_id or found.get(parent_id, default)
    return found


def intervals_of(pairs: Sequence[Sequence[str]]) -> tuple[Interval, ...]:
    """Stored pairs of "HH:MM" as times. ValueError for anything else."""
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in pairs)


def working_time(calendar: WorkCalendar) -> WorkingTime:
    """A stored calendar as an object that can count."""
    weekly = {int(day): intervals_of(pairs) for day, pairs in calendar.weekly.items()}
    days = {holiday.day: intervals_of(holiday.intervals) for holiday in calendar.holidays.all()}
    return WorkingTime(weekly, ZoneInfo(calendar.time_zone), days)


def sellers(department_id: int | None = None) -> list[User]:
    """People who work deals of their own (or of their department), in a department and below it.

    None = the whole company. Heads, whose right reaches further, are not meant.
    """
    people = User.objects.working().filter(
        roles__grants__noun="deal", roles__grants__verb="edit", roles__grants__scope__in=("own", "department")
    )
    return list(_below(people, department_id).distinct().order_by("name", "pk"))


@remembered
def managers() -> frozenset[int]:
    """Ids of everybody who may work deals, heads too: clients can be theirs. Operators only pass clients on."""
    work = Q(is_superuser=True) | Q(roles__grants__noun="deal", roles__grants__verb="edit")
    return frozenset(User.objects.working().filter(work).values_list("pk", flat=True))


def colleagues(department_id: int | None = None) -> list[User]:
    """Everybody who works in a department and below it; None = the whole company."""
    return list(_below(User.objects.working(), department_id).order_by("name", "pk"))


def _below(people: Any, department_id: int | None) -> Any:
    if department_id is None:
        return people
    path = Department.objects.filter(pk=department_id).values_list("path", flat=True).first()
    return people.filter(department__path__startswith=path) if path else people.none()


def head_of(department_id: int | None) -> int | None:
    """The user id of the head of a department, else of the nearest one above that has a head."""
    while department_id is not None:
        row = Department.objects.filter(pk=department_id).values_list("head_id", "parent_id").first()
        if row is None or row[0] is not None:
            return row[0] if row else None
        department_id = row[1]
    return None


def heads_of(department_id: int | None) -> list[int]:
    """User ids of the heads of a department and of all above it, the nearest first; nobody twice."""
    rows = Department.objects.values_list("pk", "head_id", "parent_id", "head__is_active").order_by()
    tree = {pk: (head_id if works else None, parent_id) for pk, head_id, parent_id, works in rows}
    found: dict[int, None] = {}
    while department_id in tree:
        head_id, department_id = tree[department_id]
        if head_id is not None:
            found[head_id] = None
    return list(found)


def owners() -> list[int]:
    """User ids of the owners of the business, else of the administrators."""
    people = User.objects.working()
    for role in ("owner", "administrator"):
        if ids := list(people.filter(roles__key=role).order_by("pk").values_list("pk", flat=True)):
            return ids
    return list(people.filter(is_superuser=True).order_by("pk").values_list("pk", flat=True))


def presence_of(user_ids: Iterable[int]) -> dict[int, Presence]:
    """What people do now, by user id; those who never said are left out."""
    return {one.user_id: one for one in Presence.objects.filter(user__in=list(user_ids), until=None)}


@remembered
def reasons() -> list[PresenceReason]:
    """The reasons in use, in the order they are offered."""
    return list(PresenceReason.objects.filter(is_used=True))


def find_people(text: str, limit: int) -> list[User]:
    """People of the staff by a part of the name, e-mail or internal number."""
    condition = Q(name__icontains=text) | Q(email__istartswith=text) | Q(extension=text)
    return list(User.objects.working().filter(condition).select_related("department")[:limit])
