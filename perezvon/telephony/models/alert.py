from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.staff.quiet import Quiet

from ..stages import CallLoss
from .queries import AlertQuerySet


class AlertRule(models.Model):
    """When somebody has to be told: what is watched, from which figure on, where, and who hears of it how.

    ``department`` means it and all below it; None of both it and ``queue`` = the whole company. Which of ``count``,
    ``seconds``, ``percent``, ``amount``, ``stage`` and ``segments`` count depends on the kind (alerting/kinds.py).
    ``minutes`` is how long it has to hold before it is told, ``repeat_minutes`` after how long it is told again while
    nobody has taken it on (0 = never). Quiet times are in the company's zone.
    """

    class Kind(models.TextChoices):
        QUEUE_JAM = "queue_jam", _("A queue is jammed")
        CLIENT_WAITING = "client_waiting", _("A client of value waits")
        CLIENT_LOST = "client_lost", _("A client of value is lost")
        NOBODY = "nobody", _("Nobody is at work")
        SERVICE_LEVEL = "service_level", _("The service level is low")
        LOSSES_RISE = "losses_rise", _("More is lost at a stage than usual")
        LINK_DOWN = "link_down", _("The link to the exchange is down")
        CALLBACKS = "callbacks", _("Clients wait to be called back")

    kind = models.CharField(_("what is watched"), max_length=16, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    is_on = models.BooleanField(_("in use"), default=True)
    department = models.ForeignKey(
        "staff.Department", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    queue = models.ForeignKey(
        "telephony.Queue", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("queue")
    )
    count = models.PositiveIntegerField(_("from how many"), null=True, blank=True)
    seconds = models.PositiveIntegerField(_("from how many seconds"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(_("under how many percent"), null=True, blank=True)
    amount = models.DecimalField(_("open deals from, ₽"), max_digits=14, decimal_places=2, null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=3, choices=CallLoss.choices, blank=True, default="")
    segments: Any = models.JSONField(_("segments"), default=list, blank=True)
    minutes = models.PositiveSmallIntegerField(_("holds for, minutes"), default=0)
    repeat_minutes = models.PositiveSmallIntegerField(_("tell again after, minutes"), default=30)
    is_urgent = models.BooleanField(_("urgent: comes in quiet times too"), default=False)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("people"))
    roles = models.ManyToManyField("staff.Role", blank=True, related_name="+", verbose_name=_("roles"))
    tells_heads = models.BooleanField(_("the head of the department"), default=False)
    ways: Any = models.JSONField(_("ways"), default=list)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    quiet_weekends = models.BooleanField(_("quiet on Saturday and Sunday"), default=False)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of alerts")
        ordering = ["kind", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(percent=None) | Q(percent__lte=100), name="telephony_rule_percent"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                name="telephony_rule_quiet",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.Kind(self.kind).label)

    @property
    def hold(self) -> timedelta:
        """How long it has to be so before anybody is told."""
        return timedelta(minutes=self.minutes)

    @property
    def quiet(self) -> Quiet:
        """When nobody is told of it."""
        return Quiet(ZoneInfo(settings.TIME_ZONE), self.quiet_from, self.quiet_until, self.quiet_weekends)


class Alert(models.Model):
    """One time that a rule came true about one thing: ``subject`` is "queue:5", "call:7", "exchange:2" ...

    It is pending until the rule's minutes are over, then open, then ended; nobody is told of a pending one.
    ``calm_since`` is since when the figure is well under the threshold: it ends a while after that. ``details`` are the
    figures for the sentence.
    """

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("alert", "begins")
        OPEN = "open", pgettext_lazy("alert", "open")
        ENDED = "ended", pgettext_lazy("alert", "over")

    rule = models.ForeignKey(AlertRule, models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=16, choices=AlertRule.Kind.choices)
    subject = models.CharField(max_length=80)
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    since = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    calm_since = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    details: Any = models.JSONField(default=dict)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        ordering = ["-since", "-id"]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="telephony_alert_newest"),
            models.Index(fields=["rule", "subject", "-since"], name="telephony_alert_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject"], condition=~Q(state="ended"), name="telephony_alert_once"
            ),
            models.CheckConstraint(
                condition=Q(state="pending") | Q(opened_at__isnull=False), name="telephony_alert_opened"
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) | ~Q(state="ended") & Q(ended_at=None),
                name="telephony_alert_ended",
            ),
        ]
