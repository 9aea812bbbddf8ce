"""Reminders of tasks: timers that tell the person before the time of a task comes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perezvon.journey.actions import cancel_timer, set_timers
from perezvon.journey.models import Due
from perezvon.staff import reads as staff
from perezvon.staff.actions.notices import notify

from ..kinds import kind_of
from ..models import Task, TaskReminder
from ..notices import REMINDER
from ..saying import how_long

TIMER = "crm.task_reminder"
BURST = 3  # more reminders of one person at one moment are told as one
MORNING = time(9)


def plan(wanted: Iterable[tuple[Task, Sequence[int] | None]], at: datetime) -> list[Due]:
    """Keep reminders of new tasks (None = those of the kind); the timers to set. Part of a bigger action."""
    rows = [
        TaskReminder(task=task, minutes=minutes)
        for task, own in wanted
        for minutes in sorted(set(kind_of(task.kind).reminders if own is None else own))
    ]
    return _timers(TaskReminder.objects.bulk_create(rows), at) if rows else []


def move(task: Task, at: datetime) -> None:
    """Let the reminders of a task follow its time. Part of a bigger action."""
    rows = list(TaskReminder.objects.filter(task=task, minutes__isnull=False))
    if not rows:
        return
    for row in rows:
        row.task, row.told_at = task, None
    TaskReminder.objects.bulk_update(rows, ["told_at"])
    cancel_timer(TIMER, *[row.pk for row in rows])
    set_timers(_timers(rows, at))


def keys(tasks: Iterable[int]) -> list[int]:
    """The keys of the timers of these tasks."""
    return list(TaskReminder.objects.filter(task__in=list(tasks)).values_list("pk", flat=True))


@transaction.atomic
def set_reminders(task: Task, minutes: Iterable[int], *, at: datetime) -> None:
    """Remind of an open task so many minutes before its time, and at no others. Not worth a fact."""
    wanted, known = set(minutes), {row.minutes: row for row in task.reminders.filter(minutes__isnull=False)}
    gone = [row.pk for each, row in known.items() if each not in wanted]
    cancel_timer(TIMER, *gone)
    TaskReminder.objects.filter(pk__in=gone).delete()
    set_timers(plan([(task, sorted(wanted - known.keys()))], at))


@transaction.atomic
def remind_at(task: Task, moment: datetime) -> TaskReminder:
    """Remind once more at a moment of one's own ("in an hour"). Not worth a fact."""
    row = TaskReminder.objects.create(task=task, at=moment)
    set_timers([Due(kind=TIMER, key=str(row.pk), due_at=moment)])
    return row


def moment_of(row: TaskReminder) -> datetime:
    """When a reminder rings."""
    return row.at or row.task.time - timedelta(minutes=row.minutes or 0)


def _timers(rows: Iterable[TaskReminder], at: datetime) -> list[Due]:
    """Timers of reminders that are still to come."""
    return [Due(kind=TIMER, key=str(row.pk), due_at=due) for row in rows if (due := moment_of(row)) > at]


@transaction.atomic
def ring(ids: Iterable[int], *, at: datetime) -> int:
    """Tell the people of tasks whose reminders are due, each person once; how many reminders there were.

    What would ring in the night or early morning for something later is left to the list of the day at nine.
    """
    rows = TaskReminder.objects.select_for_update(of=("self",)).filter(pk__in=list(ids), told_at=None)
    due = [one for one in rows.filter(task__done_at=None).select_related("task") if moment_of(one) <= at]
    TaskReminder.objects.filter(pk__in=[one.pk for one in due]).update(told_at=at)
    of: dict[int, list[Task]] = defaultdict(list)
    for one in due:
        if one.task.responsible_id and not (one.minutes and _left_to_the_morning(one.task, at)):
            of[one.task.responsible_id].append(one.task)
    for user_id, tasks in of.items():
        _tell(user_id, list(dict.fromkeys(tasks)), at)
    return len(due)


def _left_to_the_morning(task: Task, at: datetime) -> bool:
    zone = staff.zone_of(task.responsible_id)
    morning = datetime.combine(at.astimezone(zone).date(), MORNING, zone)
    return at < morning <= task.time


def _tell(user_id: int, tasks: list[Task], at: datetime) -> None:
    zone = staff.zone_of(user_id)
    if len(tasks) > BURST:

        def many() -> str:
            return ngettext("%(count)s task comes up", "%(count)s tasks come up", len(tasks)) % {"count": len(tasks)}

        text = "\n".join(line(task, zone) for task in sorted(tasks, key=lambda one: one.time)[:10])
        notify([user_id], kind=REMINDER, title=many, text=text, url="/day/", level="warning", at=at)
        return
    for task in tasks:
        _tell_one(user_id, task, zone, at)


def _tell_one(user_id: int, task: Task, zone: Any, at: datetime) -> None:
    def title() -> str:
        if task.time <= at:
            return _("It is time: %(title)s") % {"title": task.title}
        return _("%(when)s: %(title)s") % {"when": how_long(task.time - at), "title": task.title}

    notify(
        [user_id], kind=REMINDER, title=title, text=lambda: line(task, zone), url=f"/tasks/{task.pk}/",
        level="warning" if task.is_hard else "info", at=at,
    )  # fmt: skip


def line(task: Task, zone: Any) -> str:
    """ "15:00 · Meet the client · Oleg Smirnov" as the clock of the person shows it."""
    local = timezone.localtime(task.time, zone)
    parts = (f"{local:%d.%m %H:%M}", task.title, str(task.person or ""))
    return " · ".join(part for part in parts if part)
