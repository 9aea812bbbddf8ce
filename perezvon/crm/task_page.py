"""What the page of a task says besides the task itself."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from perezvon.staff import access as rights
from perezvon.staff import reads as staff

from . import saying
from .actions.series import repeat_of
from .kinds import kind_of
from .models import Task, TaskGroup
from .recurrence.words import sentence


def about(one: Task, user: Any, at: datetime) -> dict[str, Any]:
    """Inputs of ``crm/task.html``."""
    who = {"owner_id": one.responsible_id, "department_id": one.department_id}
    can_edit = one.done_at is None and rights.allows(user, "task", "edit", **who)
    away = staff.away_on(one.responsible_id, one.time.astimezone(staff.zone_of(one.responsible_id)).date())
    return {
        "task": one, "kind": kind_of(one.kind), "at": at, "can_edit": can_edit,
        "can_assign": one.done_at is None and rights.allows(user, "task", "assign", **who),
        "repeats": _repeats(one), "group": _group(one, user), "away": away if one.done_at is None else None,
        "reminders": [saying.before(row.minutes) if row.minutes is not None else row.at for row in one.reminders.all()],
        "watchers": [row.user for row in one.watchers.select_related("user")],
        "handovers": list(one.handovers.select_related("giver", "taker", "by")),
    }  # fmt: skip


def _repeats(one: Task) -> str:
    series = one.series
    if series is None:
        return ""
    words = sentence(repeat_of(series), series.clock)
    return _("%(rule)s (no more)") % {"rule": words} if series.ended_at else words


def _group(one: Task, user: Any) -> dict[str, Any]:
    """How far a task for many people is, by everybody's copies."""
    if one.group is None:
        return {}
    counts = Task.objects.filter(group=one.group).aggregate(
        all=Count("pk"), done=Count("pk", filter=Q(done_at__isnull=False))
    )
    copies = Task.objects.filter(group=one.group).select_related("responsible").order_by("done_at", "responsible__name")
    first = one.group.mode == TaskGroup.Mode.FIRST
    return {
        "group": one.group, "done": counts["done"], "all": counts["all"], "copies": list(copies[:50]), "is_first": first,
        "can_take": first and one.group.taken_at is None and one.responsible_id == user.pk and one.done_at is None,
    }  # fmt: skip
