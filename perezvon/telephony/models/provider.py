from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from .queries import ProviderQuerySet


class Provider(models.Model):
    """A connected exchange: an own Asterisk or an account at a cloud PBX.

    ``slug`` stands in the webhook address; ``secrets`` hold keys and salts (never logged, never
    shown again after creation); ``settings`` are the harmless rest (talk threshold, offset, ...).
    ``refused`` requests were not signed as agreed or came from a foreign address; of the last one we know why and when.
    """

    kind = models.CharField(max_length=16)
    name = models.CharField(_("name"), max_length=80)
    slug = models.CharField(max_length=48, unique=True)
    secrets: Any = models.JSONField(default=dict)
    settings: Any = models.JSONField(default=dict)
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, blank=True, related_name="+")
    is_enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    refused = models.IntegerField(_("refused requests"), default=0)
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_why = models.CharField(max_length=120, blank=True, default="")
    last_event_at = models.DateTimeField(null=True, blank=True)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def first_id(self) -> int:
        """The exchange whose lines, queues and telephones these are: its own, or, of a twin, those of the first node."""
        told = str(self.settings.get("twin_of") or "")
        return int(told) if told.isascii() and told.isdecimal() and int(told) else self.pk

    def nodes(self) -> "list[Provider]":
        """All nodes in force with the same rows, this one first: the first node and its twins."""
        same = Provider.objects.filter(kind=self.kind, is_enabled=True).order_by("pk")
        return [self, *(one for one in same if one.first_id == self.first_id and one.pk != self.pk)]
