"""What a lost client would have brought: P(sale) x average cheque, with the base it was counted from.

Source of the formula: the product's glossary (docs/analytics.md). The interval is Wilson's score
interval of a proportion (E. B. Wilson, 1927), 95%.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import sqrt

from ..places import cell_of

ENOUGH = 30
ANY = -1
EVERYBODY = (ANY, ANY, ANY)
Z95 = 1.959963984540054
Cell = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Worth:
    """Roubles as a point, or as [low, high] when the base is too small for a point; ``base`` clients."""

    low: float = 0.0
    high: float = 0.0
    point: float | None = None
    base: int = 0
    is_known: bool = True

    @property
    def middle(self) -> float:
        return self.point if self.point is not None else (self.low + self.high) / 2

    def times(self, count: float) -> "Worth":
        point = None if self.point is None else self.point * count
        return Worth(self.low * count, self.high * count, point, self.base, self.is_known)


NOTHING = Worth(point=0.0)
UNKNOWN = Worth(is_known=False)


def wilson(successes: int, trials: int, z: float = Z95) -> tuple[float, float]:
    """The interval of a share: Wilson's score interval. (0, 1) without trials."""
    if trials <= 0:
        return 0.0, 1.0
    share, square = successes / trials, z * z
    middle = share + square / (2 * trials)
    spread = z * sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    scale = 1 + square / trials
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


@lru_cache(maxsize=100_000)
def widths(cell: int) -> tuple[Cell, ...]:
    """A cell (new, source, product) and the wider ones, the narrowest first; -1 = any."""
    is_new, source, product = cell_of(cell)
    return ((is_new, source, product), (is_new, source, ANY), (is_new, ANY, ANY), EVERYBODY)


Gate = tuple[int, int]  # the rank from which a step is passed, and the one that counts as success


class Base:
    """How many clients of each cell passed a step and how many of those succeeded; sales and their roubles.

    Every client is counted in his cell and in all wider ones. ``gates`` are those of all steps.
    """

    def __init__(self, gates: Mapping[str, Gate]) -> None:
        self.gates = gates
        self._ranks: dict[Cell, dict[int, int]] = {}
        self._sales: dict[Cell, list[float]] = {}
        self._tails: dict[Cell, tuple[list[int], list[int]]] = {}
        self._known: dict[tuple[str, Cell], Worth] = {}

    def add(self, cells: Mapping[int, Mapping[int, int]]) -> None:
        """Clients of every cell by the rank they came to, once and before anything is asked."""
        for cell, ranks in cells.items():
            narrow, source, _kind, _all = widths(cell)
            self._ranks[narrow] = dict(ranks)
            self._merge(source, ranks)
        # Every wider cell is the sum of those just below it.
        for below in [cell for cell in self._ranks if cell[1] != ANY and cell[2] == ANY]:
            self._merge((below[0], ANY, ANY), self._ranks[below])
        for below in [cell for cell in self._ranks if cell[0] != ANY and cell[1] == ANY]:
            self._merge(EVERYBODY, self._ranks[below])

    def _merge(self, wide: Cell, ranks: Mapping[int, int]) -> None:
        own = self._ranks.setdefault(wide, {})
        for rank, count in ranks.items():
            own[rank] = own.get(rank, 0) + count

    def add_sales(self, cell: int, sales: int, roubles: float) -> None:
        for wide in widths(cell):
            own = self._sales.setdefault(wide, [0, 0.0])
            own[0] += sales
            own[1] += roubles

    def passed(self, step: str, cell: Cell) -> int:
        return self._from(cell, self.gates[step][0])

    def bought(self, step: str, cell: Cell) -> int:
        return self._from(cell, self.gates[step][1])

    def _from(self, cell: Cell, rank: int) -> int:
        """Clients of a cell that came to ``rank`` or further."""
        tail = self._tails.get(cell)
        if tail is None:
            ranks = sorted(self._ranks.get(cell, {}).items())
            sums = list(accumulate((count for _rank, count in reversed(ranks)), initial=0))
            tail = self._tails[cell] = ([each for each, _count in ranks], sums[::-1])
        return tail[1][bisect_left(tail[0], rank)]

    def cheque(self, cell: Cell) -> float | None:
        """The average sale of a cell in roubles; None when it has none."""
        sales, roubles = self._sales.get(cell, (0, 0.0))
        return roubles / sales if sales else None

    def worth(self, step: str, cell: int) -> Worth:
        """What one client lost at ``step`` would have brought."""
        chain = widths(cell)
        found = self._known.get((step, chain[0]))
        if found is None:
            found = self._known[step, chain[0]] = self._worth(step, chain)
        return found

    def _worth(self, step: str, chain: Sequence[Cell]) -> Worth:
        for cell in chain:
            base = self.passed(step, cell)
            if base >= ENOUGH:
                value = self.bought(step, cell) / base * (self.cheque(cell) or 0.0)
                return Worth(value, value, value, base)
        base, cheque = self.passed(step, EVERYBODY), self.cheque(EVERYBODY)
        if not base or cheque is None:
            return UNKNOWN
        low, high = wilson(self.bought(step, EVERYBODY), base)
        return Worth(low * cheque, high * cheque, None, base)


def total(parts: Iterable[Worth]) -> Worth:
    """The sum; a point only when every part is one."""
    return total_of((part, 1) for part in parts)


def total_of(counted: Iterable[tuple[Worth, int]]) -> Worth:
    """The sum of worths, each so many times; a point only when every part is one."""
    low = high = point = 0.0
    base, is_point, is_known = 0, True, True
    for worth, count in counted:
        low += worth.low * count
        high += worth.high * count
        base = max(base, worth.base)
        is_known = is_known and worth.is_known
        if worth.point is None:
            is_point = False
        else:
            point += worth.point * count
    return Worth(low, high, point if is_point else None, base, is_known)
