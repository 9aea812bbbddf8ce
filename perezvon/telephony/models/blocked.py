from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .queries import NumberQuerySet


class BlockedNumber(models.Model):
    """A caller (E.164) who is not put through; ``until`` None = for good."""

    phone = models.CharField(_("number"), max_length=20, unique=True)
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = NumberQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked number")
        ordering = ["-at", "-id"]
