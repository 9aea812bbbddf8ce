"""Calls of every kind, one scene each: who is called with what telephones, and what the client does.

All are played at once on one exchange, for every scene has a line and people of its own.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perezvon.telephony.canonical import Call
from perezvon.telephony.providers.asterisk.events import is_kept
from perezvon.telephony.testing_pbx.lab import Lab
from perezvon.telephony.testing_pbx.sipp import Bye, Digit, Hold, Listen, Step, Talk, Wait

from ..streams import OWN, write_stream
from .conftest import did

Plug = Callable[..., None]
Phone = tuple[str, tuple[Step, ...], dict[str, Any]]  # the endpoint, what it does, how it rings


def phone(endpoint: str, *steps: Step, **how: Any) -> Phone:
    """A telephone of a scene."""
    return endpoint, steps, how


@dataclass(frozen=True)
class Scene:
    """A call to the line whose number ends with ``line``; ``caller`` hears until the other side ends it when he does nothing."""

    line: int
    caller: tuple[Step, ...] = ()
    phones: tuple[Phone, ...] = ()


SCENES = {
    "menu-hangup": Scene(1, (Bye(after=0.7),)),
    "menu-silence": Scene(1),
    "menu-wrong-key": Scene(22, (Digit("7"),)),
    "talk": Scene(1, (Digit("1"), Talk(), Bye(after=4)), (phone("101", Talk(), Listen()),)),
    "off-hours": Scene(2),
    "off-hours-promise": Scene(14),
    "busy-then-next": Scene(4, (Bye(after=4),), (phone("102", refuse="486 Busy Here"), phone("103"))),
    "silent-then-next": Scene(5, (Bye(after=7),), (phone("104", silent=True), phone("105"))),
    "queue-abandoned": Scene(6, (Bye(after=1.5),), (phone("106", silent=True),)),
    "queue-time-over": Scene(21, (), (phone("121", silent=True),)),
    "nobody-there": Scene(7),
    "overflow-by-wait": Scene(9, (Bye(after=5),), (phone("120", silent=True), phone("122"))),
    "callback-asked": Scene(10, (Digit("1", after=1.5), Listen()), (phone("108", silent=True),)),
    "employee": Scene(11, (Bye(after=3),), (phone("111"),)),
    "employee-busy": Scene(23, (), (phone("119", refuse="486 Busy Here"),)),
    "outside": Scene(12, (Bye(after=3),)),
    "promise": Scene(13),
    "two-telephones": Scene(15, (Bye(after=4),), (phone("130"),)),
    "employee-hangs-up": Scene(17, (), (phone("110", Bye(after=3)),)),
    "hold": Scene(18, (), (phone("112", Wait(0.5), Hold(1.0), Wait(0.5), Bye()),)),
    "race": Scene(20, (Bye(after=4),), (phone("114", ring=0.5), phone("115", ring=0.5))),
    "unknown-number": Scene(9999, (),),
}  # fmt: skip


class Played:
    """The scenes' calls: their keys, and each as the product reads it when it has ended."""

    def __init__(self, lab: Lab, plug: Plug) -> None:
        self.lab = lab
        lab.carrier(lab.carrier_port)
        for scene in SCENES.values():
            for endpoint, steps, how in scene.phones:
                plug(endpoint, *steps, **how)
        callers = {name: lab.dial(did(scene.line), *scene.caller) for name, scene in SCENES.items()}
        self.keys = {name: lab.key(caller) for name, caller in callers.items()}

    def call(self, name: str) -> Call:
        """The call of a scene."""
        return self.lab.heard.ended(self.keys[name])

    def stages(self, name: str) -> list[str]:
        """The stages that the dialplan said of it."""
        self.call(name)
        return self.lab.heard.stages(self.keys[name])

    def events(self, name: str) -> list[dict[str, Any]]:
        """What was heard of it and is stored."""
        self.call(name)
        return [event for event in self.lab.heard.of(self.keys[name]) if is_kept(event)]

    def diary(self, name: str) -> list[str]:
        """What Asterisk wrote down of it."""
        self.call(name)
        return [line for line in self.lab.node.diary.read_text().splitlines() if f'"{self.keys[name]}"' in line]

    def keep(self) -> None:
        """Write the streams as fixtures of test_diary.py when PEREZVON_GOLDEN=write."""
        if os.environ.get("PEREZVON_GOLDEN") == "write":
            for name in SCENES:
                write_stream(Path(OWN), name, self.events(name), self.diary(name))
