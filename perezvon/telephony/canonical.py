"""The canonical call: what every exchange's events are translated into.

An adapter turns the set of stored events of a call into ordered ``Step``s and an ``Ending``;
``build`` walks the state machine over them and says where the call ended. Source of the
vocabulary: docs/glossary.md (states, causes and loss stages of a call).

    new -> ivr -> queued -> ringing -> talking <-> held -> ended
    ringing -> queued (nobody took it) and talking -> ringing (transfer)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from .stages import EMPLOYEE_CAUSES, TALK_SECONDS, TALKED, CallLoss, Cause

IN, OUT, INTERNAL = "in", "out", "internal"
NEW, IVR, QUEUED, RINGING, TALKING, HELD, ENDED = "new", "ivr", "queued", "ringing", "talking", "held", "ended"

# Kinds of steps besides those that bear the name of the state they lead to.
INPUT, NO_CHOICE, CLOSED, OVERFLOW = "input", "no_choice", "closed", "overflow"
FAILED, ANSWERED, UNHELD, TRANSFERRED, LEFT = "failed", "answered", "unheld", "transferred", "left"
PROMISED = "promised"  # the client asked to be called back


def _always_open(_line: str, _queue: str, _at: datetime) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Rules:
    """What of our own settings takes part in the reading of events.

    ``talk_seconds`` - a shorter talk counts as dropped; ``clock_offset`` - seconds by which the
    exchange's clock runs ahead of UTC; ``zone`` - the IANA name of the time zone in which it writes
    moments without one; ``trunks`` - names of the channels that lead outside (Asterisk);
    ``says_stages`` - the dialplan is ours: it will tell where a call is, so nothing is said before it does;
    ``is_open(line, queue, at)`` - the business calendar.
    """

    talk_seconds: int = TALK_SECONDS
    clock_offset: int = 0
    zone: str = "Europe/Moscow"
    trunks: tuple[str, ...] = ("trunk",)
    says_stages: bool = False
    is_open: Callable[[str, str, datetime], bool] = field(default=_always_open, compare=False)

    def moment(self, told: datetime) -> datetime:
        """A moment that the exchange wrote without a zone, in UTC."""
        return told.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Head:
    """Who called whom: the client's number and the dialled line in E.164 ("" = not told).

    ``group`` is the queue's name where the exchange tells it but not the time spent in it.
    """

    direction: str
    phone: str = ""
    line: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One canonical event. ``what`` is the menu node, the queue, the extension or the key pressed."""

    at: datetime
    kind: str
    leg: str = ""
    what: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How the call ended; ``observed`` is False when nobody told us and we had to infer it."""

    at: datetime
    cause: str
    observed: bool = True


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the call's way: state, from, until, and the node, queue or extension."""

    state: str
    at: datetime
    until: datetime | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One ring of one employee; ``cause`` is "" while it rings, "answered" or why it failed."""

    extension: str
    leg: str
    at: datetime
    until: datetime | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg of the call as the exchange numbers them."""

    id: str
    at: datetime
    answered_at: datetime | None = None
    until: datetime | None = None
    what: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call told in canonical words; the fields are those of ``models.Call`` (durations: seconds).

    ``record`` holds the exchange's names of its recordings, separated by spaces.
    """

    key: str
    direction: str
    state: str
    started_at: datetime
    phone: str = ""
    line: str = ""
    queue: str = ""
    menu_node: str = ""
    extension: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    wait_seconds: int = 0
    talk_seconds: int = 0
    stage: str = ""
    cause: str = ""
    observed: bool = True
    record: str = ""
    promised_at: datetime | None = None
    rating: int | None = None
    path: tuple[Span, ...] = ()
    legs: tuple[Leg, ...] = ()
    attempts: tuple[Attempt, ...] = ()


def build(
    key: str,
    head: Head,
    steps: Sequence[Step],
    ending: Ending | None,
    rules: Rules,
    *,
    started_at: datetime | None = None,
    talk_seconds: int | None = None,
    record: str = "",
    rating: int | None = None,
) -> Call:
    """The call that ordered ``steps`` and an ``ending`` (None = it lasts) make.

    ``talk_seconds`` overrides the difference of moments where the exchange counts better.
    ValueError when there is neither a step nor a start.
    """
    start = started_at or (steps[0].at if steps else None)
    if start is None:
        raise ValueError("a call without a beginning")
    walk = Walk(start)
    for step in steps:
        walk.take(step)
    if ending is not None:
        walk.end(ending)
    return _told(key, head, walk, ending, rules, talk_seconds, record, rating)


def _told(
    key: str,
    head: Head,
    walk: "Walk",
    ending: Ending | None,
    rules: Rules,
    talk_seconds: int | None,
    record: str,
    rating: int | None,
) -> Call:
    answered, ended = walk.answered_at, ending.at if ending else None
    talk = talk_seconds if talk_seconds is not None and answered else _seconds(answered, ended)
    waited = _seconds(walk.started_at, answered or ended)
    stage, observed = "", True
    if ending is not None:
        stage = terminal_stage(head.direction, walk, ending, talk, rules)
        observed = ending.observed and not walk.inferred
    return Call(
        key=key, direction=head.direction, state=walk.state, started_at=walk.started_at, phone=head.phone,
        line=head.line, queue=walk.queue or head.group, menu_node=walk.node, extension=walk.extension, answered_at=answered,
        ended_at=ended, wait_seconds=waited, talk_seconds=talk, stage=stage,
        cause=ending.cause if ending else "", observed=observed, record=record,
        promised_at=walk.promised_at, rating=rating, path=tuple(walk.path), legs=tuple(walk.legs.values()), attempts=tuple(walk.attempts),
    )  # fmt: skip


def _seconds(start: datetime | None, end: datetime | None) -> int:
    if start is None or end is None:
        return 0
    return max(0, int((end - start).total_seconds() + 0.5))


class Walk:
    """The state machine: takes canonical steps in order and remembers the way."""

    def __init__(self, started_at: datetime) -> None:
        self.started_at = started_at
        self.state = NEW
        self.path: list[Span] = [Span(NEW, started_at)]
        self.attempts: list[Attempt] = []
        self.legs: dict[str, Leg] = {}
        self.queue = self.node = self.extension = self.overflow = ""
        self.answered_at: datetime | None = None
        self.promised_at: datetime | None = None
        self.chose = self.heard_out = self.closed = self.inferred = False
        self._talkers: dict[str, str] = {}

    def take(self, step: Step) -> None:
        """Go one step further; a step that makes no sense in the present state only marks its leg."""
        if step.leg and step.leg not in self.legs:
            self.legs[step.leg] = Leg(step.leg, step.at, what=step.what)
        getattr(self, "_" + step.kind)(step)

    def end(self, ending: Ending) -> None:
        """Close everything that is still open."""
        for index, attempt in enumerate(self.attempts):
            if not attempt.cause:
                self.attempts[index] = replace(attempt, until=ending.at, cause=ending.cause)
        for key, leg in self.legs.items():
            if leg.until is None:
                self.legs[key] = replace(leg, until=ending.at)
        self._enter(ENDED, ending.at)
        self.path.pop()

    def _enter(self, state: str, at: datetime, what: str = "") -> None:
        last = self.path[-1]
        if last.state == state and last.what == what:
            return
        if last.at == at and last.state == NEW and len(self.path) == 1 and state != ENDED:
            self.path[-1] = Span(state, at, what=what)
        else:
            self.path[-1] = replace(last, until=at)
            self.path.append(Span(state, at, what=what))
        self.state = state

    def _new(self, step: Step) -> None:
        """The beginning is already known."""

    def _ivr(self, step: Step) -> None:
        self.inferred = self.inferred or step.cause == "inferred"
        if self.answered_at is None:
            self.node = step.what or self.node
            self._enter(IVR, step.at, self.node)

    def _input(self, step: Step) -> None:
        self.chose = True
        self.node = step.what or self.node

    def _no_choice(self, step: Step) -> None:
        self.heard_out = True
        self._enter(IVR, step.at, step.what or self.node)

    def _closed(self, step: Step) -> None:
        self.closed = True
        self.inferred = self.inferred or step.cause == "inferred"

    def _queued(self, step: Step) -> None:
        self.queue = step.what or self.queue
        if self.state not in (TALKING, HELD):
            self.overflow = ""
            self._enter(QUEUED, step.at, self.queue)

    def _overflow(self, step: Step) -> None:
        self.overflow = step.cause

    def _promised(self, step: Step) -> None:
        self.promised_at = self.promised_at or step.at

    def _ringing(self, step: Step) -> None:
        if not any(a.leg == step.leg and a.extension == step.what for a in self.attempts if not a.cause):
            self.attempts.append(Attempt(step.what, step.leg, step.at))
        if self.state not in (TALKING, HELD):
            self._enter(RINGING, step.at, step.what)

    def _failed(self, step: Step) -> None:
        self._close_attempts(step, lambda a: a.leg == step.leg, step.cause or Cause.NO_ANSWER)
        self._left(step)
        if self.state == RINGING and not any(not a.cause for a in self.attempts) and self.queue:
            self._enter(QUEUED, step.at, self.queue)

    def _answered(self, step: Step) -> None:
        if step.leg not in self._talkers:
            self._ring_of(step)
            self._talkers[step.leg] = step.what
            self.extension = step.what or self.extension
            self.answered_at = self.answered_at or step.at
            self._mark(step.leg, answered_at=step.at)
        self._enter(TALKING, step.at, self._talkers[step.leg])

    def _ring_of(self, step: Step) -> None:
        """Close the rings: this one was taken, the others were answered elsewhere."""
        if not any(a.leg == step.leg for a in self.attempts):
            self.attempts.append(Attempt(step.what, step.leg, step.at))
        self._close_attempts(step, lambda a: a.leg == step.leg, ANSWERED)
        self._close_attempts(step, lambda a: a.leg != step.leg, Cause.ANSWERED_ELSEWHERE)

    def _close_attempts(self, step: Step, which: Callable[[Attempt], bool], cause: str) -> None:
        for index, attempt in enumerate(self.attempts):
            if not attempt.cause and which(attempt):
                self.attempts[index] = replace(attempt, until=step.at, cause=str(cause))

    def _held(self, step: Step) -> None:
        if self.state == TALKING:
            self._enter(HELD, step.at, self.extension)

    def _unheld(self, step: Step) -> None:
        if self.state == HELD:
            self._enter(TALKING, step.at, self.extension)

    def _transferred(self, step: Step) -> None:
        if self.state in (TALKING, HELD):
            self._enter(RINGING, step.at, step.what)

    def _left(self, step: Step) -> None:
        self._mark(step.leg, until=step.at, cause=str(step.cause))

    def _mark(self, leg: str, **changes: object) -> None:
        if leg in self.legs:
            self.legs[leg] = replace(self.legs[leg], **changes)  # type: ignore[arg-type]


_BY_CAUSE = {
    Cause.LINES_EXHAUSTED: CallLoss.LINES_BUSY,
    Cause.BILLING: CallLoss.LINES_BUSY,
    Cause.BARRED: CallLoss.LINES_BUSY,
    Cause.OFF_HOURS: CallLoss.OFF_HOURS,
    Cause.QUEUE_FULL: CallLoss.QUEUE_OVERFLOW,
    Cause.QUEUE_TIMEOUT: CallLoss.QUEUE_OVERFLOW,
    Cause.NO_AGENTS: CallLoss.QUEUE_OVERFLOW,
}


def terminal_stage(direction: str, walk: Walk, ending: Ending, talk: int, rules: Rules) -> str:
    """Where the call ended: "talked", a loss L01-L08, "" for our own call that reached nobody.

    A talk shorter than the threshold, or one that the network cut, is dropped (L08); of a call
    whose end we only infer we know nothing bad. Before a talk the hang-up cause decides, then the
    place on the way.
    """
    if walk.answered_at is not None:
        cut = ending.observed and ending.cause == Cause.NETWORK_ERROR
        dropped = (talk < rules.talk_seconds and ending.observed) or cut
        lost = CallLoss.DROPPED_IN_TALK.value if direction == IN else ""
        return lost if dropped else TALKED
    if direction != IN:
        return ""
    if walk.closed:
        return CallLoss.OFF_HOURS.value
    if walk.promised_at is not None and walk.queue and not walk.overflow:
        return CallLoss.QUEUE_ABANDONED.value
    by_cause = _BY_CAUSE.get(Cause(ending.cause)) if ending.cause in Cause.values else None
    return str(by_cause.value if by_cause else _by_place(walk, ending.cause).value)


def _by_place(walk: Walk, cause: str) -> CallLoss:
    if walk.overflow:
        return CallLoss.QUEUE_OVERFLOW
    if walk.queue or walk.state == QUEUED or any(span.state == QUEUED for span in walk.path):
        return _in_queue(cause)
    if walk.attempts or cause in EMPLOYEE_CAUSES:
        return CallLoss.RING_NO_ANSWER
    in_menu = any(span.state == IVR for span in walk.path)
    if walk.heard_out or cause == Cause.IVR_ENDED or (in_menu and walk.promised_at is not None):
        return CallLoss.IVR_NO_CHOICE
    if in_menu:
        return CallLoss.IVR_HANGUP
    return CallLoss.RING_NO_ANSWER


def _in_queue(cause: str) -> CallLoss:
    if cause in EMPLOYEE_CAUSES:
        return CallLoss.RING_NO_ANSWER
    if cause in (Cause.CALLER_HANGUP, Cause.NETWORK_ERROR, Cause.CALLBACK, ""):
        return CallLoss.QUEUE_ABANDONED
    return CallLoss.QUEUE_OVERFLOW
