"""Rows of an exchange from a snapshot: what a rollback brings back."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model

from perezvon.staff.models import Department, User, WorkCalendar

from ..models import Device, Extension, Line, Menu, MenuKey, Prompt, Provider, Queue, QueueMember, Trunk
from .snapshot import LINE, MENU, QUEUE, TRUNK

Row = Mapping[str, Any]


@transaction.atomic
def restore(provider: Provider, snapshot: Mapping[str, Any]) -> None:
    """Make the exchange's rows those of the snapshot, under the same ids; rows that came later are taken out.

    What belongs to others (calendars, prompts, people, departments) is only referred to: a reference to what is gone
    becomes empty.
    """
    provider.settings = {**provider.settings, **snapshot["settings"]}
    provider.save(update_fields=["settings"])
    there = _There()
    _trunks(provider, snapshot["trunks"])
    _people(provider, snapshot["people"], there)
    _queues(provider, snapshot["queues"], there)
    _menus(provider, snapshot["menus"], there)
    _lines(provider, snapshot["lines"], there)


class _There:
    """Which of the foreign rows still exist."""

    def __init__(self) -> None:
        self._known: dict[type[Model], set[int]] = {}

    def id(self, model: type[Model], pk: int | None) -> int | None:
        if model not in self._known:
            self._known[model] = set(model._default_manager.values_list("pk", flat=True))
        return pk if pk in self._known[model] else None


def _columns(row: Row, names: Iterable[str]) -> dict[str, Any]:
    return {name: row[name.removesuffix("_id")] for name in names if name != "id" and name.removesuffix("_id") in row}


def _trunks(provider: Provider, rows: list[Row]) -> None:
    """Passwords stay as they are; a trunk that was deleted comes back without one."""
    Trunk.objects.filter(provider=provider).exclude(pk__in=[row["id"] for row in rows]).delete()
    for row in rows:
        Trunk.objects.update_or_create(pk=row["id"], defaults={**_columns(row, TRUNK), "provider": provider})


def _people(provider: Provider, rows: list[Row], there: _There) -> None:
    numbers = [row["number"] for row in rows if there.id(User, row["user"])]
    Extension.objects.filter(provider=provider).exclude(number__in=numbers).delete()
    for row in rows:
        if not there.id(User, row["user"]):
            continue
        own, _new = Extension.objects.update_or_create(
            provider=provider, number=row["number"], defaults={"user_id": row["user"]}
        )
        kinds = [one["kind"] for one in row["devices"]]
        Device.objects.filter(extension=own).exclude(kind__in=kinds).update(is_enabled=False)
        for kind in kinds:
            Device.objects.update_or_create(
                extension=own,
                kind=kind,
                defaults={"is_enabled": True},
                create_defaults={"secret": secrets.token_hex(12)},
            )


def _queues(provider: Provider, rows: list[Row], there: _There) -> None:
    Queue.objects.filter(provider=provider).exclude(pk__in=[row["id"] for row in rows]).delete()
    for row in rows:
        columns = _columns(row, QUEUE) | {
            "provider": provider,
            "department_id": there.id(Department, row["department"]),
            "music_id": there.id(Prompt, row["music"]),
            "callback_offer_id": there.id(Prompt, row["callback_offer"]),
        }
        queue, _new = Queue.objects.update_or_create(pk=row["id"], defaults=columns)
        members = {one["user"]: one["skill"] for one in row["members"] if there.id(User, one["user"])}
        QueueMember.objects.filter(queue=queue).exclude(user__in=members).delete()
        for user, skill in members.items():
            QueueMember.objects.update_or_create(queue=queue, user_id=user, defaults={"skill": skill})


def _menus(provider: Provider, rows: list[Row], there: _There) -> None:
    Menu.objects.filter(provider=provider).exclude(pk__in=[row["id"] for row in rows]).delete()
    for row in rows:
        columns = _columns(row, MENU) | {"provider": provider, "prompt_id": there.id(Prompt, row["prompt"])}
        menu, _new = Menu.objects.update_or_create(pk=row["id"], defaults=columns)
        MenuKey.objects.filter(menu=menu).delete()
        MenuKey.objects.bulk_create(MenuKey(menu=menu, **key) for key in row["keys"])


def _lines(provider: Provider, rows: list[Row], there: _There) -> None:
    """Numbers belong to marketing too, so they are never deleted: a later one is only taken off this exchange."""
    Line.objects.filter(provider=provider).exclude(number__in=[row["number"] for row in rows]).update(provider=None)
    for row in rows:
        columns = _columns(row, LINE) | {
            "provider": provider,
            "calendar_id": there.id(WorkCalendar, row["own_calendar"]),
            "notice_id": there.id(Prompt, row["notice"]),
            "department_id": there.id(Department, row["department"]),
        }
        columns.pop("number")
        Line.objects.update_or_create(number=row["number"], defaults=columns)
