from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiToken(models.Model):
    """A personal key for programs: acts with the rights of its person.

    The text is "pzv_<prefix>_<secret>"; only the SHA-256 of the secret is kept, so it is shown once. It may be less than
    its person: for reading only, for some ``nouns`` (keys of addresses, [] = all), until ``expires_at``;
    ``per_minute`` is how many requests it may make.
    """

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="tokens")
    name = models.CharField(_("what it is for"), max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    reads_only = models.BooleanField(_("for reading only"), default=False, db_default=False)
    nouns: Any = models.JSONField(default=list, db_default=[])
    per_minute = models.PositiveIntegerField(_("requests a minute, at most"), default=300, db_default=300)

    class Meta:
        verbose_name = _("personal token")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name
