"""The funnel by one dimension: which source, department, employee ... loses how much."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from ..places import CELL, loss_of
from ..slices import JOURNEYS, Slice
from ..store.reading import Reading
from .counting import KOPECKS, RANK, STANDING, Funnel
from .ladder import WON, rung_of
from .money import NOTHING, Worth, total_of


@dataclass(slots=True)
class Line:
    """One value of the dimension (None = not known); money in roubles.

    A client with journeys of several values counts in each of them, once.
    """

    value: Any
    clients: int = 0
    lost: int = 0
    buyers: int = 0
    revenue: float = 0.0
    worth: Worth = NOTHING

    @property
    def share(self) -> float | None:
        """The part of the clients that bought."""
        return self.buyers / self.clients if self.clients else None

    @property
    def lost_share(self) -> float | None:
        return self.lost / self.clients if self.clients else None


def breakdown(spec: Slice, by: str, whole: Funnel, reading: Reading) -> list[Line]:
    """Lines of the slice by the dimension ``by``, the dearest leak first.

    Lost clients are priced by ``whole``, the funnel of the same slice, so that lines compare.
    """
    lines: dict[Any, Line] = defaultdict(lambda: Line(None))
    lost: dict[Any, Counter[tuple[str, int]]] = defaultdict(Counter)
    rungs = [step.rung for step in whole.steps]
    question = spec.asking(by=(by, "place"), measures=("clients",), compared=False)
    for value, place, clients in reading.counted(question):
        line, rank, count = lines[value], place >> RANK, int(clients)
        line.value = value
        line.clients += count
        line.buyers += count if rank >= WON else 0
        if loss := loss_of(place >> STANDING & 0xF):
            line.lost += count
            lost[value][rung_of(rungs, rank, loss).key, place >> CELL.shift & CELL.mask] += count
    for value, groups in lost.items():
        lines[value].worth = total_of((whole.base.worth(step, cell), count) for (step, cell), count in groups.items())
    _add_revenue(spec, by, lines, reading)
    return sorted(lines.values(), key=lambda line: (-line.worth.middle, -line.clients, str(line.value)))


def _add_revenue(spec: Slice, by: str, lines: dict[Any, Line], reading: Reading) -> None:
    money = spec.asking(by=(by,), measures=("revenue",), grain=JOURNEYS, compared=False)
    for value, kopecks in reading.counted(money):
        if value in lines:
            lines[value].revenue = int(kopecks) / KOPECKS
