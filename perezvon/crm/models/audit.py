from typing import Any

from django.conf import settings
from django.db import models


class BaseAudit(models.Model):
    """The state of the client base in a month: ``figures`` are {check: count} as they were when it was last counted."""

    month = models.DateField(unique=True)
    figures: Any = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
