"""Money comes in."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from perezvon.crm.models import Deal
from perezvon.journey.actions import record

from .. import facts
from ..models import Payment


@transaction.atomic
def receive_payment(deal: Deal, amount: Decimal | int, *, by: Any = None, at: datetime, comment: str = "") -> Payment:
    """Note that ``amount`` roubles came for a deal; below zero is a return. ValueError for nothing."""
    if not amount:
        raise ValueError("a payment of nothing")
    payment = Payment.objects.create(deal=deal, amount=amount, by=by, at=at, comment=comment)
    record(
        facts.PAYMENT_RECEIVED, at=at, by=by, amount=Decimal(amount), payment=payment.pk, deal_id=deal.pk,
        person_id=deal.person_id, company_id=deal.company_id, ticket_id=deal.ticket_id,
        owner_id=deal.responsible_id, department_id=deal.department_id, source_id=deal.source_id,
    )  # fmt: skip
    return payment
