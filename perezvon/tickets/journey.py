"""What is known of one client's journey: the input of ``standing.stand``. Plain values, no database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from perezvon.kit.worktime import WorkingTime

from .stages import CALL_LOSSES

CALL, FORM = "call", "form"
TALKED = "talked"
IN, OUT = "in", "out"
BARRED = "barred"


@dataclass(frozen=True, slots=True)
class Touch:
    """One contact: a call in either direction or a site form. Seconds are those of the talk."""

    kind: str
    direction: str
    at: datetime
    ended_at: datetime | None = None
    answered_at: datetime | None = None
    stage: str = ""
    cause: str = ""
    seconds: int = 0
    observed: bool = True
    by_id: int | None = None

    @property
    def end(self) -> datetime:
        return self.ended_at or self.at

    @property
    def is_talk(self) -> bool:
        """A conversation of at least the exchange's threshold, in either direction."""
        return self.kind == CALL and self.stage == TALKED

    @property
    def is_reach(self) -> bool:
        """The client has been reached or has left us his request himself."""
        return self.is_talk or (self.kind == FORM and self.direction == IN)

    @property
    def is_barred(self) -> bool:
        """A caller who is not put through on purpose: no client was lost."""
        return self.kind == CALL and self.direction == IN and self.cause == BARRED and self.answered_at is None

    @property
    def is_lost(self) -> bool:
        """A call of the client that nobody talked to."""
        return self.kind == CALL and self.direction == IN and self.stage in CALL_LOSSES and not self.is_barred

    @property
    def order(self) -> tuple[datetime, str, str, str, datetime, bool, int]:
        """One order for one set of contacts, whatever order they became known in."""
        return (self.at, self.kind, self.direction, self.stage, self.end, self.observed, self.seconds)


@dataclass(frozen=True, slots=True)
class Plan:
    """A task of the journey; one set or done by the system itself is no work of a person."""

    deadline: datetime
    created_at: datetime
    done_at: datetime | None = None
    set_by_person: bool = True
    done_by_person: bool = True

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        return (self.created_at, self.deadline, str(self.done_at))


@dataclass(frozen=True, slots=True)
class Move:
    """The deal came into a stage."""

    at: datetime
    stage_id: int
    order: int
    kind: str  # crm.Stage.Kind
    number: int = 0  # of the transition: tells moves of one moment apart


@dataclass(frozen=True, slots=True)
class Sale:
    """The deal of the journey: its moves in order, what it is sold for, what came in (roubles)."""

    opened_at: datetime
    moves: tuple[Move, ...]
    amount: Decimal = Decimal()
    payments: tuple[tuple[datetime, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Journey:
    """Everything that decides where a client stands; the order inside the tuples does not matter."""

    opened_at: datetime
    touches: tuple[Touch, ...] = ()
    entered_at: datetime | None = None
    plans: tuple[Plan, ...] = ()
    notes: tuple[datetime, ...] = ()
    sale: Sale | None = None
    out_at: datetime | None = None
    closed_at: datetime | None = None
    repeat_at: datetime | None = None
    response_due: datetime | None = None
    worked_from_start: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """The company's patience, see ``models.TicketSettings``; ``work_seconds`` is working time."""

    window: timedelta
    entry: timedelta
    work_seconds: int
    follow_up: timedelta
    upsell: timedelta
    calendar: WorkingTime
    short_seconds: int = 5


@dataclass(frozen=True, slots=True)
class Episode:
    """A loss, and how it was made good if it was."""

    loss: str
    lost_at: datetime
    healed_at: datetime | None = None
    recovery: str = ""
    is_short: bool = False
    observed: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a journey stands; the names are those of the columns of ``Ticket``."""

    state: str
    step: str
    rank: int
    loss: str = ""
    lost_at: datetime | None = None
    is_short: bool = False
    healed: str = ""
    recovery: str = ""
    recovered_at: datetime | None = None
    observed: bool = True
    window_until: datetime | None = None
    missed_at: datetime | None = None
    first_response_at: datetime | None = None
    overdue_since: datetime | None = None
    closed_at: datetime | None = None
    deal_stage_id: int | None = None
    amount: Decimal = Decimal()
    paid: Decimal = Decimal()
    won_at: datetime | None = None
    paid_at: datetime | None = None
    repeat_at: datetime | None = None
    look_at: datetime | None = field(default=None, compare=False)
