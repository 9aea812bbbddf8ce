"""Lines on which calls end in every way, as rows of an exchange, and what a client does who ends so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from perezvon.staff.models import WorkCalendar

from ..models import Device, Extension, Line, Menu, MenuKey, Provider, Queue, QueueMember, Trunk
from .ports import CARRIER
from .sipp import Bye, Digit, Listen, Step

ANSWERS, REFUSES, SILENT, NOWHERE = "701", "702", "703", "704"  # telephones; the last one is never connected
SECRET = "telephone"  # noqa: S105 - of telephones on the loopback


@dataclass(frozen=True)
class Kind:
    """How a call to ``line`` ends when the client does ``steps``: the stage and the cause."""

    name: str
    line: str
    steps: tuple[Step, ...]
    stage: str
    cause: str


KINDS = (
    Kind("answered", "+74951112201", (Bye(after=4),), "talked", "caller_hangup"),
    Kind("off hours", "+74951112202", (Listen(),), "L02", "off_hours"),
    Kind("menu abandoned", "+74951112203", (Bye(after=0.7),), "L03", "caller_hangup"),
    Kind("wrong key", "+74951112203", (Digit("7"), Listen()), "L04", "ivr_ended"),
    Kind("queue abandoned", "+74951112204", (Bye(after=2),), "L05", "caller_hangup"),
    Kind("asks to be called back", "+74951112204", (Digit("1", after=1.5), Listen()), "L05", "callback"),
    Kind("nobody there", "+74951112205", (Listen(),), "L06", "no_agents"),
    Kind("overflow", "+74951112206", (Bye(after=6),), "talked", "caller_hangup"),
    Kind("no answer", "+74951112207", (Listen(),), "L07", "no_answer"),
    Kind("busy", "+74951112208", (Listen(),), "L07", "busy"),
)


def furnish(provider: Provider, people: Sequence[Any], carrier_port: int) -> None:
    """The rows behind KINDS: ``people`` are four users, who get the telephones above."""
    Trunk.objects.create(provider=provider, key="loads", name="Loads", host=CARRIER, port=carrier_port)
    for user, number in zip(people, (ANSWERS, REFUSES, SILENT, NOWHERE), strict=True):
        extension = Extension.objects.create(provider=provider, number=number, user=user)
        Device.objects.create(extension=extension, kind=Device.Kind.DESK, secret=SECRET)
    answers, refuses, silent, nowhere = people
    queues = [
        _queue(provider, "kinds-silent", silent, callback_key="1", most_wait_seconds=20),
        _queue(provider, "kinds-empty", nowhere, on_nobody="hangup"),
        _queue(provider, "kinds-spill", silent, most_wait_seconds=2, on_wait=f"person:{answers.pk}"),
    ]
    menu = Menu.objects.create(
        provider=provider, key="kinds", name="Kinds", wait_seconds=1, attempts=1, on_silence="hangup"
    )
    MenuKey.objects.create(menu=menu, digit="1", destination=f"person:{answers.pk}")
    ways = (
        f"person:{answers.pk}", "hangup", f"menu:{menu.pk}", f"queue:{queues[0].pk}", f"queue:{queues[1].pk}", f"queue:{queues[2].pk}",
        f"person:{silent.pk}", f"person:{refuses.pk}",
    )  # fmt: skip
    _lines(provider, ways)


def _queue(provider: Provider, key: str, user: Any, **columns: Any) -> Queue:
    plain = {
        "ring_seconds": 4,
        "wrap_up_seconds": 0,
        "most_wait_seconds": 15,
        "says_position": False,
        "is_recorded": False,
    }
    queue = Queue.objects.create(provider=provider, key=key, name=key, **{**plain, **columns})
    QueueMember.objects.create(queue=queue, user=user, skill=5)
    return queue


def _lines(provider: Provider, ways: Sequence[str]) -> None:
    weekly = {str(day): [["00:00", "00:00"]] for day in range(7)}
    always = WorkCalendar.objects.create(name="Kinds, always", weekly=weekly)
    never = WorkCalendar.objects.create(name="Kinds, never", weekly={})
    for number, way in enumerate(ways, 1):
        Line.objects.create(
            provider=provider, number=f"+7495111220{number}", name=f"Kind {number}", open_to=way, closed_to="hangup",
            is_sticky=False, calendar=never if number == 2 else always,
        )  # fmt: skip
