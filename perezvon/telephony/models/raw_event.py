from typing import Any

from django.db import models


class RawEvent(models.Model):
    """What an exchange sent us, stored before anything is made of it.

    ``digest`` makes the same event stored once; ``call_key`` groups the events of a call (Asterisk
    Linkedid, Mango entry_id, ITooLabs callid); ``body`` is the text as received when it could not
    be read, ``payload`` the parsed event otherwise.
    """

    class State(models.TextChoices):
        NEW = "new"
        DONE = "done"
        REJECTED = "rejected"
        IGNORED = "ignored"

    provider = models.ForeignKey("telephony.Provider", models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    digest = models.BinaryField(max_length=16)
    name = models.CharField(max_length=40)
    call_key = models.CharField(max_length=160, blank=True, default="")
    payload: Any = models.JSONField(default=dict)
    body = models.TextField(blank=True, default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "digest"], name="telephony_raw_once")]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state="new"), name="telephony_raw_new"),
            models.Index(fields=["provider", "call_key"], name="telephony_raw_call"),
            models.Index(fields=["provider", "received_at"], name="telephony_raw_time"),
        ]
