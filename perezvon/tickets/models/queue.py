from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .priority import Priority


class TicketQueue(models.Model):
    """A queue of requests: those that fit ``where`` (a condition tree, {} = everything) and no queue before it.

    A request is handed out by the queue's rules; ``fallback`` gets what no rule could give to anybody. Whoever is given
    one has ``accept_minutes`` of working time to take it up before it goes to the next (0 = as long as he likes).
    With ``keeps_manager`` a request of a client who has a manager stays with him as long as he takes it up.
    ``is_strict``: only those count as present who have said so.
    """

    name = models.CharField(_("name"), max_length=80)
    where: Any = models.JSONField(default=dict, blank=True)
    order = models.PositiveSmallIntegerField(default=100)
    priority = models.CharField(_("priority"), max_length=8, choices=Priority.choices, default=Priority.NORMAL)
    department = models.ForeignKey(
        "staff.Department", models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("department of requests that have none"),
    )  # fmt: skip
    keeps_manager = models.BooleanField(_("the client's manager comes first"), default=True)
    is_strict = models.BooleanField(_("only those who have said that they are here"), default=False)
    accept_minutes = models.PositiveSmallIntegerField(
        _("take a request up within, working minutes"), default=15,
        help_text=_("Then it goes to the next person. 0 = it stays with whom it was given to."),
    )  # fmt: skip
    fallback = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("when nobody can take it"),
    )  # fmt: skip
    is_archived = models.BooleanField(_("not in use"), default=False)

    class Meta:
        verbose_name = pgettext_lazy("requests", "queue")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class QueueSeat(models.Model):
    """Who works in a queue. Limits: 0 = none; ``open_limit`` counts his open requests that are no deals yet.

    ``skills`` are words, ``sources`` ids of sources: what the rules "by skill" and "by source" ask for.
    """

    queue = models.ForeignKey(TicketQueue, models.CASCADE, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who"))
    skills: Any = models.JSONField(default=list, blank=True)
    sources: Any = models.JSONField(default=list, blank=True)
    open_limit = models.PositiveSmallIntegerField(_("open requests at once, at most"), default=0)
    daily_limit = models.PositiveSmallIntegerField(_("requests a day, at most"), default=0)

    class Meta:
        verbose_name = _("place in a queue")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["queue", "user"], name="tickets_seat_once")]


class AssignRule(models.Model):
    """One rule of a queue, asked in order: whom a request that fits ``where`` is given to."""

    class Way(models.TextChoices):
        LOAD = "load", _("to whom has the fewest open requests")
        TURN = "turn", _("in turn")
        SKILL = "skill", _("by skill")
        SOURCE = "source", _("by source")
        MANAGER = "manager", _("to the client's manager")
        PERSON = "person", _("to one person")

    queue = models.ForeignKey(TicketQueue, models.CASCADE, related_name="rules")
    order = models.PositiveSmallIntegerField(default=100)
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    where: Any = models.JSONField(default=dict, blank=True)
    way = models.CharField(_("whom to give to"), max_length=8, choices=Way.choices, default=Way.LOAD)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("to whom")
    )
    skill = models.CharField(_("which skill"), max_length=40, blank=True, default="")

    class Meta:
        verbose_name = _("rule of giving out")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(way="person") | Q(user__isnull=False), name="tickets_rule_names_whom"),
            models.CheckConstraint(condition=~Q(way="skill") | Q(skill__regex=r"\S"), name="tickets_rule_names_skill"),
        ]


class Handout(models.Model):
    """A request was given to somebody by a queue. Append-only but for its ending (trigger); one is open at a time.

    ``steps`` is why: what every rule said, in order; ``rule_name`` as it was called then.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("handout", "taken up")
        PASSED = "passed", pgettext_lazy("handout", "not taken up in time")
        REPLACED = "replaced", pgettext_lazy("handout", "handed over by hand")
        ENDED = "ended", pgettext_lazy("handout", "the request ended")

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="handouts")
    queue = models.ForeignKey(TicketQueue, models.SET_NULL, null=True, related_name="+")
    rule = models.ForeignKey(AssignRule, models.SET_NULL, null=True, related_name="+")
    rule_name = models.CharField(max_length=160, blank=True, default="")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    steps: Any = models.JSONField(default=list)
    at = models.DateTimeField()
    accept_by = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default="")

    class Meta:
        verbose_name = _("handing out")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at=None), name="tickets_one_open_handout"),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | Q(ended_at__isnull=False) & ~Q(outcome=""),
                name="tickets_handout_ends_somehow",
            ),
        ]
        indexes = [models.Index(fields=["user", "-at"], name="tickets_handout_user")]
