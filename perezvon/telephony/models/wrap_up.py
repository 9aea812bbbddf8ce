from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class WrapUp(models.Model):
    """The time after a talk that an employee gets to write down what came of it.

    It lasts until ``most_until`` (the queue's wrap-up time) or until he says that he is ready, ``until``.
    """

    call = models.ForeignKey("telephony.Call", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    most_until = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("wrap-up")
        constraints = [
            models.UniqueConstraint(fields=["call", "user"], name="telephony_wrap_up_once"),
            models.CheckConstraint(condition=Q(most_until__gte=F("since")), name="telephony_wrap_up_forward"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since"), until__lte=F("most_until")),
                name="telephony_wrap_up_within",
            ),
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(until=None), name="telephony_wrap_up_now"),
        ]


class CallResult(models.Model):
    """What came of a talk, in the words of whoever talked; append-only, the newest row counts."""

    call = models.ForeignKey("telephony.Call", models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    result = models.CharField(_("result"), max_length=200)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta:
        verbose_name = _("result of a call")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["call", "-at"], name="telephony_result_call")]
