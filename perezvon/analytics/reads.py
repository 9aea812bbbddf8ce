"""What the rooms above and the pages ask of analytics."""

from .funnel.breakdown import Line, breakdown
from .funnel.counting import Funnel, Leak, Step, funnels
from .funnel.rows import behind
from .slices import Scope, Slice
from .store.balance import Balance, balance
from .store.reading import Reading

__all__ = [
    "Balance",
    "Funnel",
    "Leak",
    "Line",
    "Reading",
    "Scope",
    "Slice",
    "Step",
    "balance",
    "behind",
    "breakdown",
    "funnels",
]
