from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiToken(models.Model):
    """A personal key for programs: acts with the rights of its person.

    The text is "pzv_<prefix>_<secret>"; only the SHA-256 of the secret is kept, so it is shown once.
    """

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="tokens")
    name = models.CharField(_("what it is for"), max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("personal token")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name
