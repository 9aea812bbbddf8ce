from typing import Any

from django.db import models


class Due(models.Model):
    """Something that must be looked at at a moment in the future; (kind, key) is one timer."""

    kind = models.TextField()
    key = models.TextField()
    due_at = models.DateTimeField()
    payload: Any = models.JSONField(default=dict)
    tries = models.IntegerField(default=0)
    error = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("kind", "key", name="journey_due_one_per_key")]
        indexes = [models.Index("due_at", name="journey_due_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
