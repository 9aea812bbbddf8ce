from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .queries import OfExtensionQuerySet


class Device(models.Model):
    """A telephone of an internal number: the browser's softphone or one on the desk.

    Its name in Asterisk is the number, with "w" behind it for the browser's. ``secret`` is its SIP password: shown to
    the person it belongs to (the softphone asks for it), never logged.
    """

    class Kind(models.TextChoices):
        BROWSER = "browser", _("in the browser")
        DESK = "desk", _("on the desk")

    extension = models.ForeignKey("telephony.Extension", models.CASCADE, related_name="devices")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    secret = models.CharField(max_length=64)
    secret_since = models.DateTimeField(db_default=Now())
    is_enabled = models.BooleanField(default=True)

    objects = OfExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("telephone")
        ordering = ["kind", "id"]
        constraints = [models.UniqueConstraint(fields=["extension", "kind"], name="telephony_device_once")]

    @property
    def endpoint(self) -> str:
        """Its name in Asterisk: "101" or "101w"."""
        return self.extension.number + ("w" if self.kind == self.Kind.BROWSER else "")
