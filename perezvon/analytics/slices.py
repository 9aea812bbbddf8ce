"""The one description of a slice: what is counted, by what, where and when. No SQL here."""

from dataclasses import dataclass, field, replace
from typing import Any

from perezvon.kit.periods import Period

from .dimensions import CLIENT_MEASURES, DIMENSIONS, JOURNEY_MEASURES
from .places import ASKED

CLIENTS, JOURNEYS = "clients", "journeys"
ERA = "era"  # 0 = the period, 1 = the one before it


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose journeys may be counted: everything, those of departments, or those of one employee.

    ``departments`` and ``responsible`` are alternatives joined by "or"; both None = everything.
    """

    departments: tuple[int, ...] | None = None
    responsible: int | None = None

    @property
    def is_everything(self) -> bool:
        return self.departments is None and self.responsible is None


@dataclass(frozen=True, slots=True)
class Slice:
    """Measures by dimensions over the journeys that began in a period.

    ``by`` names dimensions, parts of the place (places.ASKED) and "era"; with the grain "clients"
    every client is counted once in each group of dimensions, at the furthest of his journeys there.
    ``filters`` maps a dimension to the accepted values (None = "not known"). ``compared`` adds the
    period before. ValueError for a name nobody declared.
    """

    period: Period
    by: tuple[str, ...] = ()
    measures: tuple[str, ...] = ("clients",)
    grain: str = CLIENTS
    filters: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    scope: Scope = field(default_factory=Scope)
    compared: bool = False

    def __post_init__(self) -> None:
        declared = CLIENT_MEASURES if self.grain == CLIENTS else JOURNEY_MEASURES
        unknown = [name for name in self.measures if name not in declared]
        unknown += [name for name in self.by if name not in DIMENSIONS and name not in ASKED and name != ERA]
        unknown += [name for name, _values in self.filters if name not in DIMENSIONS]
        if unknown or self.grain not in (CLIENTS, JOURNEYS):
            raise ValueError(f"a slice cannot be made of {unknown or self.grain}")

    @property
    def since(self) -> int:
        """The first second that is read, since 1970."""
        first = self.period.previous() if self.compared else self.period
        return int(first.start.timestamp())

    @property
    def turn(self) -> int:
        """The second where the period itself starts."""
        return int(self.period.start.timestamp())

    @property
    def until(self) -> int:
        """The second where the period ends; it does not belong to it."""
        return int(self.period.end.timestamp())

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(name for name in self.by if name in DIMENSIONS)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(name for name in self.by if name in ASKED)

    def asking(self, **changes: Any) -> "Slice":
        """The same journeys, asked something else."""
        return replace(self, **changes)
