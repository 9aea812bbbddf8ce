from typing import Any

from django.db import models


class Spent(models.Model):
    """What one caller (a token "t7", a person's own browser "u3") has used: calls of a minute, rows of a day.

    The table is UNLOGGED: after a crash everybody begins anew, and counting costs no write to the disk.
    """

    key = models.CharField(max_length=24, unique=True)
    minute = models.DateTimeField()
    calls = models.IntegerField(default=0)
    day = models.DateField()
    rows = models.IntegerField(default=0)

    class Meta:
        verbose_name = "spent"


class Answer(models.Model):
    """The answer to a request with an idempotency key, kept for a day: the same request again gets it again.

    ``digest`` is SHA-256 of method, address and body; ``who`` is ``Caller.key``. Written in the transaction of the
    change itself, so there is an answer exactly when there is a change.
    """

    who = models.CharField(max_length=24)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.SmallIntegerField(default=0)
    headers: Any = models.JSONField(default=dict)
    body = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "kept answer"
        constraints = [models.UniqueConstraint(fields=["who", "key"], name="api_answer_once")]
        indexes = [models.Index(fields=["at"], name="api_answer_old")]
