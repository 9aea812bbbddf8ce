from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .queries import OfExchangeQuerySet


class Trunk(models.Model):
    """A carrier's line into our own exchange (SIP).

    ``key`` is its name inside Asterisk ("trunk-mts"); ``password`` is kept as given, never shown again and never
    logged; ``addresses`` are the hosts or networks from which the carrier calls; ``channels`` is how many calls at
    once it carries (0 = no limit known).
    """

    class Transport(models.TextChoices):
        UDP = "udp", "UDP"
        TCP = "tcp", "TCP"
        TLS = "tls", "TLS"

    provider = models.ForeignKey("telephony.Provider", models.CASCADE, related_name="trunk_rows")
    key = models.SlugField(max_length=32)
    name = models.CharField(_("name"), max_length=80)
    host = models.CharField(_("carrier's address"), max_length=253)
    port = models.PositiveIntegerField(_("port"), default=5060)
    transport = models.CharField(_("transport"), max_length=4, choices=Transport.choices, default=Transport.UDP)
    username = models.CharField(_("SIP user"), max_length=80, blank=True, default="")
    password = models.CharField(_("SIP password"), max_length=120, blank=True, default="")
    registers = models.BooleanField(_("we register at the carrier"), default=False)
    addresses: Any = models.JSONField(_("the carrier calls from"), default=list, blank=True)
    caller_id = models.CharField(_("number shown to clients"), max_length=20, blank=True, default="")
    codecs = models.CharField(_("codecs"), max_length=80, default="alaw,ulaw")
    channels = models.PositiveIntegerField(_("calls at once"), default=0)
    is_enabled = models.BooleanField(_("in use"), default=True)

    objects = OfExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("trunk")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "key"], name="telephony_trunk_once"),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="telephony_trunk_port"),
        ]

    def __str__(self) -> str:
        return self.name
