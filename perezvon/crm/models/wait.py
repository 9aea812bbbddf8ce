from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DealWait(models.Model):
    """A deal that waits for the client instead of a made-up task: until when, why, and what ended the waiting.

    A waiting deal counts as one with something planned. It ends by itself when the client calls or writes.
    """

    class End(models.TextChoices):
        TIME = "time", pgettext_lazy("wait", "the time was over")
        CLIENT = "client", pgettext_lazy("wait", "the client came back")
        PERSON = "person", pgettext_lazy("wait", "ended by hand")

    deal = models.ForeignKey("crm.Deal", models.CASCADE, related_name="waits")
    until = models.DateTimeField(_("until"))
    why = models.CharField(_("what for"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=8, choices=End.choices, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deal"], condition=Q(ended_at=None), name="crm_wait_one_now"),
            models.CheckConstraint(condition=Q(until__gt=models.F("at")), name="crm_wait_forward"),
        ]
