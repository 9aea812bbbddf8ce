"""What one client lost at a stage would have brought, for pages of other rooms: the funnel's own prices.

P(sale | same source, product, new or returning, passed the stage) x average cheque over the last year of the whole
company (docs/analytics.md); kept for some minutes, because a year does not change in them.
"""

from collections.abc import Iterable
from datetime import timedelta
from time import monotonic

from perezvon.kit import clock
from perezvon.kit.periods import Period
from perezvon.tickets.hooks import Case
from perezvon.tickets.stages import STEP_OF_LOSS

from .funnel.counting import funnels
from .funnel.money import Base
from .places import CELL, pack
from .slices import Slice
from .store.reading import Reading

SECONDS = 600.0
YEAR = timedelta(days=365)
_kept: list[tuple[float, Base]] = []


def worth_of(cases: Iterable[Case]) -> dict[Case, float]:
    """Roubles by case; one without a known price is left out."""
    wanted = {case for case in cases if case[0] in STEP_OF_LOSS}
    if not wanted:
        return {}
    base = _base()
    found = {}
    for case in wanted:
        loss, is_new, source, product = case
        place = pack(cell_new=int(is_new), cell_source=source or 0, cell_product=product or 0)
        priced = base.worth(STEP_OF_LOSS[loss], place >> CELL.shift & CELL.mask)
        if priced.is_known:
            found[case] = priced.middle
    return found


def forget() -> None:
    """Count anew at the next question (for tests)."""
    _kept.clear()


def _base() -> Base:
    if not _kept or monotonic() >= _kept[0][0]:
        at = clock.now()
        funnel = funnels(Slice(period=Period(at - YEAR, at)), Reading.now())[0]
        _kept[:] = [(monotonic() + SECONDS, funnel.base)]
    return _kept[0][1]
