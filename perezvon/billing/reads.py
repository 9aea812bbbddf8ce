"""What other rooms may read of money."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Sum

from .models import Payment


def paid(deal_id: int) -> Decimal:
    """Roubles received for one deal, returns taken off."""
    return Payment.objects.filter(deal=deal_id).total()


def paid_by_deal(ids: Iterable[int]) -> dict[int, Decimal]:
    """Deal id -> roubles received, for the deals that have payments."""
    rows = Payment.objects.filter(deal__in=set(ids)).values_list("deal_id").annotate(total=Sum("amount"))
    return dict(rows)
