from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Balance(models.Model):
    """Our calls of a period held against the exchange's own account of them; what it knew better was mended.

    ``theirs`` and ``ours`` count calls (internal ones left out) that began in [since, until); ``matched`` of them are the
    same. ``outcomes`` are our calls afterwards by their end: {stage: number}, which add up to ``ours`` afterwards.
    ``asked_by`` None = nightly. The row is the queue: asked -> running -> done or failed (with ``reason``).
    """

    class State(models.TextChoices):
        ASKED = "asked", _("waiting")
        RUNNING = "running", _("being made")
        DONE = "done", _("made")
        FAILED = "failed", _("not made")

    provider = models.ForeignKey("telephony.Provider", models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    theirs = models.PositiveIntegerField(default=0)
    ours = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    missing_here = models.PositiveIntegerField(default=0)
    missing_there = models.PositiveIntegerField(default=0)
    different = models.PositiveIntegerField(default=0)
    mended = models.PositiveIntegerField(default=0)
    outcomes: Any = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("balance")
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["provider", "-asked_at"], name="telephony_balance_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="telephony_balance_period"),
            models.UniqueConstraint(
                "provider", condition=Q(state__in=["asked", "running"]), name="telephony_balance_one_at_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="done")
                | Q(theirs=F("matched") + F("missing_here"), ours=F("matched") + F("missing_there")),
                name="telephony_balance_closes",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it is still to be made."""
        return self.state in (self.State.ASKED, self.State.RUNNING)

    @property
    def is_even(self) -> bool:
        """Whether both sides agreed in everything."""
        return not (self.missing_here or self.missing_there or self.different)

    @property
    def is_mended(self) -> bool:
        """Whether everything that the exchange knew better is ours now too."""
        return not self.missing_there and self.mended == self.missing_here + self.different


class BalanceDifference(models.Model):
    """One call about which the two sides did not agree; ``told`` is {column: [ours, theirs]}."""

    class Kind(models.TextChoices):
        MISSING_HERE = "here", _("missing here")
        MISSING_THERE = "there", _("missing there")
        DIFFERENT = "different", _("told otherwise")

    balance = models.ForeignKey(Balance, models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=160)
    call = models.ForeignKey("telephony.Call", models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    told: Any = models.JSONField(default=dict)
    is_mended = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("difference")
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["balance", "key"], name="telephony_difference_once")]
