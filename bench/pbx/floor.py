"""The exchange of the benchmark, as an administrator would set it up: queues of twenty people, a line to each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

NAME = "Bench exchange"
IN_QUEUE = 20  # people
FIRST = 2001  # the first internal number
BROWSER = "1999"
MEDIA = (10_000, 13_999)  # ports for sound: four of a recorded talk


@dataclass(frozen=True)
class Floor:
    """Who works and what can be dialled. ``numbers`` are the telephones on desks, ``lines`` lead to their queues."""

    provider: Any
    numbers: tuple[str, ...]
    lines: tuple[str, ...]
    browser_line: str  # leads to the operator with the telephone in the browser
    operator: Any

    def secret(self, number: str) -> str:
        """The password of a telephone."""
        return f"secret{number}"


def furnish(seats: int, carrier_port: int, at: datetime) -> Floor:
    """Set the exchange up in the running base, anew for every run: ports differ."""
    from perezvon.telephony.actions.exchange import add_own_exchange
    from perezvon.telephony.models import Provider, Trunk
    from perezvon.telephony.testing_pbx.lab import CARRIER, settings

    Provider.objects.filter(kind="asterisk").update(is_enabled=False)  # those of earlier runs on this base
    first, last = MEDIA
    provider = add_own_exchange(NAME, at=at, **{**settings(), "rtp_from": first, "rtp_to": last})
    Trunk.objects.create(
        provider=provider, key="carrier", name="Carrier", host=CARRIER, port=carrier_port, caller_id="+74950000001"
    )
    people = _people(seats + 1)
    numbers = tuple(str(FIRST + index) for index in range(seats))
    for user, number in zip(people[1:], numbers, strict=True):
        _seat(provider, user, number, "desk")
    _seat(provider, people[0], BROWSER, "browser")
    lines = tuple(
        _line(provider, f"q{index}", people[1:][index * IN_QUEUE : (index + 1) * IN_QUEUE], index)
        for index in range((seats + IN_QUEUE - 1) // IN_QUEUE)
    )  # fmt: skip
    return Floor(provider, numbers, lines, _line(provider, "browser", people[:1], 999), people[0])


def _people(count: int) -> list[Any]:
    """As many employees as seats, those of an earlier run first; all at work."""
    from django.utils import timezone

    from perezvon.staff.actions import add_user, set_presence
    from perezvon.staff.models import Department, User

    at, department = timezone.now(), Department.objects.order_by("pk").last()
    found = list(User.objects.filter(email__endswith="@pbx.example").order_by("pk")[:count])
    found += [
        add_user(name=f"Телефонист {number}", email=f"t{number}@pbx.example", roles=("operator",), department=department, at=at)
        for number in range(len(found), count)
    ]  # fmt: skip
    for user in found:
        set_presence(user, "available", at=at)
    return found


def _seat(provider: Any, user: Any, number: str, kind: str) -> None:
    from perezvon.telephony.models import Device, Extension

    extension = Extension.objects.create(provider=provider, number=number, user=user)
    Device.objects.create(extension=extension, kind=kind, secret=f"secret{number}")


def _line(provider: Any, key: str, people: Sequence[Any], index: int) -> str:
    """A queue of these people and the number that leads to it; the number."""
    from perezvon.staff.models import WorkCalendar
    from perezvon.telephony.models import Line, Queue, QueueMember

    queue = Queue.objects.create(
        provider=provider, key=key, name=f"Очередь {index}", ring_seconds=15, wrap_up_seconds=0, most_wait_seconds=60, says_position=False
    )  # fmt: skip
    QueueMember.objects.bulk_create(QueueMember(queue=queue, user=user, skill=5) for user in people)
    weekly = {str(day): [["00:00", "00:00"]] for day in range(7)}
    calendar, _new = WorkCalendar.objects.get_or_create(name="Bench: always", defaults={"weekly": weekly})
    number = f"+7495100{index:04}"
    values = {
        "provider": provider,
        "name": key,
        "open_to": f"queue:{queue.pk}",
        "closed_to": "hangup",
        "calendar": calendar,
    }
    Line.objects.update_or_create(number=number, defaults={**values, "is_sticky": False})
    return number
