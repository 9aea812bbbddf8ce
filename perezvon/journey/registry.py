"""Who hears facts and who works in the background: rooms register here from ``readers.py``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from .kinds import is_among

if TYPE_CHECKING:
    from .models import Due, Fact

URGENT = "urgent"  # what somebody waits for while a telephone rings: nothing else may run before it
FAST, SLOW = "fast", "slow"
PROGRAMS = "programs"  # what tells other people's programs, however slow they are
OUTSIDE = "outside"  # what waits for other people's servers and big files: it may hold up nobody else
BATCH = 500  # facts handed over at one go
F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True)
class FactReader:
    """A subscription: ``handle`` gets ordered batches of facts of the given kinds.

    One that is new to an old base hears its whole past, unless it ``acts``: whoever tells people, rings or sends has
    nothing to do with what was over before it came.
    """

    name: str
    kinds: tuple[str, ...]
    handle: "Callable[[list[Fact]], object]"
    batch: int
    lane: str
    acts: bool = False

    def hears(self, kind: str) -> bool:
        return is_among(kind, self.kinds)

    def answers(self, word: str) -> bool:
        """Whether a notice with this word (a kind, or the reader's own name) is for it."""
        return word == self.name or self.hears(word)


@dataclass(frozen=True)
class Loop:
    """Background work over a queue table: ``work`` returns how many items it has done."""

    name: str
    work: Callable[[], int]
    lane: str


@dataclass(frozen=True)
class Timer:
    """What happens when a timer of this kind falls due."""

    kind: str
    fire: "Callable[[Sequence[Due], datetime], object]"


@dataclass(frozen=True)
class Housekeeping:
    """Periodic work: ``run(at)`` at most once in ``every`` seconds in the whole installation."""

    name: str
    every: int
    run: Callable[[datetime], object]


readers: dict[str, FactReader] = {}
loops: dict[str, Loop] = {}
timers: dict[str, Timer] = {}
schedules: dict[str, Housekeeping] = {}


def reader(
    name: str, *, kinds: tuple[str, ...], batch: int = BATCH, lane: str = FAST, acts: bool = False
) -> Callable[[F], F]:
    """Subscribe a function to facts; a kind ending with a dot is a prefix."""

    def register(handle: F) -> F:
        readers[name] = FactReader(name, kinds, handle, batch, lane, acts)
        return handle

    return register


def loop(name: str, *, lane: str = FAST) -> Callable[[F], F]:
    """Register background work that returns how many items it has done (0 = nothing to do)."""

    def register(work: F) -> F:
        loops[name] = Loop(name, work, lane)  # type: ignore[arg-type]
        return work

    return register


def timer(kind: str) -> Callable[[F], F]:
    """Register what happens when a timer of ``kind`` falls due: ``fire(dues, at)``."""

    def register(fire: F) -> F:
        timers[kind] = Timer(kind, fire)
        return fire

    return register


def schedule(name: str, *, every: int) -> Callable[[F], F]:
    """Register housekeeping ``run(at)`` to be done every ``every`` seconds by one worker."""

    def register(run: F) -> F:
        schedules[name] = Housekeeping(name, every, run)
        return run

    return register
