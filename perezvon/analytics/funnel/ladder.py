"""The rows of the funnel in order: which ranks stand at a gate, and which have passed it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.crm.models import Stage
from perezvon.tickets.stages import BY_KEY, DEAL, STEPS, deal_step

WON = BY_KEY["won"].rank
REPEAT = BY_KEY["repeat"].rank
NO_REPEAT = "L14"


@dataclass(frozen=True, slots=True)
class Rung:
    """One row of the funnel.

    A client whose rank is in [low, high) has come to this row and stands there (lives, is lost or
    is out); one of ``high`` or more has passed it. A row of the pipeline is a stage: its clients
    stand in the stage. Every other row is a gate: its clients stand before it.
    """

    key: str
    name: Any
    low: int
    high: int
    is_stage: bool = False


def ladder() -> list[Rung]:
    """The rungs from the first ring to the repeat sale, with the pipelines' stages of today."""
    fixed = [step for step in STEPS if step.rank <= DEAL]
    rungs = [Rung(fixed[0].key, fixed[0].name, 0, 0)]
    rungs += [Rung(after.key, after.name, before.rank, after.rank) for before, after in pairwise(fixed)]
    rungs += _stages(_open_stages())
    rungs.append(Rung("won", BY_KEY["won"].name, WON, WON))
    late = [step for step in STEPS if step.rank >= WON]
    rungs += [Rung(after.key, after.name, before.rank, after.rank) for before, after in pairwise(late)]
    return rungs


def _open_stages() -> list[tuple[int, str]]:
    """(rank, name) of the stages that lead to a sale, those of all pipelines together."""
    kinds = (Stage.Kind.UNSORTED, Stage.Kind.OPEN)
    stages = Stage.objects.filter(kind__in=kinds, pipeline__is_archived=False).order_by(
        "order", "pipeline__order", "id"
    )
    return [(deal_step(pk, order)[1], name) for pk, order, name in stages.values_list("id", "order", "name")]


def _stages(found: Iterable[tuple[int, str]]) -> list[Rung]:
    """Stages of one order in several pipelines are one row; ranks without a stage belong to the row before."""
    steps = [
        (rank, " / ".join(dict.fromkeys(name for _rank, name in group)))
        for rank, group in groupby(found, lambda pair: pair[0])
    ]
    if not steps:
        steps = [(DEAL + 1, str(_("In work")))]
    lows = [DEAL, *(rank for rank, _name in steps[1:])]
    highs = [*lows[1:], WON]
    return [
        Rung(f"stage-{rank - DEAL}", name, low, high, is_stage=True)
        for (rank, name), low, high in zip(steps, lows, highs, strict=True)
    ]


def rung_of(rungs: list[Rung], rank: int, loss: str) -> Rung:
    """Where a client of this rank stands; one who was not offered again stands before the repeat sale."""
    if loss == NO_REPEAT:
        return rungs[-1]
    standing = [rung for rung in rungs if rung.low <= rank < rung.high]
    return standing[-1] if standing else rungs[-1]
