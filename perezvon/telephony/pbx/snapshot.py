"""The rows of an own exchange as plain JSON, without secrets: what a version of the configuration is made of."""

from collections.abc import Iterable
from typing import Any

from perezvon.staff import access
from perezvon.staff.models import User
from perezvon.staff.reads import calendar_ids

from ..models import Device, Extension, Line, Menu, Prompt, Provider, Queue, Trunk
from .node import settings_of

LINE = (
    "id",
    "number",
    "name",
    "is_enabled",
    "notice_id",
    "open_to",
    "closed_to",
    "is_sticky",
    "sticky_seconds",
    "department_id",
)
MENU = ("id", "key", "name", "prompt_id", "wait_seconds", "attempts", "on_silence", "on_wrong")
QUEUE = (
    "id", "key", "name", "department_id", "strategy", "ring_seconds", "wrap_up_seconds", "most_wait_seconds",
    "most_waiting", "weight", "answer_within_seconds", "on_wait", "on_nobody", "on_full", "says_position",
    "says_every_seconds", "music_id", "callback_key", "callback_offer_id", "is_recorded", "keep_days", "is_enabled",
)  # fmt: skip
TRUNK = (
    "id", "key", "name", "host", "port", "transport", "username", "registers", "addresses", "caller_id", "codecs",
    "channels", "is_enabled",
)  # fmt: skip


def snapshot_of(provider: Provider) -> dict[str, Any]:
    """Everything that the configuration of this exchange depends on; rows in the order of their ids. A twin has the first node's."""
    first = provider.first_id
    lines = list(Line.objects.filter(provider=first).select_related("calendar").order_by("id"))
    calendars = _calendars(lines)
    return {
        "settings": settings_of(provider.settings),
        "trunks": [
            _row(one, TRUNK) | {"has_password": bool(one.password)}
            for one in Trunk.objects.filter(provider=first).order_by("id")
        ],
        "people": _people(first),
        "lines": [_row(one, LINE) | {"calendar": calendars[one.pk], "own_calendar": one.calendar_id} for one in lines],
        "menus": _menus(first),
        "queues": _queues(first),
        "calendars": _calendar_rows(calendars.values()),
        "sounds": [_row(one, ("id", "name", "file", "language", "use")) for one in Prompt.objects.order_by("id")],
    }


def _row(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Columns by name; a foreign key goes under the name without "_id"."""
    return {name if name == "id" else name.removesuffix("_id"): getattr(row, name) for name in names}


def _people(provider: int) -> list[dict[str, Any]]:
    extensions = Extension.objects.filter(provider=provider, user__is_active=True).order_by("number")
    devices: dict[int, list[dict[str, Any]]] = {}
    for one in Device.objects.filter(extension__provider=provider, is_enabled=True).order_by("kind", "id"):
        devices.setdefault(one.extension_id, []).append({"id": one.pk, "kind": one.kind})
    people = User.objects.in_bulk([one.user_id for one in extensions])
    access.foresee(people.values())
    return [
        {
            "user": one.user_id, "name": people[one.user_id].name, "number": one.number,
            "devices": devices.get(one.pk, []), "sees_phones": access.sees_phones(people[one.user_id]),
        }
        for one in extensions
    ]  # fmt: skip


def _menus(provider: int) -> list[dict[str, Any]]:
    menus = Menu.objects.filter(provider=provider).prefetch_related("keys").order_by("id")
    return [
        _row(menu, MENU)
        | {
            "keys": [
                {"digit": key.digit, "label": key.label, "destination": key.destination} for key in menu.keys.all()
            ]
        }
        for menu in menus
    ]


def _queues(provider: int) -> list[dict[str, Any]]:
    queues = Queue.objects.filter(provider=provider).prefetch_related("members").order_by("id")
    return [
        _row(queue, QUEUE)
        | {"members": [{"user": m.user_id, "skill": m.skill} for m in sorted(queue.members.all(), key=lambda m: m.pk)]}
        for queue in queues
    ]


def _calendars(lines: list[Line]) -> dict[int, int | None]:
    """The calendar that counts, by line: its own, else its department's, else the company's."""
    ids = calendar_ids()
    return {line.pk: line.calendar_id or ids.get(line.department_id) or ids.get(None) for line in lines}


def _calendar_rows(wanted: Iterable[int | None]) -> list[dict[str, Any]]:
    from perezvon.staff.models import WorkCalendar

    found = WorkCalendar.objects.filter(pk__in={pk for pk in wanted if pk}).prefetch_related("holidays").order_by("id")
    return [
        {
            "id": one.pk, "name": one.title, "weekly": one.weekly, "time_zone": one.time_zone,
            "days": {day.day.isoformat(): day.intervals for day in one.holidays.all()},
        }
        for one in found
    ]  # fmt: skip


def secrets_of(provider: Provider) -> dict[str, str]:
    """What stands behind the marks of the generated files: mark -> secret."""
    found = {"ami": str(provider.secrets.get("secret", ""))}
    found |= {
        f"trunk-{pk}": text
        for pk, text in Trunk.objects.filter(provider=provider.first_id).values_list("pk", "password")
    }
    devices = Device.objects.filter(extension__provider=provider.first_id)
    return found | {f"device-{pk}": text for pk, text in devices.values_list("pk", "secret")}
