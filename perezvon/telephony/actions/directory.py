"""Whose extension, which queue, whose line: the company's side of a call, read once per batch."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

from perezvon.staff.models import User
from perezvon.staff.reads import calendar_of

from ..canonical import Call, Rules
from ..models import Extension, Line, Provider, Queue
from ..providers.contract import zone_of
from ..stages import TALK_SECONDS


@dataclass(frozen=True, slots=True)
class Directory:
    """Lookups of one batch: (provider id, number) -> user id and so on."""

    users: dict[tuple[int, str], int]
    staff: dict[str, int]
    departments: dict[int, int | None]
    queues: dict[tuple[int, str], tuple[str, int | None]]
    lines: dict[str, int | None]
    providers: dict[int, Provider] = field(default_factory=dict)

    def user_of(self, provider_id: int, extension: str) -> int | None:
        """Whose internal number it is: by the exchange's own map, else by the person's card."""
        if not extension:
            return None
        return self.users.get((provider_id, extension)) or self.staff.get(extension)

    def department_of(self, provider_id: int, call: Call, user_id: int | None) -> int | None:
        """The queue's department, else the line's, else the employee's, else the exchange's own."""
        _name, by_queue = self.queues.get((provider_id, call.queue), ("", None))
        by_user = self.departments.get(user_id) if user_id else None
        return by_queue or self.lines.get(call.line) or by_user or self.providers[provider_id].department_id

    def queue_name(self, provider_id: int, key: str) -> str:
        """What people call the queue; the exchange's own name of it when nobody named it."""
        return self.queues.get((provider_id, key), ("", None))[0] or key

    def rules(self, provider_id: int) -> Rules:
        """Our settings that take part in reading this exchange's events."""
        settings = self.providers[provider_id].settings

        def is_open(line: str, queue: str, at: datetime) -> bool:
            _name, department = self.queues.get((provider_id, queue), ("", None))
            department = department or self.lines.get(line) or self.providers[provider_id].department_id
            return calendar_of(department).is_open(at)

        return Rules(
            talk_seconds=_whole(settings.get("talk_seconds"), TALK_SECONDS),
            clock_offset=_whole(settings.get("clock_offset"), 0),
            zone=zone_of(settings),
            trunks=tuple(str(settings.get("trunks") or "trunk").replace(",", " ").split()),
            says_stages=str(settings.get("own", "")).lower() in ("1", "true", "yes", "on"),
            is_open=is_open,
        )


def _whole(value: Any, default: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return default


def directory(provider_ids: Iterable[int]) -> Directory:
    """The lookups for calls of these exchanges, in four statements."""
    providers = Provider.objects.in_bulk(set(provider_ids))
    same = defaultdict(list)  # the nodes that have the rows of an exchange: itself and its twins
    for provider in providers.values():
        same[provider.first_id].append(provider.pk)
    extensions = Extension.objects.filter(provider__in=same).values_list("provider_id", "number", "user_id")
    people = list(User.objects.filter(is_active=True).values_list("pk", "extension", "department_id").order_by("pk"))
    queues = Queue.objects.filter(provider__in=same).values_list("provider_id", "key", "name", "department_id")
    return Directory(
        users={(node, number): user for first, number, user in extensions for node in same[first]},
        staff={extension: pk for pk, extension, _department in reversed(people) if extension},
        departments={pk: department for pk, _extension, department in people},
        queues={(node, key): (name, department) for first, key, name, department in queues for node in same[first]},
        lines=dict(Line.objects.values_list("number", "department_id")),
        providers=providers,
    )


class Kept:
    """The lookups of all exchanges, read once in ``SECONDS``: for the loop that works on many small batches."""

    SECONDS = 1.0

    def __init__(self) -> None:
        self._until = 0.0
        self._book: Directory | None = None

    def of(self, provider_ids: Iterable[int]) -> Directory:
        """The lookups for calls of these exchanges."""
        wanted = set(provider_ids)
        if self._book is None or monotonic() >= self._until or not wanted <= self._book.providers.keys():
            self._book = directory(Provider.objects.values_list("pk", flat=True))
            self._until = monotonic() + self.SECONDS
        return self._book
