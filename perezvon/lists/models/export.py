from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .queries import JobQuerySet


class Export(models.Model):
    """Who carried which rows out in a file, and what for. Never taken away."""

    class Format(models.TextChoices):
        XLSX = "xlsx", "Excel (XLSX)"
        CSV = "csv", "CSV"

    listing = models.CharField(max_length=32)
    format = models.CharField(_("format"), max_length=4, choices=Format.choices, default=Format.XLSX)
    columns: Any = models.JSONField(default=list)
    condition = models.TextField(blank=True, default="")
    reason = models.CharField(_("what it is for"), max_length=300)
    count = models.IntegerField()
    with_phones = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    objects = models.Manager.from_queryset(JobQuerySet)()

    class Meta:
        verbose_name = _("export")
        indexes = [models.Index(fields=["by", "-at"], name="lists_export_of")]
        constraints = [models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="lists_export_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.listing} {self.at:%d.%m.%Y %H:%M}"
