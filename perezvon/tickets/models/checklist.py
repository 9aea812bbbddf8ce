from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ChecklistItem(models.Model):
    """Something to be ticked off before a request leaves a step; with a product or source only for its requests."""

    step = models.CharField(max_length=24)
    text = models.CharField(_("what to do"), max_length=200)
    order = models.IntegerField(default=0)
    is_required = models.BooleanField(_("required before the deal"), default=True)
    product = models.ForeignKey(
        "crm.Product", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only for the product")
    )
    source = models.ForeignKey(
        "marketing.Source",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for the source"),
    )
    is_archived = models.BooleanField(default=False)

    class Meta:
        ordering = ["step", "order", "id"]


class ChecklistMark(models.Model):
    """Who ticked an item of a request off, and when."""

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="marks")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("ticket", "item", name="tickets_mark_once")]
