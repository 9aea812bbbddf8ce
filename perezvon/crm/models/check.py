from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StageCheck(models.Model):
    """Something that must be ticked off before a deal enters a stage."""

    stage = models.ForeignKey("crm.Stage", models.CASCADE, related_name="checks")
    text = models.CharField(_("what to do"), max_length=200)
    order = models.IntegerField(default=0)
    is_archived = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["stage", "order", "id"]
        constraints = [
            models.UniqueConstraint("stage", "text", condition=models.Q(is_archived=False), name="crm_stage_check_once")
        ]

    def __str__(self) -> str:
        return self.text


class DealCheck(models.Model):
    """Who ticked an item off for a deal, and when."""

    deal = models.ForeignKey("crm.Deal", models.CASCADE, related_name="checks")
    item = models.ForeignKey(StageCheck, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "item"], name="crm_deal_check_once")]
