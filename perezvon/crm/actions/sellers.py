"""Levels of sellers, and what each keeps folded on his board."""

from datetime import datetime
from typing import Any

from django.db import transaction

from perezvon.journey.actions import record

from .. import facts
from ..models import FoldedColumn, SellerLevel, Stage


@transaction.atomic
def set_level(user: Any, level: str, *, by: Any, at: datetime) -> None:
    """Say how experienced a seller is; a level that he has already changes nothing."""
    SellerLevel.objects.update_or_create(user=user, defaults={"level": level, "by": by, "at": at})
    record(
        facts.SELLER_LEVEL,
        at=at,
        by=by,
        owner_id=user.pk,
        department_id=user.department_id,
        name=user.name,
        level=level,
    )


def fold(stage: Stage, is_folded: bool, *, by: Any) -> None:
    """Fold or unfold a column of ``by``'s own board."""
    if is_folded:
        FoldedColumn.objects.get_or_create(user=by, stage=stage)
    else:
        FoldedColumn.objects.filter(user=by, stage=stage).delete()
