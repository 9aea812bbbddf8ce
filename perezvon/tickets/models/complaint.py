from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.staff import access


class Severity(models.TextChoices):
    """How grave a complaint is."""

    MINOR = "minor", pgettext_lazy("complaint", "minor")
    SERIOUS = "serious", pgettext_lazy("complaint", "serious")
    CRITICAL = "critical", pgettext_lazy("complaint", "critical")


class ComplaintWord(models.Model):
    """A word of the company about complaints: why clients complain, where it went wrong, how it is made good."""

    class Kind(models.TextChoices):
        REASON = "reason", _("reasons of complaints")
        STAGE = "stage", _("where it went wrong")
        COMPENSATION = "given", _("kinds of compensation")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=80)
    order = models.PositiveSmallIntegerField(default=100)
    is_archived = models.BooleanField(_("not in use"), default=False)

    class Meta:
        verbose_name = _("word about complaints")
        ordering = ["kind", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="tickets_word_once")]

    def __str__(self) -> str:
        return self.name


def default_answer() -> dict[str, int]:
    """Working hours until the client has an answer, by severity."""
    return {Severity.MINOR.value: 18, Severity.SERIOUS.value: 9, Severity.CRITICAL.value: 3}


def default_resolve() -> dict[str, int]:
    """Working hours until the complaint is closed, by severity."""
    return {Severity.MINOR.value: 90, Severity.SERIOUS.value: 45, Severity.CRITICAL.value: 27}


class ComplaintSettings(models.Model):
    """Deadlines of complaints and whose money it is; one row. Hours are working hours by severity.

    A compensation above ``approval_limit`` roubles is approved by a head. The same reason of the same client within
    ``repeat_days`` is a repetition.
    """

    answer_hours: Any = models.JSONField(default=default_answer)
    resolve_hours: Any = models.JSONField(default=default_resolve)
    approval_limit = models.PositiveIntegerField(_("compensation without approval up to, ₽"), default=1000)
    repeat_days = models.PositiveSmallIntegerField(_("the same again within, days, is a repetition"), default=180)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="tickets_complaint_settings_are_one")]


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    """Complaints of one person's desk, of a department, of the company."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Those that ``user`` has the right to ``verb``."""
        return access.limit(self, user, "complaint", verb=verb)

    def open(self) -> Self:
        """Not closed yet."""
        return self.exclude(stage="closed")

    def mine(self, user: Any) -> Self:
        """Open and on the person's desk."""
        return self.open().filter(responsible=user)

    def to_approve(self) -> Self:
        """With a compensation that waits for a head."""
        return self.open().filter(pk__in=Compensation.objects.filter(state="waiting").values("complaint"))

    def late(self, at: datetime) -> Self:
        """Open, past their next deadline at ``at``."""
        return self.open().filter(due_at__lte=at)


class Complaint(models.Model):
    """A client is not content: its own process from the first word to the correction. Never deleted (trigger).

    ``guilty_*`` say where it went wrong, ``is_justified`` what was found out (None = not yet). ``due_at`` is the next
    deadline: the answer's, then the closing's. ``repeat_of`` is the complaint that this one repeats.
    """

    class Stage(models.TextChoices):
        NEW = "new", pgettext_lazy("complaint", "new")
        WORK = "work", pgettext_lazy("complaint", "being looked into")
        ANSWERED = "answered", pgettext_lazy("complaint", "client answered")
        CLOSED = "closed", pgettext_lazy("complaint", "closed")

    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.NEW)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices, default=Severity.MINOR)
    reason = models.ForeignKey(ComplaintWord, models.PROTECT, related_name="+", verbose_name=_("reason"))
    text = models.TextField(_("what the client says"))
    person = models.ForeignKey("crm.Person", models.PROTECT, null=True, blank=True, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="complaints")
    deal_id = models.BigIntegerField(null=True, blank=True)
    call_id = models.BigIntegerField(null=True, blank=True)
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answer_due = models.DateTimeField()
    resolve_due = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    guilty_stage = models.ForeignKey(
        ComplaintWord, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("where it went wrong")
    )
    guilty_department = models.ForeignKey(
        "staff.Department", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("whose department")
    )
    guilty = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("whose fault"),
    )
    is_justified = models.BooleanField(_("the client is right"), null=True)
    cause = models.TextField(_("root cause"), blank=True, default="")
    correction = models.TextField(_("what was corrected so that it does not happen again"), blank=True, default="")
    repeat_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()

    objects = models.Manager.from_queryset(ComplaintQuerySet)()

    class Meta:
        verbose_name = _("complaint")
        constraints = [
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="tickets_complaint_says_something"),
            models.CheckConstraint(
                condition=~Q(stage="closed")
                | Q(closed_at__isnull=False, answered_at__isnull=False, is_justified__isnull=False),
                name="tickets_complaint_closes_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="tickets_complaint_newest"),
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="tickets_complaint_due"),
            models.Index(fields=["person", "-opened_at"], name="tickets_complaint_person"),
            models.Index(fields=["responsible", "due_at"], name="tickets_complaint_mine"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it."""
        return f"C-{self.pk:06d}"

    @property
    def is_open(self) -> bool:
        """Somebody has to do something about it."""
        return self.stage != self.Stage.CLOSED


class ComplaintMove(models.Model):
    """A complaint came from one stage into another; append-only (trigger)."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="moves")
    was = models.CharField(max_length=8, choices=Complaint.Stage.choices, blank=True, default="")
    now = models.CharField(max_length=8, choices=Complaint.Stage.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    comment = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["at", "id"]


class ComplaintAnswer(models.Model):
    """What the client was told, how and when; append-only (trigger)."""

    class Way(models.TextChoices):
        CALL = "call", _("by telephone")
        MAIL = "mail", _("by e-mail")
        MESSAGE = "message", _("in a messenger")
        MEETING = "meeting", _("in person")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="answers")
    text = models.TextField(_("what the client was told"))
    way = models.CharField(_("how"), max_length=8, choices=Way.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=Q(text__regex=r"\S"), name="tickets_answer_says_something")]


class Compensation(models.Model):
    """How it is made good, in roubles; above the limit a head decides, never he who asked."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("compensation", "waits for approval")
        APPROVED = "approved", pgettext_lazy("compensation", "approved")
        REFUSED = "refused", pgettext_lazy("compensation", "refused")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="compensations")
    kind = models.ForeignKey(ComplaintWord, models.PROTECT, related_name="+", verbose_name=_("what is given"))
    amount = models.DecimalField(_("worth, ₽"), max_digits=12, decimal_places=2)
    comment = models.CharField(_("comment"), max_length=300, blank=True, default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="tickets_compensation_gives"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None) | ~Q(state="waiting") & Q(decided_at__isnull=False),
                name="tickets_compensation_is_decided",
            ),
        ]
