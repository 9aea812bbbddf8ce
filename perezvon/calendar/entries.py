"""What stands in calendars: tasks with a slot, deadlines, absences, events of people's own calendars.

Whoever may see no task of a colleague still sees when he is busy, and nothing else: not even which task it is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from perezvon.crm.kinds import kind_of
from perezvon.crm.models import Task
from perezvon.staff import access
from perezvon.staff import reads as staff
from perezvon.staff.models import Absence

MOST = 500  # entries of one page; whoever plans more sees the first ones


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a calendar, in aware moments. ``is_busy`` = nothing but the time may be known of it."""

    user_id: int
    starts_at: datetime
    ends_at: datetime
    title: str = ""
    about: str = ""
    color: str = "gray"
    icon: str = ""
    task_id: int | None = None
    is_busy: bool = False
    is_done: bool = False
    is_late: bool = False
    can_move: bool = False
    is_whole_day: bool = False


@dataclass(slots=True)
class Shown:
    """Everything of some people between two moments: ``slots`` have a time, ``deadlines`` are due on a day."""

    slots: list[Entry] = field(default_factory=list)
    deadlines: list[Entry] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)


#: outer calendars answer: (user ids, begin, end, reader) -> entries
more: list[Callable[[Sequence[int], datetime, datetime, Any], Iterable[Entry]]] = []


def gather(user: Any, people: Sequence[int], begin: datetime, end: datetime, *, kind: str = "", at: datetime) -> Shown:
    """What ``user`` sees in the calendars of ``people`` from ``begin`` to ``end``; ``kind`` "" = all kinds."""
    shown = Shown(absences=staff.absences_of(people, begin.date(), end.date()))
    theirs = Task.objects.filter(responsible__in=people)
    slots = theirs.in_calendar(begin, end).select_related("person").order_by("starts_at", "pk")
    rows = {task.pk: task for task in slots[:MOST]}
    seen = set(Task.objects.visible_to(user).filter(pk__in=rows).values_list("pk", flat=True))
    for task in rows.values():
        if task.pk not in seen:
            shown.slots += [] if task.done_at or kind else [_busy(task)]
        elif not kind or task.kind == kind:
            shown.slots.append(_entry(task, user, at))
    due = Task.objects.visible_to(user).filter(
        responsible__in=people, starts_at=None, deadline__gte=begin, deadline__lt=end
    )
    if kind:
        due = due.filter(kind=kind)
    open_due = due.open().select_related("person").order_by("deadline", "pk")[:MOST]
    shown.deadlines = [_entry(task, user, at) for task in open_due]
    if not kind:
        for answer in more:
            for one in answer(people, begin, end, user):
                (shown.deadlines if one.is_whole_day else shown.slots).append(one)
    shown.slots.sort(key=lambda one: (one.starts_at, one.ends_at))
    return shown


def _busy(task: Task) -> Entry:
    return Entry(
        task.responsible_id or 0, task.starts_at or task.time, task.ends_at or task.time, str(_("busy")), is_busy=True
    )


def _entry(task: Task, user: Any, at: datetime) -> Entry:
    kind = kind_of(task.kind)
    can_move = task.done_at is None and access.allows(
        user, "task", "edit", owner_id=task.responsible_id, department_id=task.department_id
    )
    return Entry(
        user_id=task.responsible_id or 0, starts_at=task.time, ends_at=task.ends_at or task.time, title=task.title,
        about=task.person.name if task.person else "", color=kind.color, icon=kind.icon, task_id=task.pk,
        is_done=task.done_at is not None, is_late=task.done_at is None and task.deadline < at, can_move=can_move,
    )  # fmt: skip


def days_of(first: date, count: int) -> list[date]:
    """So many days from ``first``."""
    return [first + timedelta(days=number) for number in range(count)]
