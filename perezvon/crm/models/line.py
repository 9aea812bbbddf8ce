from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

CENT = Decimal("0.01")


class DealLine(models.Model):
    """What is sold in a deal: a product (or words), how much of it, the price of one in roubles."""

    deal = models.ForeignKey("crm.Deal", models.CASCADE, related_name="lines")
    product = models.ForeignKey("crm.Product", models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(_("in words"), max_length=200, blank=True, default="")
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, default=1)
    price = models.DecimalField(_("price, ₽"), max_digits=14, decimal_places=2)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("line of a deal")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0) & Q(price__gte=0), name="crm_line_positive"),
            models.CheckConstraint(condition=Q(product__isnull=False) | Q(title__regex=r"\S"), name="crm_line_named"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.product or "")

    @property
    def amount(self) -> Decimal:
        """Roubles of the line."""
        return (self.quantity * self.price).quantize(CENT)
