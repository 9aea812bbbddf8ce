from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class TicketMerge(models.Model):
    """Two requests of one client became one; what moved, so that it can be taken back.

    ``contacts`` and ``tasks`` are ids that came over; ``before`` is how the request that went stood.
    """

    kept = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="+")
    gone = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="+")
    contacts: Any = models.JSONField(default=list)
    tasks: Any = models.JSONField(default=list)
    before: Any = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("merge of requests")
        constraints = [
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at=None), name="tickets_merged_once"),
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="tickets_merge_is_of_two"),
        ]
        indexes = [models.Index(fields=["kept"], name="tickets_merge_kept")]


class TicketLink(models.Model):
    """Two requests belong together; the one with the smaller id comes first."""

    one = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="+")
    other = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="+")
    why = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("link of requests")
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="tickets_link_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="tickets_link_in_order"),
        ]
