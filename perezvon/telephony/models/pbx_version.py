from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .queries import OfExchangeQuerySet


class PbxVersion(models.Model):
    """The exchange's configuration as it was generated once: ``files`` is {file name: text}, secrets left out.

    ``snapshot`` holds the rows it was made of, so that going back to a version brings the settings back too.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("not applied")
        APPLIED = "applied", _("applied")
        FAILED = "failed", _("refused by the exchange")

    provider = models.ForeignKey("telephony.Provider", models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    files: Any = models.JSONField(default=dict)
    snapshot: Any = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    error = models.TextField(blank=True, default="")
    comment = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = OfExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the exchange's configuration")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["provider", "number"], name="telephony_pbx_version_once")]
