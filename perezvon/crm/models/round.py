from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CallRound(models.Model):
    """A list that one person calls through: clients in their order, and how far he has come. One at a time.

    ``called`` counts those with a result, the others were skipped.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    people: Any = ArrayField(models.BigIntegerField())
    place = models.PositiveIntegerField(default=0)
    called = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("round of calls")
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None), name="crm_round_one_now"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def person_id(self) -> int | None:
        """Whose turn it is; None when all were called."""
        return self.people[self.place] if self.place < len(self.people) else None
