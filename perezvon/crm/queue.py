"""One queue of the day for each person: what waits for him, whatever room it comes from.

A room declares a ``Queue`` (requests, tasks, deals ...) in its ``plugs.py``; things that a person has put off (``Snooze``)
are left out until they come back. Sections are counted by one statement.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from .models import Snooze
from .moments import day_began

MOST_COUNTED = 1000
SHOWN, ALONE = 12, 100


@dataclass(frozen=True, slots=True)
class Button:
    """A way on: ``key`` is the key that presses it on the current line ("KeyD")."""

    label: Any
    url: str
    icon: str
    key: str = ""
    is_dialog: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the queue. ``at`` is when it is due (colour and words); ``about`` are (text, address or "").

    ``call`` is what a telephone would call: ("task", 7). ``main`` is the mark in front: what is to be done with it.
    """

    noun: str
    pk: int
    title: str
    url: str
    main: Button
    at: datetime | None = None
    about: Sequence[tuple[Any, str]] = ()
    call: tuple[str, int] | None = None
    more: Sequence[Button] = ()
    tag: Any = ""
    due_label: Any = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """A kind of things that wait: ``rows(user, at)`` in their order, the most urgent first.

    ``items(rows, back)`` are their lines, ``back`` the address to come back to. ``noun`` says what the keys of the rows
    are of. ``through(user)`` is a button over the section ("one after another").
    """

    key: str
    noun: str
    title: Any
    icon: str
    rows: Callable[[Any, datetime], Any]
    items: Callable[[Sequence[Any], str], list[Item]]
    order: int = 100
    tone: str = ""
    can: Callable[[Any], bool] = lambda user: True
    through: Callable[[Any], Button | None] = lambda user: None


@dataclass(slots=True)
class Section:
    """A part of the inbox: ``count`` of all that waits there, the first ``items``."""

    key: str
    title: Any
    icon: str
    tone: str = ""
    count: int = 0
    items: list[Item] = field(default_factory=list)
    through: Button | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that a person has done: when, what, what came out of it."""

    at: datetime
    icon: str
    title: str
    url: str
    result: str = ""
    tone: str = ""


_queues: dict[str, Queue] = {}
#: noun -> ``find(user, pk)``: what a thing is called, when the person may see it (Http404 otherwise)
things: dict[str, Callable[[Any, int], str]] = {}
#: asked as ``(user, since, until)``: what he did between
achieved: list[Callable[[Any, datetime, datetime], list[Done]]] = []
#: asked as ``(user, since, until, back)``: lines of what is planned between, each with ``at``
planned: list[Callable[[Any, datetime, datetime, str], list[Item]]] = []


def queue(one: Queue) -> Queue:
    """Put a kind of things into everybody's inbox. ValueError when the key is taken."""
    if one.key in _queues:
        raise ValueError(f"the queue {one.key!r} is declared twice")
    _queues[one.key] = one
    return one


def _mine(user: Any) -> list[Queue]:
    return [one for one in sorted(_queues.values(), key=lambda each: each.order) if one.can(user)]


@dataclass(frozen=True, slots=True)
class Slept:
    """What a person put off: ids by noun of what sleeps at this moment, and of what came back today."""

    asleep: Mapping[str, set[int]]
    returned: Mapping[str, set[int]]


def slept_of(user: Any, at: datetime) -> Slept:
    """One query."""
    rows = Snooze.objects.filter(user=user).filter(Q(returned_at=None) | Q(returned_at__gte=day_began(at)))
    asleep: dict[str, set[int]] = {}
    returned: dict[str, set[int]] = {}
    for noun, pk, until, back_at in rows.values_list("noun", "thing_id", "until", "returned_at"):
        sleeps = back_at is None and until > at
        (asleep if sleeps else returned).setdefault(noun, set()).add(pk)
    for noun, ids in returned.items():
        ids -= asleep.get(noun, set())
    return Slept(asleep, returned)


def _waiting(one: Queue, user: Any, at: datetime, slept: Slept) -> Any:
    """Rows of a queue that neither sleep nor came back today (those stand in a section of their own)."""
    rows, out = one.rows(user, at), slept.asleep.get(one.noun, set()) | slept.returned.get(one.noun, set())
    return rows.exclude(pk__in=out) if out else rows


def _came_back(one: Queue, user: Any, at: datetime, slept: Slept) -> Any:
    ids = slept.returned.get(one.noun)
    return one.rows(user, at).filter(pk__in=ids) if ids else None


def counted(querysets: Sequence[Any]) -> list[int]:
    """How many rows each has, by one statement; from MOST_COUNTED on nobody counts further."""
    parts, values, empty = [], [], set()
    for n, rows in enumerate(querysets):
        try:
            sql, params = rows.order_by().values("pk")[:MOST_COUNTED].query.sql_with_params()
        except EmptyResultSet:
            empty.add(n)
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS few)")  # noqa: S608
        values += params
    if not parts:
        return [0] * len(querysets)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), values)
        found = iter(cursor.fetchone())
    return [0 if n in empty else next(found) for n in range(len(querysets))]


def count(user: Any, at: datetime) -> int:
    """How many things wait for a person: the number to bring to zero."""
    slept = slept_of(user, at)
    rows = [part for one in _mine(user) for part in (_waiting(one, user, at, slept), _came_back(one, user, at, slept))]
    return sum(counted([part for part in rows if part is not None]))


def inbox(user: Any, at: datetime, back: str, show: str = "") -> list[Section]:
    """The sections of a person's inbox with their counts; lines only of the one that is shown ("" = of all)."""
    slept, queues = slept_of(user, at), _mine(user)
    waiting = [_waiting(one, user, at, slept) for one in queues]
    counts = counted(waiting)
    sections = [_returned(queues, user, at, slept, back)]
    for one, rows, number in zip(queues, waiting, counts, strict=True):
        section = Section(one.key, one.title, one.icon, one.tone, number)
        if number and show in ("", one.key):
            section.items = one.items(list(rows[: ALONE if show else SHOWN]), back)
            section.through = one.through(user)
        sections.append(section)
    return sections


def _returned(queues: Sequence[Queue], user: Any, at: datetime, slept: Slept, back: str) -> Section:
    """What was put off and came back today."""
    section = Section("back", _("Came back"), "zzz", "late")
    for one in queues:
        rows = _came_back(one, user, at, slept)
        if rows is not None:
            section.items += [replace(item, tag=one.title) for item in one.items(list(rows[:ALONE]), back)]
    section.count = len(section.items)
    return section


def first(user: Any, at: datetime, back: str) -> Item | None:
    """The thing to do now."""
    return next((item for section in inbox(user, at, back) for item in section.items), None)
