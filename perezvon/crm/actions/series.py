"""Tasks that come again: only the next occurrence is a task, the one after it follows when that is done or due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from perezvon.journey.actions import record

from .. import facts
from ..models import Deal, Task, TaskSeries
from ..recurrence import Repeat, local_moment, next_after
from .tasks import NewTask, cancel_task, set_tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSeries:
    """A repeating task about to be set. ``task`` is its pattern; its deadline and slot do not count.

    ``clock`` is the local time in ``time_zone`` at which it begins, or is due when it has no slot; ``minutes`` is the
    length of the slot, None = no slot.
    """

    task: NewTask
    repeat: Repeat
    clock: time
    time_zone: str
    minutes: int | None = None


@transaction.atomic
def start_series(new: NewSeries, *, at: datetime) -> Task | None:
    """Plan a repeating task; its first occurrence, None when the rule has none any more."""
    pattern, repeat = new.task, new.repeat
    series = TaskSeries.objects.create(
        kind=pattern.kind, title=pattern.title[:200], person_id=pattern.person_id, company_id=pattern.company_id,
        deal_id=pattern.deal_id, responsible_id=pattern.responsible_id, is_hard=pattern.is_hard,
        is_private=pattern.is_private, created_by_id=pattern.by_id, created_at=at,
        reminders=list(pattern.reminders or ()), **_times(new),
    )  # fmt: skip
    record(facts.SERIES_SET, at=at, by=pattern.by_id, owner_id=series.responsible_id, **_about(series))
    begins = local_moment(repeat.first, new.clock, ZoneInfo(new.time_zone))
    return _occur(series, begins if series.after_days else _next(series, max(at, begins - timedelta(seconds=1))), at)


@transaction.atomic
def change_series(series: TaskSeries, new: NewSeries, *, by: Any = None, at: datetime) -> Task | None:
    """Repeat by another rule, with other words, from now on; the next occurrence, when it is still to come, is made anew."""
    pattern = new.task
    changes = {
        "kind": pattern.kind, "title": pattern.title[:200], "responsible_id": pattern.responsible_id,
        "is_hard": pattern.is_hard, "is_private": pattern.is_private, "reminders": list(pattern.reminders or ()),
        "except_days": [], **_times(new),
    }  # fmt: skip
    for name, value in changes.items():
        setattr(series, name, value)
    series.save(update_fields=[name.removesuffix("_id") for name in changes])
    for task in Task.objects.open().filter(series=series, deadline__gt=at):
        cancel_task(task, by=by, at=at)
    record(facts.SERIES_SET, at=at, by=by, owner_id=series.responsible_id, **_about(series))
    begins = local_moment(new.repeat.first, new.clock, ZoneInfo(new.time_zone))
    moment = max(at, begins) if series.after_days else _next(series, max(at, begins - timedelta(seconds=1)))
    return _occur(series, moment, at)


@transaction.atomic
def end_series(series: TaskSeries, *, by: Any = None, at: datetime) -> bool:
    """It comes no more; what is open stays to be done. False when it had ended before."""
    if not TaskSeries.objects.filter(pk=series.pk, ended_at=None).update(
        ended_at=at, ended_by_id=getattr(by, "pk", by)
    ):
        return False
    record(facts.SERIES_ENDED, at=at, by=by, owner_id=series.responsible_id, **_about(series))
    return True


@transaction.atomic
def end_of_deals(deals: Iterable[int | None], *, at: datetime) -> int:
    """A deal is won or lost: what was repeated for it comes no more, and what lies ahead is taken back; how many series.

    What is overdue stays to be done; when the deal is opened again before it is heard of, its series go on.
    """
    closed = Deal.objects.exclude(status=Deal.Status.OPEN).filter(pk__in=[pk for pk in deals if pk])
    rows = list(TaskSeries.objects.filter(deal__in=closed, ended_at=None).order_by("pk"))
    for series in rows:
        if end_series(series, at=at):
            for task in Task.objects.open().filter(series=series, deadline__gt=at).order_by("pk"):
                cancel_task(task, at=at)
    return len(rows)


@transaction.atomic
def skip_occurrence(task: Task, *, by: Any = None, at: datetime) -> Task | None:
    """Leave this one out; the next occurrence, None when there is none. AlreadyDone for a done task."""
    series = TaskSeries.objects.select_for_update().get(pk=task.series_id)
    if task.occurrence:
        series.except_days = [*series.except_days, task.occurrence.astimezone(ZoneInfo(series.time_zone)).date()]
        series.save(update_fields=["except_days"])
    cancel_task(task, by=by, at=at)
    made = extend([series.pk], done=None, at=at)
    return made[0] if made else None


@transaction.atomic
def extend(ids: Iterable[int | None], *, done: Task | None, at: datetime) -> list[Task]:
    """Let the next occurrences of these series be there; the tasks made.

    Nothing is made while an open occurrence lies in the future. After a long stop what was missed is left out: the next
    one is later than now. ``done`` is the occurrence just completed, for those that count from the completion.
    """
    wanted = sorted({pk for pk in ids if pk})
    rows = list(TaskSeries.objects.select_for_update().filter(pk__in=wanted, ended_at=None).order_by("pk"))
    ahead = set(
        Task.objects.open().filter(series__in=rows, deadline__gt=at)
        .exclude(pk=done.pk if done else None).values_list("series_id", flat=True)
    )  # fmt: skip
    made = []
    for series in rows:
        if series.pk in ahead or (series.after_days and done is None and _has_open(series)):
            continue
        task = _occur(series, _after_completion(series, at) if series.after_days else _next(series, at), at)
        made += [task] if task else []
    return made


def _has_open(series: TaskSeries) -> bool:
    return Task.objects.open().filter(series=series).exists()


def _times(new: NewSeries) -> dict[str, Any]:
    after = new.repeat.step if not new.repeat.rule else None
    return {
        "rule": new.repeat.rule, "after_days": after, "time_zone": new.time_zone, "first": new.repeat.first,
        "clock": new.clock, "minutes": new.minutes, "reached": None,
    }  # fmt: skip


def _next(series: TaskSeries, after: datetime) -> datetime | None:
    """The first occurrence later than ``after`` and than those that were made."""
    seen = max(after, series.reached) if series.reached else after
    zone = ZoneInfo(series.time_zone)
    return next_after(series.rule, series.first, series.clock, zone, seen, set(series.except_days))


def _after_completion(series: TaskSeries, at: datetime) -> datetime:
    zone = ZoneInfo(series.time_zone)
    day: date = at.astimezone(zone).date() + timedelta(days=series.after_days or 1)
    return local_moment(day, series.clock, zone)


def _occur(series: TaskSeries, moment: datetime | None, at: datetime) -> Task | None:
    if moment is None:
        return None
    ends = moment + timedelta(minutes=series.minutes) if series.minutes else None
    responsible = series.responsible
    new = NewTask(
        kind=series.kind, title=series.title, deadline=ends or moment, starts_at=moment if ends else None, ends_at=ends,
        by_id=series.created_by_id, person_id=series.person_id, company_id=series.company_id, deal_id=series.deal_id,
        responsible_id=series.responsible_id, department_id=responsible.department_id if responsible else None,
        is_hard=series.is_hard, is_private=series.is_private, series_id=series.pk, occurrence=moment,
        reminders=tuple(series.reminders), origin="repeat",
    )  # fmt: skip
    TaskSeries.objects.filter(pk=series.pk).update(reached=moment)
    series.reached = moment
    return set_tasks([new], at)[0]


def _about(series: TaskSeries) -> dict[str, Any]:
    return {
        "person_id": series.person_id, "company_id": series.company_id, "deal_id": series.deal_id, "series": series.pk,
        "title": "" if series.is_private else series.title,
    }  # fmt: skip


def repeat_of(series: TaskSeries) -> Repeat:
    """The rule of a series as people made it."""
    return Repeat.of(series.rule, series.first, series.after_days)
