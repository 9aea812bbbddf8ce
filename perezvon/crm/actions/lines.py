"""What is sold in a deal; its amount is the sum of the lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from ..models import Deal, DealLine, Product, Stage
from .deals import change_amount, locked, win_deal
from .errors import Refused

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """One line: a product or words, how much, the price of one in roubles."""

    price: Decimal
    quantity: Decimal = Decimal(1)
    product: Product | None = None
    title: str = ""


@transaction.atomic
def set_lines(deal: Deal, lines: Sequence[NewLine], *, by: Any = None, at: datetime) -> Decimal:
    """Replace the lines of a deal and let its amount be their sum; the amount. Refused when a line makes no sense."""
    if len(lines) > MOST or any(
        line.quantity <= 0 or line.price < 0 or not (line.product or line.title.strip()) for line in lines
    ):
        raise Refused
    row = locked(deal)
    row.lines.all().delete()
    made = DealLine.objects.bulk_create(
        DealLine(
            deal=row, product=line.product, title=line.title.strip(), quantity=line.quantity, price=line.price, order=n
        )
        for n, line in enumerate(lines)
    )
    amount = sum((line.amount for line in made), Decimal(0)) if made else row.amount
    products = {line.product_id for line in made if line.product_id}
    change_amount(
        row, amount, product_id=row.product_id or (products.pop() if len(products) == 1 else None), by=by, at=at
    )
    deal.refresh_from_db()
    return amount


@transaction.atomic
def sell(deal: Deal, lines: Sequence[NewLine], *, by: Any = None, at: datetime, stage: Stage | None = None) -> Deal:
    """Win a deal with what was sold; errors as of ``set_lines`` and ``win_deal``."""
    amount = set_lines(deal, lines, by=by, at=at)
    return win_deal(deal, amount=amount, by=by, at=at, stage=stage)
