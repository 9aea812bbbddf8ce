"""Tasks as iCalendar (RFC 5545), for telephones and for other calendars.

Moments are written in UTC ("...Z"): every reader shows them in the zone of its owner, and no table of zones is needed.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from perezvon.crm.kinds import kind_name
from perezvon.crm.models import Task
from perezvon.staff import reads as staff

PRODUCT = "-//Perezvon//Calendar//EN"
REFRESH = timedelta(minutes=15)


def uid_of(task_id: int) -> str:
    """The same task has the same name in every calendar, and another installation's never has."""
    place = hashlib.sha256(settings.SECRET_KEY.encode()).hexdigest()[:16]
    return f"task-{task_id}@{place}.perezvon"


def document(name: str, events: Iterable[Event]) -> bytes:
    """A whole calendar."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", REFRESH)
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def event(task: Task, *, base: str, with_names: bool, stamp: datetime, reminders: Iterable[int] = ()) -> Event:
    """A task as an event: its slot, or the whole local day of its deadline.

    ``base`` is the address of the product ("" = no link). Without names neither the client nor the words of the task
    are told: they may have his name in them.
    """
    made = Event()
    made.add("uid", uid_of(task.pk))
    made.add("dtstamp", stamp.astimezone(UTC))
    words = task.title if with_names else kind_name(task.kind).capitalize()
    client = task.person.name if with_names and task.person else ""
    title = f"{words} · {client}" if client else words
    made.add("summary", f"✓ {title}" if task.done_at else title)
    if task.starts_at and task.ends_at:
        made.add("dtstart", task.starts_at.astimezone(UTC))
        made.add("dtend", task.ends_at.astimezone(UTC))
    else:
        day = task.deadline.astimezone(staff.zone_of(task.responsible_id)).date()
        made.add("dtstart", day)
        made.add("dtend", day + timedelta(days=1))
    made.add("transp", "TRANSPARENT" if task.done_at or not task.starts_at else "OPAQUE")
    made.add("status", "CONFIRMED")
    if task.is_private:
        made.add("class", "PRIVATE")
    if base:
        made.add("url", f"{base}/tasks/{task.pk}/")
    for minutes in reminders:
        made.add_component(_alarm(minutes))
    return made


def _alarm(minutes: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _("Reminder"))
    alarm.add("trigger", -timedelta(minutes=minutes))
    return alarm


def tasks_of(user: Any, at: datetime, *, with_deadlines: bool) -> list[Task]:
    """What a person's calendar holds: slots from a month ago to a year ahead; open deadlines when asked for."""
    rows = Task.objects.filter(responsible=user).select_related("person")
    slots = rows.in_calendar(at - timedelta(days=31), at + timedelta(days=366)).order_by("starts_at", "pk")[:2000]
    due = rows.open().filter(starts_at=None, deadline__lt=at + timedelta(days=366)).order_by("deadline", "pk")[:1000]
    return [*slots, *(due if with_deadlines else ())]
