"""Who hears of tasks: those to whom they are given, their watchers, the head when a hard deadline is missed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perezvon.journey.models import Fact
from perezvon.staff import reads as staff
from perezvon.staff.actions.notices import notify
from perezvon.staff.models import User

from ..models import Task, TaskWatcher
from ..notices import GIVEN, HARD, WATCHED

MANY = 3


@transaction.atomic
def set_watchers(task: Task, people: Iterable[User], *, by: Any, at: datetime) -> None:
    """These people watch a task, and nobody else. Not worth a fact: they are told what happens, not that they watch."""
    wanted = {one.pk for one in people}
    known = set(task.watchers.values_list("user_id", flat=True))
    task.watchers.exclude(user__in=wanted).delete()
    TaskWatcher.objects.bulk_create(
        [TaskWatcher(task=task, user_id=pk, by_id=getattr(by, "pk", None), at=at) for pk in sorted(wanted - known)],
        ignore_conflicts=True,
    )


def tell_given(facts: Sequence[Fact]) -> None:
    """Tell people of the tasks that somebody else gave them; many at once are told as one."""
    given: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.by_id and fact.owner_id and fact.by_id != fact.owner_id and fact.details.get("origin") != "repeat":
            given[fact.owner_id, fact.by_id].append(fact)
    for (owner, giver), told in given.items():
        name, last = staff.name_of(giver), told[-1]
        if len(told) > MANY:
            words = _many(name, len(told))
            notify([owner], kind=GIVEN, title=words, url="/tasks/", at=last.at, key=f"given:{giver}:{last.pk}")
            continue
        for fact in told:
            words = _from(name, fact.details["title"])
            url = f"/tasks/{fact.details['task']}/"
            notify([owner], kind=GIVEN, title=words, url=url, at=fact.at, key=f"given:{fact.pk}")


def _many(name: str, count: int) -> Any:
    def words() -> str:
        return ngettext("%(name)s gave you %(count)s task", "%(name)s gave you %(count)s tasks", count) % {
            "name": name, "count": count,
        }  # fmt: skip

    return words


def _from(name: str, title: str) -> Any:
    return lambda: _("%(name)s gave you a task: %(title)s") % {"name": name, "title": title}


def tell_watchers(facts: Sequence[Fact]) -> None:
    """Tell watchers what became of the tasks they watch; nobody is told of what he did himself."""
    ids = {int(fact.details["task"]) for fact in facts}
    watching: dict[int, list[int]] = defaultdict(list)
    for task, user in TaskWatcher.objects.filter(task__in=ids).values_list("task", "user"):
        watching[task].append(user)
    for fact in facts:
        people = [user for user in watching.get(int(fact.details["task"]), ()) if user != fact.by_id]
        if people:
            words, url = _happened(fact), f"/tasks/{fact.details['task']}/"
            text = str(fact.details.get("result", ""))
            notify(people, kind=WATCHED, title=words, text=text, url=url, at=fact.at, key=f"watched:{fact.pk}")


def _happened(fact: Fact) -> Any:
    def words() -> str:
        said = {
            "task.done": _("Done: %(title)s"), "task.moved": _("Put off: %(title)s"),
            "task.handed": _("Handed over: %(title)s"), "task.overdue": _("Overdue: %(title)s"),
        }[fact.kind]  # fmt: skip
        return said % {"title": fact.details["title"]}

    return words


def tell_hard(tasks: Iterable[Task], *, at: datetime) -> None:
    """A hard deadline is missed: its person and his head hear of it at once."""
    for task in tasks:
        people = {task.responsible_id, staff.head_of(task.department_id), task.created_by_id} - {None}
        if task.is_hard and people:
            words = _missed(task)
            notify(
                [one for one in people if one], kind=HARD, title=words, url=f"/tasks/{task.pk}/", level="warning",
                at=at, key=f"hard:{task.pk}:{task.deadline:%s}",
            )  # fmt: skip


def _missed(task: Task) -> Any:
    who = staff.name_of(task.responsible_id)
    return lambda: _("A hard deadline is missed: %(title)s (%(name)s)") % {"title": task.title, "name": who or "—"}
