"""The list of the day: at nine in the morning of each person one notice instead of thirty pings."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perezvon.staff import reads as staff
from perezvon.staff.actions.notices import notify
from perezvon.staff.models import Notice, User

from ..models import Task
from ..notices import TODAY
from .reminders import line

NINE, NOON = time(9), time(12)
LINES = 8


def tell_days(*, at: datetime) -> int:
    """Tell everybody whose clock shows nine to noon, who works today and was not told yet; how many were told."""
    zones: dict[ZoneInfo, list[User]] = defaultdict(list)
    for user in User.objects.working():
        zone = staff.zone_called(user.time_zone)
        if NINE <= at.astimezone(zone).time() < NOON:
            zones[zone].append(user)
    return sum(_tell_zone(zone, people, at) for zone, people in zones.items())


def _tell_zone(zone: ZoneInfo, people: list[User], at: datetime) -> int:
    day = at.astimezone(zone).date()
    ends = datetime.combine(day + timedelta(days=1), time(), zone)
    key = f"day:{day}"
    told = set(
        Notice.objects.filter(key=key, user__in=people, at__gt=at - timedelta(days=1)).values_list("user", flat=True)
    )
    away = {one.user_id for one in staff.absences_of([one.pk for one in people], day, day)}
    waiting = {one.pk: one for one in people if one.pk not in told | away and _works(one, day)}
    tasks: dict[int, list[Task]] = defaultdict(list)
    rows = Task.objects.open().filter(responsible__in=waiting, deadline__lt=ends).select_related("person")
    for task in rows.order_by("deadline", "pk"):
        tasks[task.responsible_id or 0].append(task)
    for user_id, own in tasks.items():
        late = sum(task.deadline < at for task in own)
        words, text = _words(len(own), late), "\n".join(line(task, zone) for task in own[-LINES:])
        notify([user_id], kind=TODAY, title=words, text=text, url="/day/", at=at, key=key, within=timedelta(days=1))
    return len(tasks)


def _works(user: User, day: Any) -> bool:
    """Whether the calendar of his department has hours on this day."""
    return bool(staff.calendar_of(user.department_id).intervals(day))


def _words(count: int, late: int) -> Any:
    def words() -> str:
        said = ngettext("%(count)s task for today", "%(count)s tasks for today", count) % {"count": count}
        return _("%(said)s, %(late)s overdue") % {"said": said, "late": late} if late else said

    return words
