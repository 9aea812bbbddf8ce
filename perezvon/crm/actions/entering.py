"""What a stage asks for before it lets a deal in: fields that are filled, items that are ticked off."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ..models import Deal, DealCheck, Stage, StageCheck
from .errors import ChecksNeeded, FieldsNeeded


def let_in(row: Deal, stage: Stage) -> None:
    """FieldsNeeded or ChecksNeeded when the deal lacks something; part of a move."""
    if lacking := missing(row, stage):
        raise FieldsNeeded(lacking)
    if items := unticked(row, stage):
        raise ChecksNeeded(items)


def missing(deal: Deal, stage: Stage) -> list[str]:
    """What the stage asks for and the deal does not have, codes of ``Stage.Need``."""
    has = {
        Stage.Need.AMOUNT: deal.amount > 0, Stage.Need.PRODUCT: deal.product_id, Stage.Need.COMPANY: deal.company_id,
        Stage.Need.NEXT: deal.next_action_at, Stage.Need.EXPECTED: deal.expected_on,
    }  # fmt: skip
    return [need for need in stage.needs if need in has and not has[Stage.Need(need)]]


def unticked(deal: Deal, stage: Stage) -> list[StageCheck]:
    """Items of the stage's checklist that were not ticked off for this deal."""
    done = DealCheck.objects.filter(deal=deal).values("item")
    return list(StageCheck.objects.filter(stage=stage, is_archived=False).exclude(pk__in=done))


def tick(deal: Deal, items: Iterable[StageCheck], *, by: Any, at: datetime) -> None:
    """Tick items off; part of a bigger action."""
    rows = [DealCheck(deal=deal, item=item, by=by, at=at) for item in items]
    DealCheck.objects.bulk_create(rows, ignore_conflicts=True)
