from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TaskSeries(models.Model):
    """A task that comes again. Only its next occurrence exists as a task.

    Either ``rule`` is the text of an RRULE (RFC 5545) seen from ``first`` and ``clock``, local in ``time_zone``, without
    the days in ``except_days``; or ``after_days`` says how many days after the completion it is due again. ``minutes`` is
    the length of its slot in the calendar, None = only a deadline. ``reached`` is the latest occurrence that was made.
    """

    kind = models.CharField(max_length=12)
    title = models.CharField(_("title"), max_length=200)
    person = models.ForeignKey("crm.Person", models.CASCADE, null=True, blank=True, related_name="+")
    company = models.ForeignKey("crm.Company", models.CASCADE, null=True, blank=True, related_name="+")
    deal = models.ForeignKey("crm.Deal", models.CASCADE, null=True, blank=True, related_name="+")
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    is_hard = models.BooleanField(default=False)
    is_private = models.BooleanField(default=False)
    rule = models.CharField(max_length=300, blank=True, default="")
    after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    time_zone = models.CharField(max_length=48)
    first = models.DateField()
    clock = models.TimeField()
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    reminders: Any = ArrayField(models.PositiveIntegerField(), default=list, blank=True)
    except_days: Any = ArrayField(models.DateField(), default=list, blank=True)
    reached = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("repeating task")
        constraints = [
            models.CheckConstraint(
                condition=Q(after_days=None) & ~Q(rule="") | Q(after_days__gte=1, rule=""),
                name="crm_series_rule_or_days",
            )
        ]

    def __str__(self) -> str:
        return self.title


class TaskGroup(models.Model):
    """One task set for many people: each has a copy of his own, or whoever is first takes it from the others."""

    class Mode(models.TextChoices):
        EACH = "each", pgettext_lazy("group task", "everybody does it")
        FIRST = "first", pgettext_lazy("group task", "whoever takes it first does it")

    mode = models.CharField(max_length=8, choices=Mode.choices)
    title = models.CharField(_("title"), max_length=200)
    people = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("task for many people")

    def __str__(self) -> str:
        return self.title
