"""What the configuration is made of: typed, whole, without a database. A snapshot (plain JSON) becomes a ``Plan``.

Ids are those of the rows: a menu is the context "menu-<id>", a queue "queue-<id>", so that a name may change freely.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from ..models.destination import Destination, Way
from ..providers.asterisk.channels import BROWSER_SIGN
from .node import Node

T = TypeVar("T")
TRUNK_PREFIX = "trunk"
BROWSER = "browser"


@dataclass(frozen=True, slots=True)
class Trunk:
    """A carrier; see models.Trunk. ``has_password``: the password itself never comes here."""

    id: int
    key: str
    name: str = ""
    host: str = ""
    port: int = 5060
    transport: str = "udp"
    username: str = ""
    has_password: bool = False
    registers: bool = False
    addresses: tuple[str, ...] = ()
    caller_id: str = ""
    codecs: str = "alaw,ulaw"
    channels: int = 0
    is_enabled: bool = True

    @property
    def endpoint(self) -> str:
        """Its name inside Asterisk; begins with "trunk", by which calls from outside are told apart."""
        own = self.key == TRUNK_PREFIX or self.key.startswith(TRUNK_PREFIX + "-")
        return self.key if own else f"{TRUNK_PREFIX}-{self.key}"


@dataclass(frozen=True, slots=True)
class Device:
    """A telephone of a person; its name inside Asterisk is that of the endpoint."""

    id: int
    kind: str
    number: str

    @property
    def endpoint(self) -> str:
        """ "201" on the desk, "201w" in the browser."""
        return self.number + BROWSER_SIGN if self.kind == BROWSER else self.number


@dataclass(frozen=True, slots=True)
class Person:
    """An employee with an internal number; ``sees_phones`` = clients' numbers may be shown on his telephone."""

    user: int
    name: str
    number: str
    devices: tuple[Device, ...] = ()
    sees_phones: bool = False

    @property
    def interface(self) -> str:
        """What queues ring: the only telephone itself, or all of them at once."""
        return interface_of(self.number, [device.endpoint for device in self.devices])

    @property
    def watched(self) -> str:
        """All telephones as hints take them."""
        return "&".join(f"PJSIP/{device.endpoint}" for device in self.devices)


def interface_of(number: str, endpoints: Iterable[str]) -> str:
    """The queue's name of a person's telephones; control actions use the same."""
    names = list(endpoints)
    return f"PJSIP/{names[0]}" if len(names) == 1 else f"Local/{number}@phones-of"


@dataclass(frozen=True, slots=True)
class Line:
    """A dialled number and its route; ``calendar`` is the one that counts (own, department's or company's)."""

    id: int
    number: str
    name: str = ""
    is_enabled: bool = True
    calendar: int | None = None
    notice: int | None = None
    open_to: str = ""
    closed_to: str = ""
    is_sticky: bool = True
    sticky_seconds: int = 15
    department: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a menu."""

    digit: str
    destination: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """See models.Menu."""

    id: int
    key: str
    name: str = ""
    prompt: int | None = None
    wait_seconds: int = 5
    attempts: int = 2
    on_silence: str = ""
    on_wrong: str = ""
    keys: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """Who answers a queue."""

    user: int
    skill: int = 5


@dataclass(frozen=True, slots=True)
class Queue:
    """See models.Queue."""

    id: int
    key: str
    name: str = ""
    department: int | None = None
    strategy: str = "leastrecent"
    ring_seconds: int = 15
    wrap_up_seconds: int = 10
    most_wait_seconds: int = 120
    most_waiting: int = 0
    weight: int = 0
    answer_within_seconds: int = 20
    on_wait: str = ""
    on_nobody: str = ""
    on_full: str = ""
    says_position: bool = True
    says_every_seconds: int = 30
    music: int | None = None
    callback_key: str = ""
    callback_offer: int | None = None
    is_recorded: bool = True
    is_enabled: bool = True
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours: weekday "0".."6" -> pairs of "HH:MM"; ``days`` are dates with hours of their own."""

    id: int
    name: str
    weekly: Mapping[str, list[list[str]]]
    time_zone: str
    days: Mapping[str, list[list[str]]]


@dataclass(frozen=True, slots=True)
class Sound:
    """A prompt; ``file`` is its name in the sounds folder, "" = there is nothing to hear yet."""

    id: int
    name: str
    file: str = ""
    language: str = "ru"
    use: str = "phrase"


@dataclass(frozen=True, slots=True)
class Plan:
    """All of one exchange, and the node it runs on."""

    node: Node
    trunks: tuple[Trunk, ...] = ()
    people: tuple[Person, ...] = ()
    lines: tuple[Line, ...] = ()
    menus: tuple[Menu, ...] = ()
    queues: tuple[Queue, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    sounds: tuple[Sound, ...] = ()

    def person(self, user: int | None) -> Person | None:
        """The employee with telephones; None when he has none."""
        return next((one for one in self.people if one.user == user and one.devices), None)

    def queue(self, pk: int | None) -> Queue | None:
        """A queue that is in use."""
        return next((one for one in self.queues if one.id == pk and one.is_enabled), None)

    def menu(self, pk: int | None) -> Menu | None:
        """A menu."""
        return next((one for one in self.menus if one.id == pk), None)

    def calendar(self, pk: int | None) -> Calendar | None:
        """A calendar."""
        return next((one for one in self.calendars if one.id == pk), None)

    def sound(self, pk: int | None) -> str:
        """Path of a prompt without its ending, as Asterisk wants it; "" when there is nothing to hear."""
        found = next((one for one in self.sounds if one.id == pk and one.file), None)
        return str(self.node.sounds / found.file.rpartition(".")[0]) if found else ""

    def members(self, queue: Queue) -> list[tuple[Person, int]]:
        """People of a queue who have telephones, the most skilled first, with their skill."""
        found = [(person, one.skill) for one in queue.members if (person := self.person(one.user))]
        return sorted(found, key=lambda pair: (-pair[1], pair[0].number))

    def live_trunks(self) -> list[Trunk]:
        """Those in use."""
        return [trunk for trunk in self.trunks if trunk.is_enabled]

    def live_lines(self) -> list[Line]:
        """Those in use."""
        return [line for line in self.lines if line.is_enabled]

    def live_queues(self) -> list[Queue]:
        """Those in use."""
        return [queue for queue in self.queues if queue.is_enabled]


def destination(text: str) -> Destination | None:
    """A destination, or None for "" and for what cannot be read."""
    try:
        return Destination.of(text) if text else None
    except ValueError:
        return None


def plan_of(snapshot: Mapping[str, Any], node: Node) -> Plan:
    """The typed form of a snapshot (``snapshot.snapshot_of``); unknown fields are left out."""
    people = tuple(
        _make(Person, row, devices=tuple(_make(Device, one, number=row["number"]) for one in row["devices"]))
        for row in snapshot["people"]
    )
    return Plan(
        node,
        trunks=tuple(_make(Trunk, row, addresses=tuple(row["addresses"])) for row in snapshot["trunks"]),
        people=people,
        lines=tuple(_make(Line, row) for row in snapshot["lines"]),
        menus=tuple(_make(Menu, row, keys=_all(Key, row["keys"])) for row in snapshot["menus"]),
        queues=tuple(_make(Queue, row, members=_all(Member, row["members"])) for row in snapshot["queues"]),
        calendars=_all(Calendar, snapshot["calendars"]),
        sounds=_all(Sound, snapshot["sounds"]),
    )


def _all(kind: type[T], rows: Iterable[Mapping[str, Any]]) -> tuple[T, ...]:
    return tuple(_make(kind, row) for row in rows)


def _make(kind: type[T], row: Mapping[str, Any], **more: Any) -> T:
    names = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in {**row, **more}.items() if name in names})


__all__ = [
    "Calendar", "Destination", "Device", "Key", "Line", "Member", "Menu", "Person", "Plan", "Queue", "Sound", "Trunk",
    "Way", "destination", "interface_of", "plan_of",
]  # fmt: skip
