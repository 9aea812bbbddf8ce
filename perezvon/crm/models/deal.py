from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.kit.texts import Folded

from .queries import DealQuerySet

_NEXT = F("next_action_at").asc(nulls_first=True)
_IS_OPEN, _IS_CLOSED = Q(status="open"), Q(closed_at__isnull=False)
# The columns that the sums of the board are made of and filtered by stand in the index: no row is fetched.
_SUMMED = ["amount", "responsible", "department", "product", "source_id"]


class Deal(models.Model):
    """A possible sale: amount in roubles, where it stands, what is done next.

    ``next_action_at`` is the deadline of the nearest open task of the deal (``next_task_id``), kept
    by the task's actions; None = nothing is planned. ``status`` follows the stage's kind. ``ticket_id`` is the
    request it grew from. ``expected_on`` is the day by which the seller expects the sale. ``alive_at`` is the last thing
    done about it (a task, a note, a change), told by the ledger; moves and talks with the client are kept elsewhere.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("deal", "open")
        WON = "won", pgettext_lazy("deal", "won")
        LOST = "lost", pgettext_lazy("deal", "lost")

    title = models.CharField(_("title"), max_length=200)
    person = models.ForeignKey("crm.Person", models.PROTECT, null=True, blank=True, related_name="deals")
    company = models.ForeignKey("crm.Company", models.PROTECT, null=True, blank=True, related_name="deals")
    pipeline = models.ForeignKey("crm.Pipeline", models.PROTECT, related_name="+")
    stage = models.ForeignKey("crm.Stage", models.PROTECT, related_name="+")
    stage_since = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    product = models.ForeignKey("crm.Product", models.PROTECT, null=True, blank=True, related_name="+")
    amount = models.DecimalField(_("amount, ₽"), max_digits=14, decimal_places=2, default=0)
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, blank=True, related_name="+")
    source_id = models.BigIntegerField(null=True, blank=True)
    ticket_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    next_action_at = models.DateTimeField(null=True, blank=True)
    next_action_kind = models.CharField(max_length=16, blank=True, default="")
    next_task_id = models.BigIntegerField(null=True, blank=True)
    next_action_title = models.CharField(max_length=200, blank=True, default="")
    alive_at = models.DateTimeField(null=True, blank=True)
    expected_on = models.DateField(_("sale expected on"), null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)
    # Fields that the company made itself: {"f7": value} (../custom.py).
    custom: Any = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)

    objects = DealQuerySet.as_manager()

    class Meta:
        verbose_name = _("deal")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(company__isnull=False), name="crm_deal_has_a_client"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="crm_deal_amount_not_negative"),
        ]
        indexes = [
            models.Index("stage", _NEXT, "id", include=_SUMMED, condition=_IS_OPEN, name="crm_deal_columns"),
            models.Index(
                "responsible",
                "stage",
                _NEXT,
                "id",
                include=["amount", "department", "product", "source_id"],
                condition=_IS_OPEN,
                name="crm_deal_own_columns",
            ),
            models.Index(
                fields=["pipeline", "closed_at"],
                include=["stage", *_SUMMED, "next_action_at"],
                condition=_IS_CLOSED,
                name="crm_deal_closed",
            ),
            models.Index(fields=["-created_at", "-id"], name="crm_deal_newest"),
            models.Index(fields=["responsible", "-created_at", "-id"], name="crm_deal_owner"),
            models.Index(fields=["amount", "id"], name="crm_deal_amount"),
            models.Index(
                fields=["responsible", "expected_on"],
                condition=_IS_OPEN & Q(expected_on__isnull=False),
                name="crm_deal_expected",
            ),
            models.Index(Folded("title"), "id", name="crm_deal_folded"),
            GinIndex(OpClass(Folded("title"), "gin_trgm_ops"), name="crm_deal_trigrams"),
            GinIndex(SearchVector("title", config="russian"), name="crm_deal_words"),
        ]

    def __str__(self) -> str:
        return self.title


class StageTransition(models.Model):
    """One move of a deal; append-only (trigger). Seconds are those spent in the stage that was left."""

    deal = models.ForeignKey(Deal, models.PROTECT, related_name="transitions")
    from_stage = models.ForeignKey("crm.Stage", models.PROTECT, null=True, related_name="+")
    to_stage = models.ForeignKey("crm.Stage", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    seconds = models.IntegerField(default=0)
    working_seconds = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["deal", "at"], name="crm_transition_deal")]


class DealOutcome(models.Model):
    """How a deal ended; a lost one has a reason and a comment: the database refuses it otherwise."""

    deal = models.OneToOneField(Deal, models.CASCADE, related_name="outcome")
    won = models.BooleanField()
    reason = models.ForeignKey("crm.LostReason", models.PROTECT, null=True, blank=True, related_name="+")
    comment = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(won=True) | (Q(reason__isnull=False) & Q(comment__regex=r"\S")),
                name="crm_lost_needs_reason_and_comment",
            )
        ]
