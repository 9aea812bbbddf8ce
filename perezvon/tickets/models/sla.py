from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClockKind(models.TextChoices):
    """What is promised to the client."""

    FIRST = "first", _("first response")
    NEXT = "next", _("next response")
    RESOLUTION = "resolution", _("resolution")


def _minutes(label: Any, hint: Any = "") -> Any:
    return models.PositiveIntegerField(label, null=True, blank=True, validators=[MinValueValidator(1)], help_text=hint)


class SlaPolicy(models.Model):
    """How fast requests that fit ``where`` are answered, in working minutes; the first that fits counts.

    Without ``first_minutes`` the company's own setting holds; the others are promised only where they are filled in.
    """

    name = models.CharField(_("name"), max_length=80)
    where: Any = models.JSONField(default=dict, blank=True)
    order = models.PositiveSmallIntegerField(default=100)
    first_minutes = _minutes(_("First response within, working minutes"), _("Empty: as in the settings of requests."))
    next_minutes = _minutes(_("Next response within, working minutes"), _("When the client writes or calls again."))
    resolution_minutes = _minutes(
        _("Resolution within, working minutes"), _("Until a deal is made of it or it is closed.")
    )
    is_archived = models.BooleanField(_("not in use"), default=False)

    class Meta:
        verbose_name = _("promise of time")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class SlaClock(models.Model):
    """One promise to one client: ``seconds`` of working time from ``started_at``, without pauses.

    ``deadline_at`` is computed when the clock starts and again when a pause, the policy or the calendar changes it
    (None while it is paused). ``met_at`` is when it was kept or no longer needed, ``breached_at`` the deadline that
    passed. ``rungs`` of the ladder of escalation have been climbed, the next one at ``next_rung_at``; somebody who says
    that he is on it (``heard_by``) puts it off.
    """

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=10, choices=ClockKind.choices)
    policy = models.ForeignKey(SlaPolicy, models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField()
    seconds = models.IntegerField()
    deadline_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    rungs = models.PositiveSmallIntegerField(default=0)
    last_rung_at = models.DateTimeField(null=True)
    next_rung_at = models.DateTimeField(null=True)
    heard_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    heard_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("clock of a promise")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "kind", "started_at"], name="tickets_clock_once"),
            models.CheckConstraint(condition=Q(seconds__gt=0), name="tickets_clock_gives_time"),
        ]
        indexes = [
            models.Index(fields=["deadline_at"], condition=Q(met_at=None), name="tickets_clock_running"),
            models.Index(fields=["kind", "started_at"], name="tickets_clock_started"),
        ]


class TicketPause(models.Model):
    """A request waits for the client: who stopped its clocks, when, why, until when at most, and how it ended."""

    class Ending(models.TextChoices):
        TIME = "time", pgettext_lazy("pause", "the time is up")
        CLIENT = "client", pgettext_lazy("pause", "the client came back")
        PERSON = "person", pgettext_lazy("pause", "ended by hand")
        CLOSED = "closed", pgettext_lazy("pause", "the request ended")

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="pauses")
    why = models.CharField(_("what we wait for"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    ending = models.CharField(max_length=8, choices=Ending.choices, blank=True, default="")

    class Meta:
        verbose_name = _("pause")
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at=None), name="tickets_one_pause"),
            models.CheckConstraint(condition=Q(why__regex=r"\S"), name="tickets_pause_has_reason"),
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="tickets_pause_ends_later"),
        ]


class LadderStep(models.Model):
    """A rung of escalation: whom to tell, ``minutes`` of working time before (below 0) or after the deadline.

    ``policy`` None = for every policy without a ladder of its own.
    """

    class To(models.TextChoices):
        RESPONSIBLE = "own", _("the responsible")
        QUEUE = "queue", _("everybody in the queue")
        HEAD = "head", _("the head of the department")
        ABOVE = "above", _("the head above")
        OWNER = "owner", _("the owner")

    class Way(models.TextChoices):
        NOTICE = "notice", _("a notice")
        TASK = "task", _("a notice and a task")
        GIVE = "give", _("give the request to the next in the queue")

    policy = models.ForeignKey(SlaPolicy, models.CASCADE, null=True, blank=True, related_name="ladder")
    kind = models.CharField(_("which promise"), max_length=10, choices=ClockKind.choices)
    minutes = models.IntegerField(
        _("when, working minutes after the deadline"), help_text=_("Below zero: before the deadline.")
    )
    to = models.CharField(_("whom to tell"), max_length=8, choices=To.choices)
    way = models.CharField(_("how"), max_length=8, choices=Way.choices, default=Way.NOTICE)
    is_urgent = models.BooleanField(_("urgent: also in quiet hours"), default=False)

    class Meta:
        verbose_name = _("step of escalation")
        ordering = ["kind", "minutes", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "kind", "minutes", "to"], name="tickets_rung_once", nulls_distinct=False
            )
        ]
