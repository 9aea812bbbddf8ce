from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .queries import SupervisionQuerySet


class Supervision(models.Model):
    """A supervisor stepped into a call or led a shift: who, when, what, at whom; append-only but for the outcome.

    ``employee`` is who talked (or was told to do something); he sees it in his own history. ``own_key`` is the
    exchange's name of the supervisor's own call, ``to`` where the client was led, ``error`` why it did not work.
    """

    class Way(models.TextChoices):
        LISTEN = "listen", _("listened")
        WHISPER = "whisper", _("prompted the employee")
        BARGE = "barge", _("joined the talk")
        TAKE_OVER = "take_over", _("took the call over")
        MOVE = "move", _("moved the client to another queue")
        HAND = "hand", _("gave the client to another employee")
        QUEUES = "queues", _("changed the queues")
        STATE = "state", _("changed the state")

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused by the exchange")

    way = models.CharField(max_length=12, choices=Way.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    employee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, blank=True, related_name="+")
    call = models.ForeignKey("telephony.Call", models.PROTECT, null=True, blank=True, related_name="+")
    to = models.CharField(max_length=200, blank=True, default="")
    own_key = models.CharField(max_length=160, blank=True, default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    error = models.CharField(max_length=200, blank=True, default="")

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervision")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="telephony_supervision_newest"),
            models.Index(fields=["employee", "-at"], name="telephony_supervision_of"),
            models.Index(fields=["call"], name="telephony_supervision_call"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(call__isnull=False) | Q(employee__isnull=False), name="telephony_supervision_of_something"
            )
        ]
