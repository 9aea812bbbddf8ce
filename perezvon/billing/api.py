"""What programs can do with money: payments of deals."""

from datetime import datetime
from typing import Annotated

from django.http import Http404
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Expansion, Heard, Noun, Order, fact_of, register
from perezvon.api.problems import wrong
from perezvon.api.schemas import Field, Id, In, Line, Moment, Out, Roubles
from perezvon.crm.models import Deal

from . import access
from .actions import receive_payment
from .models import Payment


class PaymentOut(Out):
    """Money that came in for a deal; a return is below zero."""

    id: int
    deal_id: int
    amount: Roubles
    at: datetime
    by_id: int | None
    comment: str


class PaymentIn(In):
    """Money that came; below zero it is a return."""

    deal_id: Id
    amount: Annotated[Roubles, Field(description=_("Not zero."))]
    at: Moment | None = Field(None, description=_("When it came; now, when it is not said."))
    comment: Line = ""


PAYMENTS = register(Noun(
    "payments", "payment", _("Payments"), PaymentOut, lambda user, verb: Payment.objects.visible_to(user, verb), "payment",
    orders=(Order("at", "at"),), narrow={"deal": "deal_id"}, expand={"deal": Expansion("deals", "deal_id")},
    heard=Heard(("payment.",), fact_of("payment")), is_exported=True,
))  # fmt: skip


@PAYMENTS.adds(PaymentIn)
def add(caller: Caller, body: PaymentIn) -> Payment:
    """Money came in."""
    deal = named(Deal.objects.visible_to(caller.user), body.deal_id, "deal_id")
    if not access.allows(caller.user, "add", deal):
        raise Http404
    if not body.amount:
        raise wrong("body.amount", _now("A payment of nothing."))
    return receive_payment(deal, body.amount, by=caller.user, at=body.at or caller.at, comment=body.comment)
