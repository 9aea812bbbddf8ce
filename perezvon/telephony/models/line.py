from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Line(models.Model):
    """A number that clients dial, E.164."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True, default="")
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, blank=True, related_name="+")
    product = models.ForeignKey("crm.Product", models.SET_NULL, null=True, blank=True, related_name="+")
    is_enabled = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("line")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name or self.number


class Queue(models.Model):
    """A queue or group of an exchange; ``key`` is the exchange's own name of it."""

    provider = models.ForeignKey("telephony.Provider", models.CASCADE, related_name="queues")
    key = models.CharField(max_length=80)
    name = models.CharField(_("name"), max_length=80)
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("queue")
        constraints = [models.UniqueConstraint(fields=["provider", "key"], name="telephony_queue_once")]

    def __str__(self) -> str:
        return self.name


class Extension(models.Model):
    """Whose internal number (or login) it is at an exchange."""

    provider = models.ForeignKey("telephony.Provider", models.CASCADE, related_name="extensions")
    number = models.CharField(max_length=48)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("internal number")
        constraints = [models.UniqueConstraint(fields=["provider", "number"], name="telephony_extension_once")]
