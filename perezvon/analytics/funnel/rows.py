"""The requests behind a figure of the funnel."""

from dataclasses import dataclass

from perezvon.tickets.stages import STEP_OF_LOSS

from .. import sql
from ..places import ALIVE, CLOSED, GONE, PARTS, RECOVERIES, standing_of
from ..slices import Slice
from ..store.reading import Reading
from .ladder import NO_REPEAT, REPEAT, Rung

WHATS = ("came", "passed", "lost", "here", "out", "recovered")
_RANK = PARTS["rank"].shift


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure one can click: ``what`` at a rung, narrowed to a loss code or to a kind of recovery."""

    rung: Rung
    what: str
    loss: str = ""
    recovery: str = ""

    def test(self, dialect: sql.Dialect) -> str:
        """The condition on ``place`` that the clients of this figure meet."""
        test = getattr(self, f"_{self.what}")
        return str(test(sql.Query(dialect)))

    def _passed(self, query: sql.Query) -> str:
        return f"place >= {self.rung.high << _RANK}"

    def _came(self, query: sql.Query) -> str:
        return f"({self._passed(query)} OR {self._stands(query)})"

    def _stands(self, query: sql.Query) -> str:
        within = f"place >= {self.rung.low << _RANK} AND place < {self.rung.high << _RANK}"
        again = f"{query.part('standing')} = {standing_of(NO_REPEAT)}"
        return f"(({within}) OR {again})" if self.rung.high == REPEAT else f"({within} AND NOT {again})"

    def _lost(self, query: sql.Query) -> str:
        standing = query.part("standing")
        which = (
            f"{standing} = {standing_of(self.loss)}"
            if self.loss
            else f"{standing} BETWEEN 1 AND 14 AND {standing} <> {CLOSED}"
        )
        return f"{self._stands(query)} AND {which}"

    def _here(self, query: sql.Query) -> str:
        return f"{self._stands(query)} AND {query.part('standing')} = {ALIVE}"

    def _out(self, query: sql.Query) -> str:
        return f"{self._stands(query)} AND {query.part('standing')} IN {GONE}"

    def _recovered(self, query: sql.Query) -> str:
        codes = [standing_of(loss) for loss, key in STEP_OF_LOSS.items() if key == self.rung.key]
        healed = f"{query.part('healed')} IN ({', '.join(map(str, codes)) or 'NULL'})"
        how = query.part("recovery")
        which = f"{how} = {RECOVERIES.index(self.recovery)}" if self.recovery else f"{how} > 0"
        return f"{healed} AND {which}"


def behind(spec: Slice, figure: Figure, reading: Reading, *, limit: int, before: int | None = None) -> list[int]:
    """Numbers (ids) of the requests behind a figure, the newest first: of each client the furthest one."""
    return [
        int(row[0])
        for row in reading.ask(
            spec,
            lambda source, dialect: sql.furthest_tickets(
                spec, figure.test(dialect), source, dialect, limit=limit, before=before
            ),
        )
    ]
