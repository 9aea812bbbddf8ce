"""The board as it is at one moment: plain values, the same for everybody; what somebody may see of it is decided later."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils.functional import Promise as Lazy

from .kpi import Tally
from .today import QueueKey

Reach = frozenset[int] | None  # departments; None = the whole company


@dataclass(frozen=True, slots=True)
class Offer:
    """An open deal of a client: the amount in roubles and whose it is."""

    amount: Decimal
    owner_id: int | None
    department_id: int | None


@dataclass(frozen=True, slots=True)
class Segment:
    """A group that a client belongs to; ``is_valued`` marks those whom nobody may let wait."""

    key: str
    label: str | Lazy
    is_valued: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """Who calls. ``responsible_id`` is his manager; ``phone`` is E.164, "" = hidden."""

    person_id: int | None
    name: str
    phone: str
    responsible_id: int | None = None
    offers: tuple[Offer, ...] = ()
    segments: tuple[Segment, ...] = ()

    @property
    def worth(self) -> Decimal:
        """All his open deals together."""
        return sum((offer.amount for offer in self.offers), Decimal(0))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A client who waits for a person: in a queue, ringing, or still in the menu.

    ``began_at`` is when the wait began, ``position`` his place in the queue (0 = in none), ``patience`` after how many
    seconds clients of this queue usually hang up, ``gives_up_at`` when this one is expected to.
    """

    call_id: int
    state: str
    client: Client
    queue: QueueKey
    line: str
    department_id: int | None
    began_at: datetime
    position: int = 0
    patience: float | None = None
    gives_up_at: datetime | None = None
    rings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Agent:
    """One employee: his state (a value of ``agents.Doing`` or of ``Presence.State``), since when, with whom.

    ``call_department_id`` and ``provider_id`` are those of the call. ``talks`` are today's talks (incoming, outgoing),
    ``talked`` their seconds, ``occupancy`` a share or None.
    ``queues`` are (id, skill) of those he answers.
    """

    user_id: int
    name: str
    department_id: int | None
    state: str
    since: datetime | None = None
    reason: str = ""
    until: datetime | None = None
    call_id: int | None = None
    client: Client | None = None
    direction: str = ""
    call_department_id: int | None = None
    provider_id: int | None = None
    talks: tuple[int, int] = (0, 0)
    talked: int = 0
    occupancy: float | None = None
    queues: tuple[tuple[int, int], ...] = ()

    @property
    def is_logged(self) -> bool:
        """At work: may be rung, now or after a break."""
        return self.state not in ("offline", "away")


@dataclass(frozen=True, slots=True)
class QueueNow:
    """A queue: who waits, who answers, and today's figures by department of the calls."""

    pk: int
    key: QueueKey
    name: str
    department_id: int | None
    within: int
    is_own: bool
    members: tuple[int, ...] = ()
    tallies: tuple[tuple[int | None, Tally], ...] = ()

    def tally(self, reach: Reach) -> Tally:
        """Today's figures of the calls within reach."""
        total = Tally()
        for department, tally in self.tallies:
            if reach is None or department in reach:
                total = total.plus(tally)
        return total


@dataclass(frozen=True, slots=True)
class Link:
    """A connected exchange; ``heard_at`` is when it gave its last sign of life."""

    provider_id: int
    name: str
    department_id: int | None
    is_own: bool
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class Loss:
    """A client who has just been lost: the call, its stage, when."""

    call_id: int
    client: Client
    stage: str
    department_id: int | None
    queue: QueueKey
    at: datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """Somebody who waits to be called back: promised in the queue, or a task after a lost call."""

    department_id: int | None
    since: datetime
    is_late: bool


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert that is open: which rule's, the figures of its sentence, who has taken it on (user id)."""

    pk: int
    kind: str
    details: tuple[tuple[str, object], ...]
    department_id: int | None
    since: datetime
    is_urgent: bool
    taken_by: int | None


@dataclass(frozen=True)
class Board:
    """Everything at ``at``; ``midnight`` is when the company's day began.

    ``tallies`` are today's figures by department, ``slots`` by queue, department and ten minutes of those that are over.
    ``by_bin`` counts today's calls of clients by (department, ten minutes), ``by_stage`` today's losses by (department,
    stage, ten minutes); lasting calls are in.
    """

    at: datetime
    midnight: datetime
    waiting: tuple[Waiting, ...] = ()
    agents: tuple[Agent, ...] = ()
    queues: tuple[QueueNow, ...] = ()
    tallies: dict[int | None, Tally] = field(default_factory=dict)
    slots: dict[tuple[QueueKey, int | None, int], Tally] = field(default_factory=dict)
    by_bin: "Counter[tuple[int | None, int]]" = field(default_factory=Counter)
    by_stage: "Counter[tuple[int | None, str, int]]" = field(default_factory=Counter)
    losses: tuple[Loss, ...] = ()
    promises: tuple[Promise, ...] = ()
    links: tuple[Link, ...] = ()
    alerts: tuple[OpenAlert, ...] = ()
    average_cheque: Decimal = Decimal(0)

    def tally(self, reach: Reach) -> Tally:
        """Today's figures of all calls within reach, with and without a queue."""
        total = Tally()
        for department, tally in self.tallies.items():
            if reach is None or department in reach:
                total = total.plus(tally)
        return total

    @property
    def bin(self) -> int:
        """The ten minutes of the day that are running."""
        return int((self.at - self.midnight).total_seconds() // 600)


def within(department_id: int | None, reach: Reach) -> bool:
    """Whether something of this department is within reach."""
    return reach is None or department_id in reach
