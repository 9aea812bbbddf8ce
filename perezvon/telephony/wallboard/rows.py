"""What one viewer sees of the board: small frozen rows, so that an unchanged row is drawn once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from perezvon.kit import phones

from .board import Agent, Board, Client, QueueNow, Segment, Waiting, within
from .judge import Verdict
from .kpi import Tally
from .people import UNSAID
from .pulse import Hour, Pulse, Rise, about_to_leave, stake_of
from .viewer import Viewer

ORDER = (
    "ringing", "talking", "held", "wrap_up", "available", UNSAID, "outbound", "break", "dnd", "away", "offline",
)  # fmt: skip
FREE = frozenset({"available", UNSAID})
SHOWN_LOSSES = 6


class Piece(NamedTuple):
    """A part of the page that changes as a whole: its id, the template that draws it, what stands in it."""

    key: str
    template: str
    row: Any


Sections = dict[str, list[Piece]]


@dataclass(frozen=True, slots=True)
class Who:
    """A client for the eye: the name, the number as this viewer may see it, segments, the manager's name."""

    name: str
    phone: str
    segments: tuple[Segment, ...]
    manager: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A client who waits. ``stake`` is roubles; ``is_guess`` = the average cheque, for want of a deal."""

    call_id: int
    state: str
    who: Who
    queue: str
    line: str
    began_at: datetime
    position: int
    patience: float | None
    gives_up_at: datetime | None
    stake: Decimal | None
    is_guess: bool
    rings: tuple[str, ...]
    may_move: bool


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An employee and what he does; ``occupancy`` is whole percent."""

    user_id: int
    name: str
    state: str
    reason: str
    since: datetime | None
    until: datetime | None
    call_id: int | None
    who: Who | None
    direction: str
    talks: tuple[int, int]
    talked: int
    occupancy: int | None
    queues: tuple[str, ...]
    has_sheet: bool


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue: now, and today's figures."""

    name: str
    waiting: int
    longest_since: datetime | None
    logged: int | None
    free: int | None
    within: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class LossRow:
    """A client who has just been lost."""

    call_id: int
    who: Who
    stage: str
    queue: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An open alert; ``details`` are the figures of its sentence, ``taken_by`` the name of who has taken it on."""

    pk: int
    kind: str
    details: tuple[tuple[str, object], ...]
    since: datetime
    is_urgent: bool
    taken_by: str
    sees_money: bool
    may_take: bool


@dataclass(frozen=True, slots=True)
class PulseRow:
    """The figures at the head. ``leaving`` is how many are expected to hang up within half a minute."""

    waiting: int
    in_menu: int
    longest_since: datetime | None
    stake: Decimal | None
    leaving: int
    leaving_stake: Decimal | None
    talking: int
    free: int
    logged: int
    promises: int
    late: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Bar:
    """An hour of the chart: today's calls and the usual ones as heights in percent, and the figures themselves."""

    hour: int
    height: int
    mark: int
    calls: int | None
    usual: float
    is_now: bool


@dataclass(frozen=True, slots=True)
class DayRow:
    """Today by hours against the usual day, and what is lost more than usual."""

    verdict: Verdict
    bars: tuple[Bar, ...]
    rises: tuple[Rise, ...]


def _titles(board: Board) -> dict[tuple[int, str], str]:
    """What each queue is called; those of several exchanges that are named alike with their exchange."""
    count = Counter(queue.name for queue in board.queues)
    exchanges = {link.provider_id: link.name for link in board.links}
    return {
        queue.key: queue.name if count[queue.name] == 1 else f"{queue.name} · {exchanges.get(queue.key[0], '')}"
        for queue in board.queues
    }


class Dresser:
    """Turns the board into rows for one kind of viewers."""

    def __init__(self, board: Board, viewer: Viewer, names: Mapping[int, str], lines: Mapping[str, str]) -> None:
        self.board, self.viewer, self.names, self.lines = board, viewer, names, lines
        self.own = {link.provider_id for link in board.links if link.is_own}
        self.titles = _titles(board)
        self.waiting = [one for one in board.waiting if viewer.sees(one.department_id)]
        self.agents = [one for one in board.agents if viewer.sees(one.department_id)]
        self.stakes = {one.call_id: self._stake(one.client) for one in self.waiting}

    def sections(self, pulse: Pulse | None) -> Sections:
        """Everything by section, each in its order."""
        return {
            "pulse": [Piece("pulse", "pulse", self._pulse())],
            "alerts": [Piece(f"!{row.pk}", "alert", row) for row in self._alert_rows()],
            "waiting": [Piece(f"w{row.call_id}", "waiting", row) for row in self._waiting_rows()],
            "agents": [Piece(f"a{row.user_id}", "agent", row) for row in self._agent_rows()],
            "queues": [Piece(f"q{provider}-{key}", "queue", row) for (provider, key), row in self._queue_rows()],
            "losses": [Piece(f"l{row.call_id}", "loss", row) for row in self._loss_rows()],
            "day": [Piece("day", "day", self._day(pulse))] if pulse is not None else [],
        }

    def _stake(self, client: Client) -> tuple[Decimal, bool]:
        """Roubles at stake, and whether they are but the average cheque."""
        worth = self.viewer.deals.stake(client)
        return (worth, False) if worth else (self.board.average_cheque, True)

    def _who(self, client: Client) -> Who:
        phone = client.phone
        shown = (phones.pretty(phone) if self.viewer.sees_phones else phones.mask(phone)) if phone else ""
        return Who(client.name, shown, client.segments, self.names.get(client.responsible_id or 0, ""))

    def _queue_name(self, key: tuple[int, str]) -> str:
        return self.titles.get(key, key[1])

    def _waiting_rows(self) -> Iterator[WaitingRow]:
        for one in sorted(self.waiting, key=lambda one: (one.position == 0, one.began_at)):
            stake, is_guess = self.stakes[one.call_id]
            may_move = one.queue[0] in self.own and within(one.department_id, self.viewer.supervises)
            yield WaitingRow(
                one.call_id, one.state, self._who(one.client), self._queue_name(one.queue), self.lines.get(one.line, one.line),
                one.began_at, one.position, one.patience, one.gives_up_at, stake if self.viewer.sees_money else None, is_guess,
                tuple(self.names[user] for user in one.rings if user in self.names), may_move,
            )  # fmt: skip

    def _agent_rows(self) -> Iterator[AgentRow]:
        names = {queue.pk: self._queue_name(queue.key) for queue in self.board.queues}
        for one in sorted(self.agents, key=lambda one: (ORDER.index(one.state), one.name)):
            sees_call = one.call_id is not None and self.viewer.sees(one.call_department_id)
            may = self.viewer.supervises is None or bool(self.viewer.supervises) or self.viewer.listens is None
            yield AgentRow(
                one.user_id, one.name, one.state, one.reason, one.since, one.until, one.call_id if sees_call else None,
                self._who(one.client) if sees_call and one.client else None, one.direction, one.talks,
                one.talked // 60 * 60, None if one.occupancy is None else round(one.occupancy * 100),
                tuple(names[pk] for pk, _skill in one.queues if pk in names), may or bool(self.viewer.listens),
            )  # fmt: skip

    def _queue_rows(self) -> Iterator[tuple[tuple[int, str], QueueRow]]:
        for queue in self.board.queues:
            tally = queue.tally(self.viewer.calls)
            if not self.viewer.sees(queue.department_id) and not tally.offered:
                continue
            line = [one for one in self.waiting if one.queue == queue.key and one.position]
            logged = self._logged(queue)
            yield queue.key, QueueRow(
                self._queue_name(queue.key), len(line), min((one.began_at for one in line), default=None),
                None if logged is None else len(logged), None if logged is None else sum(a.state in FREE for a in logged),
                queue.within, tally,
            )  # fmt: skip

    def _logged(self, queue: QueueNow) -> list[Agent] | None:
        """Those who answer this queue and are at work; None when the exchange alone knows who answers it."""
        if not queue.members:
            return None
        members = set(queue.members)
        return [one for one in self.board.agents if one.user_id in members and one.is_logged]

    def _loss_rows(self) -> Iterator[LossRow]:
        seen = [one for one in self.board.losses if self.viewer.sees(one.department_id)]
        for one in seen[:SHOWN_LOSSES]:
            yield LossRow(one.call_id, self._who(one.client), one.stage, self._queue_name(one.queue), one.at)

    def _alert_rows(self) -> Iterator[AlertRow]:
        for one in self.board.alerts:
            if one.department_id is None or self.viewer.sees(one.department_id):
                may_take = self.viewer.supervises is None or bool(self.viewer.supervises)
                yield AlertRow(
                    one.pk, one.kind, one.details, one.since, one.is_urgent, self.names.get(one.taken_by or 0, ""),
                    self.viewer.sees_money, may_take,
                )  # fmt: skip

    def _pulse(self) -> PulseRow:
        line = [one for one in self.waiting if one.position]
        leaving = about_to_leave(tuple(self.waiting), self.board.at)
        mine = [one for one in self.board.promises if self.viewer.sees(one.department_id)]
        return PulseRow(
            len(line), len(self.waiting) - len(line), min((one.began_at for one in line), default=None),
            self._sum(line), len(leaving), self._sum(leaving), sum(a.state in ("talking", "held") for a in self.agents),
            sum(a.state in FREE for a in self.agents), sum(a.is_logged for a in self.agents), len(mine),
            sum(one.is_late for one in mine), self.board.tally(self.viewer.calls),
        )  # fmt: skip

    def _sum(self, line: list[Waiting]) -> Decimal | None:
        return stake_of(self.stakes, line) if self.viewer.sees_money else None

    def _day(self, pulse: Pulse) -> DayRow:
        return DayRow(pulse.day, tuple(_bars(pulse.hours, self.board.bin // 6)), pulse.rises)


def _bars(hours: tuple[Hour, ...], now: int) -> Iterator[Bar]:
    """The hours in which anybody calls, at least the office's."""
    busy = [hour.hour for hour in hours if hour.calls or hour.usual]
    first, last = min([9, now, *busy]), max([18, *busy])
    most = max([1.0, *(max(hour.calls or 0, hour.usual) for hour in hours)])
    for one in hours[first : last + 1]:
        heights = (round((one.calls or 0) / most * 100), round(one.usual / most * 100))
        yield Bar(one.hour, *heights, one.calls, one.usual, one.hour == now)
