"""What a rule sees on the board: each thing that is above its threshold, or well under it again; pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from ..wallboard.board import Board, Client, QueueNow, Reach, within
from ..wallboard.kpi import Tally
from ..wallboard.pulse import Rise

WELL_UNDER = 0.8  # of the threshold: from there on it counts as calm
POINTS = 0.05  # by which a service level has to be better again
LEAST = 5  # calls of the last half hour, to speak of a service level
WINDOW = 3  # full pieces of ten minutes, and the running one


class Rule(Protocol):
    """What is read of models.AlertRule."""

    kind: str
    queue_id: int | None
    count: int | None
    seconds: int | None
    percent: int | None
    amount: Decimal | None
    stage: str
    segments: list[str]


@dataclass(frozen=True, slots=True)
class Scene:
    """The board with what a rule needs besides: which departments it watches, where people work now, rises."""

    board: Board
    reach: Reach
    is_open: Callable[[int | None], bool]
    rises: tuple[Rise, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing a rule looks at. ``is_clear`` = well under the threshold; neither = in between.

    ``client`` is who it is about; ``worth`` what he may bring, ``details`` the figures for the sentence.
    """

    subject: str
    is_on: bool
    is_clear: bool
    department_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    client: Client | None = None


def signals(rule: Rule, scene: Scene) -> list[Signal]:
    """Everything the rule has to say of this moment; things that are gone are not in it and count as clear."""
    return list(_KINDS[rule.kind](rule, scene))


def _queues(rule: Rule, scene: Scene) -> Iterator[QueueNow]:
    for queue in scene.board.queues:
        if queue.pk == rule.queue_id if rule.queue_id else within(queue.department_id, scene.reach):
            yield queue


def _queue_jam(rule: Rule, scene: Scene) -> Iterator[Signal]:
    for queue in _queues(rule, scene):
        line = [one for one in scene.board.waiting if one.queue == queue.key and one.position]
        longest = max((_waited(scene.board.at, one.began_at) for one in line), default=0)
        many, long = rule.count or 0, rule.seconds or 0
        is_on = bool(many and len(line) >= many) or bool(long and longest >= long)
        is_clear = len(line) < max(1, many * WELL_UNDER) if many else True
        is_clear = is_clear and (longest < long * WELL_UNDER if long else True)
        details = {"name": queue.name, "count": len(line), "seconds": longest}
        yield Signal(f"queue:{queue.pk}:{queue.key[1]}"[:80], is_on, is_clear, queue.department_id, details)


def is_valued(rule: Rule, client: Client) -> bool:
    """Whether the rule cares for this client: by his open deals, or by a segment."""
    rich = rule.amount is not None and client.worth >= rule.amount
    return rich or any(segment.key in rule.segments for segment in client.segments)


def _client_waiting(rule: Rule, scene: Scene) -> Iterator[Signal]:
    for one in scene.board.waiting:
        if not (within(one.department_id, scene.reach) and is_valued(rule, one.client)):
            continue
        waited = _waited(scene.board.at, one.began_at)
        details = {"seconds": waited, "call": one.call_id}
        yield Signal(
            f"call:{one.call_id}", waited >= (rule.seconds or 0), False, one.department_id, details, one.client
        )


def _client_lost(rule: Rule, scene: Scene) -> Iterator[Signal]:
    for loss in scene.board.losses:
        if within(loss.department_id, scene.reach) and is_valued(rule, loss.client):
            details = {"stage": loss.stage, "call": loss.call_id}
            yield Signal(f"call:{loss.call_id}", True, False, loss.department_id, details, loss.client)


def _nobody(rule: Rule, scene: Scene) -> Iterator[Signal]:
    """Queues that nobody answers in working time; those whose people the exchange alone knows are left out."""
    agents = {agent.user_id: agent for agent in scene.board.agents}
    for queue in _queues(rule, scene):
        if not queue.members or not scene.is_open(queue.department_id):
            continue
        logged = sum(1 for user in queue.members if user in agents and agents[user].is_logged)
        details = {"name": queue.name, "count": len(queue.members)}
        yield Signal(f"queue:{queue.pk}", logged == 0, logged > 0, queue.department_id, details)


def _service_level(rule: Rule, scene: Scene) -> Iterator[Signal]:
    """Answered in time of answered and abandoned, in the last half hour."""
    for queue in _queues(rule, scene):
        tally = recent(scene.board, queue)
        level = tally.inclusive
        if level is None or tally.answered + tally.abandoned < LEAST:
            continue
        least = (rule.percent or 0) / 100
        details = {"name": queue.name, "percent": round(level * 100), "count": tally.answered + tally.abandoned}
        yield Signal(f"queue:{queue.pk}:{queue.key[1]}"[:80], level < least, level >= min(1.0, least + POINTS), queue.department_id, details)  # fmt: skip


def recent(board: Board, queue: QueueNow) -> Tally:
    """A queue's figures of the last half hour and the running ten minutes."""
    total, first = Tally(), board.bin - WINDOW
    for (key, _department, bin_), tally in board.slots.items():
        if key == queue.key and bin_ >= first:
            total = total.plus(tally)
    return total


def _losses_rise(rule: Rule, scene: Scene) -> Iterator[Signal]:
    for rise in scene.rises:
        if rule.stage in ("", rise.stage):
            details = {"stage": rise.stage, "count": rise.verdict.now, "usual": round(rise.verdict.usual)}
            is_on = rise.verdict.now >= (rule.count or 1)
            yield Signal(f"stage:{rise.stage}", is_on, False, None, details)


def _link_down(rule: Rule, scene: Scene) -> Iterator[Signal]:
    """Exchanges of our own give a sign of life every 15 seconds; a cloud's silence says nothing."""
    for link in scene.board.links:
        if not link.is_own or not within(link.department_id, scene.reach):
            continue
        silent = _waited(scene.board.at, link.heard_at) if link.heard_at else 0
        is_on = link.heard_at is not None and silent >= (rule.seconds or 60)
        details = {"name": link.name, "seconds": silent}
        yield Signal(f"exchange:{link.provider_id}", is_on, not is_on, link.department_id, details)


def _callbacks(rule: Rule, scene: Scene) -> Iterator[Signal]:
    waiting = [one for one in scene.board.promises if within(one.department_id, scene.reach)]
    oldest = max((_waited(scene.board.at, one.since) for one in waiting), default=0)
    many, long = rule.count or 0, rule.seconds or 0
    is_on = bool(many and len(waiting) >= many) or bool(long and oldest >= long)
    is_clear = (not many or len(waiting) < max(1, many * WELL_UNDER)) and (not long or oldest < long)
    yield Signal("callbacks", is_on, is_clear, None, {"count": len(waiting), "seconds": oldest})


def _waited(at: datetime, since: datetime) -> int:
    return max(0, int((at - since).total_seconds()))


_KINDS: dict[str, Callable[[Rule, Scene], Iterator[Signal]]] = {
    "queue_jam": _queue_jam, "client_waiting": _client_waiting, "client_lost": _client_lost, "nobody": _nobody,
    "service_level": _service_level, "losses_rise": _losses_rise, "link_down": _link_down, "callbacks": _callbacks,
}  # fmt: skip
