"""The funnel as figures: clients that came to each step, went on, were lost, came back; and the money."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from perezvon.tickets.stages import BY_KEY, STEP_OF_LOSS, Loss

from ..places import ALIVE, CELL, GONE, PARTS, RECOVERIES, loss_of, standing_of
from ..slices import ERA, JOURNEYS, Slice
from ..store.reading import Reading
from .ladder import NO_REPEAT, REPEAT, WON, Rung, ladder, rung_of
from .money import NOTHING, Base, Gate, Worth, total, total_of

CELL_PARTS = ("cell_new", "cell_source", "cell_product")
KOPECKS = 100
COMPARABLE = 0.1  # a period before with a smaller part of the clients is only the beginning of the history
RANK, STANDING, RECOVERY = (PARTS[name].shift for name in ("rank", "standing", "recovery"))
NO_REPEAT_STANDING = standing_of(NO_REPEAT)
CAME_TO_REPEAT = BY_KEY["paid"].rank  # who was not offered again has come to the repeat sale, paid in full or not

#: rank and standing (or a cell) -> cell (or rank) -> clients
Standing = dict[int, dict[int, int]]


@dataclass(slots=True)
class Leak:
    """Clients lost at one step for one cause, and what they would have brought."""

    code: str
    rung: Rung
    clients: int = 0
    short: int = 0
    worth: Worth = NOTHING
    cells: Counter[int] = field(default_factory=Counter)

    @property
    def name(self) -> Any:
        return Loss(self.code).label


@dataclass(slots=True)
class Step:
    """One row of the funnel: ``came`` = passed + lost + out + here. ``recovered`` were lost here and got on."""

    rung: Rung
    came: int = 0
    passed: int = 0
    here: int = 0
    out: int = 0
    leaks: dict[str, Leak] = field(default_factory=dict)
    recovered: Counter[str] = field(default_factory=Counter)
    first: int = 0

    @property
    def lost(self) -> int:
        return sum(leak.clients for leak in self.leaks.values())

    @property
    def saved(self) -> int:
        return sum(self.recovered.values())

    @property
    def worth(self) -> Worth:
        return total(leak.worth for leak in self.leaks.values())

    @property
    def share_of_previous(self) -> float | None:
        """The part of those who came that went on."""
        return self.passed / self.came if self.came else None

    @property
    def share_of_first(self) -> float | None:
        """The part of all who contacted us that passed this step (of a stage: that came into it)."""
        return self.reached / self.first if self.first else None

    @property
    def reached(self) -> int:
        return self.came if self.rung.is_stage else self.passed


@dataclass(slots=True)
class Funnel:
    """All rows, the leaks by money, and the sums at the head of the page (roubles)."""

    steps: list[Step]
    base: Base
    clients: int = 0
    sales: int = 0
    revenue: float = 0.0

    def price(self) -> None:
        """Count what the clients of every leak would have brought."""
        for step in self.steps:
            for leak in step.leaks.values():
                worths = ((self.base.worth(step.rung.key, cell), count) for cell, count in leak.cells.items())
                leak.worth = total_of(worths)

    def step(self, key: str) -> Step:
        return next(step for step in self.steps if step.rung.key == key)

    @property
    def leaks(self) -> list[Leak]:
        """Every leak, the dearest first; those without a known price by the number of clients."""
        leaks = [leak for step in self.steps for leak in step.leaks.values() if leak.clients]
        return sorted(leaks, key=lambda leak: (-leak.worth.middle, -leak.clients, leak.code))

    @property
    def lost(self) -> int:
        return sum(step.lost for step in self.steps)

    @property
    def saved(self) -> int:
        return sum(step.saved for step in self.steps)

    @property
    def buyers(self) -> int:
        return self.step("won").passed

    @property
    def worth(self) -> Worth:
        return total(step.worth for step in self.steps)


def funnels(spec: Slice, reading: Reading, rungs: list[Rung] | None = None) -> list[Funnel]:
    """The funnel of the slice's period, then, if it is compared, that of the period before."""
    rungs = rungs or ladder()
    eras = (0, 1) if spec.compared else (0,)
    places: dict[int, list[tuple[int, int]]] = {era: [] for era in eras}
    for era, place, clients in reading.counted(spec.asking(by=(ERA, "place"), measures=("clients",))):
        places[int(era)].append((place, int(clients)))
    sales: dict[int, list[tuple[Any, ...]]] = {era: [] for era in eras}
    for era, *sold in reading.counted(
        spec.asking(by=(ERA, *CELL_PARTS), measures=("sales", "revenue"), grain=JOURNEYS)
    ):
        sales[int(era)].append(tuple(sold))
    found = [funnel_of(rungs, places[era], sales[era]) for era in eras]
    found[0].price()
    if spec.compared and is_comparable(*found):
        found[1].price()
    return found


def is_comparable(funnel: Funnel, before: Funnel) -> bool:
    """Whether the period before holds enough clients to be compared with."""
    return bool(before.clients) and before.clients >= funnel.clients * COMPARABLE


def funnel_of(rungs: list[Rung], places: Iterable[tuple[int, int]], sales: Iterable[tuple[Any, ...]]) -> Funnel:
    """The funnel of counted places (place, clients) and of sales by cell (..., sales, kopecks), not priced yet."""
    standing: Standing = defaultdict(lambda: defaultdict(int))
    short: Counter[int] = Counter()
    healed: Counter[tuple[int, int]] = Counter()
    shift, mask = CELL.shift, CELL.mask
    for place, clients in places:  # thousands of them: plain arithmetic
        standing[place >> STANDING][place >> shift & mask] += clients
        if place & 1:
            short[place >> STANDING] += clients
        if how := place >> RECOVERY & 0x3F:
            healed[how, place >> RANK] += clients
    funnel = Funnel([Step(rung) for rung in rungs], Base({}))
    ranks = _stand(funnel, rungs, standing, short)
    _heal(funnel, rungs, healed)
    _sum_up(funnel, ranks)
    _base(funnel, standing, sales)
    return funnel


def _stand(funnel: Funnel, rungs: list[Rung], standing: Standing, short: Counter[int]) -> Counter[int]:
    """Put clients on the rows where they stand; how many of them have each rank."""
    by_key = {step.rung.key: step for step in funnel.steps}
    ranks: Counter[int] = Counter()
    for key, cells in standing.items():
        rank, how = key >> 4, key & 0xF
        count = sum(cells.values())
        ranks[rank] += count
        step = by_key[rung_of(rungs, rank, loss_of(how)).key]
        if how in GONE:
            step.out += count
        elif how == ALIVE:
            step.here += 0 if rank >= REPEAT else count
        else:
            leak = step.leaks.setdefault(loss_of(how), Leak(loss_of(how), step.rung))
            leak.clients += count
            leak.short += short[key]
            leak.cells.update(cells)
    return ranks


def _heal(funnel: Funnel, rungs: list[Rung], healed: Counter[tuple[int, int]]) -> None:
    by_key = {step.rung.key: step for step in funnel.steps}
    for (bits, rank), count in healed.items():
        loss, recovery = loss_of(bits >> 2), RECOVERIES[bits & 3]
        if loss and recovery:
            key = STEP_OF_LOSS[loss]
            step = by_key[key] if key in by_key else by_key[rung_of(rungs, rank, loss).key]
            step.recovered[recovery] += count


def _sum_up(funnel: Funnel, ranks: Counter[int]) -> None:
    funnel.clients = ranks.total()
    for step in funnel.steps:
        step.first = funnel.clients
        step.passed = sum(count for rank, count in ranks.items() if rank >= step.rung.high)
        step.came = step.passed + step.here + step.out + step.lost


def _base(funnel: Funnel, standing: Standing, sales: Iterable[tuple[Any, ...]]) -> None:
    # Every step, for a breakdown may find clients lost where the whole has none: who has journeys of
    # several values stands in each of them, not only where he got furthest.
    base = funnel.base = Base({step.rung.key: _gate(step.rung) for step in funnel.steps})
    for is_new, source, product, sold, kopecks in sales:
        roubles = int(kopecks) / KOPECKS
        base.add_sales(is_new << 40 | source << 20 | product, int(sold), roubles)
        funnel.sales += int(sold)
        funnel.revenue += roubles
    cells: Standing = defaultdict(lambda: defaultdict(int))
    for key, own in standing.items():
        rank = key >> 4 if key & 0xF != NO_REPEAT_STANDING else CAME_TO_REPEAT
        for cell, count in own.items():
            cells[cell][rank] += count
    base.add(cells)


def _gate(rung: Rung) -> Gate:
    """Success is a sale; at the repeat sale it is another one, among those who had come to it."""
    if rung.high == REPEAT:
        return CAME_TO_REPEAT, REPEAT
    return rung.high, max(rung.high, WON)
