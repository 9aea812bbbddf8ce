from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .queries import CallQuerySet


class Call(models.Model):
    """A call as the canonical vocabulary tells it; a pure function of its stored raw events.

    ``stage`` is where it ended: a loss code "L01".."L08", "talked", or "" while it lasts.
    ``observed`` tells whether the exchange said so or we inferred it. Durations are seconds:
    ``wait_seconds`` from the start to the answer (or to the end), ``talk_seconds`` from the answer.
    ``legs``, ``attempts`` and ``path`` (stages with times) are the canonical call's lists as JSON;
    ``record`` names its recordings as the exchange does, separated by spaces; ``promised_at`` is when the client asked
    to be called back. ``said`` are the facts already told to the ledger; ``rating`` is the client's mark after the talk.
    """

    class Direction(models.TextChoices):
        IN = "in", _("incoming")
        OUT = "out", _("outgoing")
        INTERNAL = "internal", _("internal")

    class State(models.TextChoices):
        NEW = "new", _("new")
        IVR = "ivr", _("voice menu")
        QUEUED = "queued", _("in the queue")
        RINGING = "ringing", _("ringing")
        TALKING = "talking", _("talking")
        HELD = "held", _("on hold")
        ENDED = "ended", _("ended")

    provider = models.ForeignKey("telephony.Provider", models.PROTECT, related_name="+")
    key = models.CharField(max_length=160)
    direction = models.CharField(max_length=8, choices=Direction.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    phone = models.CharField(_("client's number"), max_length=20, blank=True, default="")
    person = models.ForeignKey("crm.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    line = models.CharField(_("dialled number"), max_length=20, blank=True, default="")
    queue = models.CharField(max_length=80, blank=True, default="")
    menu_node = models.CharField(max_length=80, blank=True, default="")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    wait_seconds = models.IntegerField(default=0)
    talk_seconds = models.IntegerField(default=0)
    stage = models.CharField(max_length=8, blank=True, default="")
    cause = models.CharField(max_length=24, blank=True, default="")
    observed = models.BooleanField(default=True)
    record = models.CharField(max_length=2000, blank=True, default="")
    promised_at = models.DateTimeField(null=True, blank=True)
    rating = models.SmallIntegerField(null=True, blank=True)
    path: Any = models.JSONField(default=list)
    legs: Any = models.JSONField(default=list)
    attempts: Any = models.JSONField(default=list)
    said: Any = models.JSONField(default=list)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        constraints = [models.UniqueConstraint(fields=["provider", "key"], name="telephony_call_once")]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="telephony_call_newest"),
            models.Index(fields=["person", "-started_at"], name="telephony_call_person"),
            models.Index(fields=["user", "-started_at"], name="telephony_call_user"),
            models.Index(fields=["started_at"], condition=~models.Q(state="ended"), name="telephony_call_live"),
            models.Index(fields=["ended_at"], condition=models.Q(ended_at__isnull=False), name="telephony_call_ended"),
            models.Index(
                fields=["provider", "queue", "-started_at"],
                condition=models.Q(stage="L05"),
                name="telephony_call_gave_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.started_at:%d.%m %H:%M}"
