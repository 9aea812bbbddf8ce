from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class FeedQuerySet(models.QuerySet["CalendarFeed"]):
    """Feeds are private: everybody has only his own."""

    def visible_to(self, user: Any) -> Self:
        """Those of ``user``."""
        return self.filter(user_id=getattr(user, "pk", None) or 0)


class CalendarFeed(models.Model):
    """An address that a telephone reads a person's calendar from; whoever knows it may read, nobody may write.

    The address ends with "<prefix>-<secret>.ics"; only the SHA-256 of the secret is kept, so it is shown once.
    """

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="+")
    name = models.CharField(_("what it is for"), max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    with_names = models.BooleanField(_("with names of clients"), default=True)
    with_tasks = models.BooleanField(_("tasks without a time as whole days"), default=False)
    created_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True, blank=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar by address")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name
