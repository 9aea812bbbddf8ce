from django.db import models
from django.utils.translation import pgettext_lazy


class Priority(models.TextChoices):
    """How urgent a request is."""

    LOW = "low", pgettext_lazy("priority", "low")
    NORMAL = "normal", pgettext_lazy("priority", "normal")
    HIGH = "high", pgettext_lazy("priority", "high")
    URGENT = "urgent", pgettext_lazy("priority", "urgent")
