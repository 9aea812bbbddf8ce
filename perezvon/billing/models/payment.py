from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from perezvon.staff import access


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Money in, seen by the scope of the deal it came for."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Payments that ``user`` has the right to ``verb``."""
        return access.limit(self, user, "payment", verb=verb, owner="deal__responsible", department="deal__department")

    def total(self) -> Decimal:
        """The sum in roubles; returns count against it."""
        return self.aggregate(total=Sum("amount"))["total"] or Decimal(0)


class Payment(models.Model):
    """Money that came in for a deal, in roubles; a return is a payment below zero."""

    deal = models.ForeignKey("crm.Deal", models.PROTECT, related_name="+")
    amount = models.DecimalField(_("amount, ₽"), max_digits=14, decimal_places=2)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    comment = models.CharField(_("comment"), max_length=200, blank=True, default="")

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="billing_payment_not_zero")]
        indexes = [models.Index(fields=["deal", "at"], name="billing_payment_deal")]

    def __str__(self) -> str:
        return f"{self.amount} ₽"
