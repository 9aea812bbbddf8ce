from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SellerLevel(models.Model):
    """How experienced a seller is: advice of stages is written for three levels; a newbie where nothing is said."""

    class Level(models.TextChoices):
        NEWBIE = "newbie", _("newbie")
        CANDIDATE = "candidate", _("candidate")
        MASTER = "master", _("master")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()


class FoldedColumn(models.Model):
    """A column of the board that a person keeps folded."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    stage = models.ForeignKey("crm.Stage", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "stage"], name="crm_folded_once")]
