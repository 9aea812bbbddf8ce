from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Snooze(models.Model):
    """Something that a person has put out of his inbox until a moment; deadlines stay as they are.

    ``noun`` and ``thing_id`` name it ("task", "deal", "ticket"). ``returned_at`` is when it came back by itself.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    noun = models.CharField(max_length=12)
    thing_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    until = models.DateTimeField(_("until"))
    at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "noun", "thing_id"], condition=Q(returned_at=None), name="crm_snooze_one_now"
            ),
            models.CheckConstraint(condition=Q(until__gt=F("at")), name="crm_snooze_forward"),
        ]
        indexes = [models.Index(fields=["user", "returned_at"], name="crm_snooze_returned")]
