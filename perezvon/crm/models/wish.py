from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Wish(models.Model):
    """What a client may buy besides: it comes back as a task on its day. ``amount`` in roubles."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("wish", "waits for its day")
        BACK = "back", pgettext_lazy("wish", "has come back")
        SOLD = "sold", pgettext_lazy("wish", "sold")
        DROPPED = "dropped", pgettext_lazy("wish", "not wanted any more")

    person = models.ForeignKey("crm.Person", models.CASCADE, related_name="+")
    product = models.ForeignKey("crm.Product", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    text = models.CharField(_("what the client wants"), max_length=300)
    amount = models.DecimalField(_("amount, ₽"), max_digits=14, decimal_places=2, default=0)
    return_on = models.DateField(_("come back to it on"))
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    task = models.ForeignKey("crm.Task", models.SET_NULL, null=True, related_name="+", db_index=False)
    deal = models.ForeignKey("crm.Deal", models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    by: Any = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="crm_wish_says_something"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="crm_wish_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(state__in=("open", "back"), closed_at=None)
                | Q(state__in=("sold", "dropped"), closed_at__isnull=False),
                name="crm_wish_closed_has_a_when",
            ),
        ]
        indexes = [models.Index(fields=["return_on", "id"], condition=Q(state="open"), name="crm_wish_due")]
