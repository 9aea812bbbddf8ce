from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .queries import CadenceBreachQuerySet


class Segment(models.TextChoices):
    """Shares of revenue: gold made the first 60 %, silver the next 30 %, bronze the rest, occasional have not bought."""

    GOLD = "gold", pgettext_lazy("segment", "Gold")
    SILVER = "silver", pgettext_lazy("segment", "Silver")
    BRONZE = "bronze", pgettext_lazy("segment", "Bronze")
    OCCASIONAL = "occasional", pgettext_lazy("segment", "Occasional")


def default_days() -> dict[str, int]:
    """How many days may pass without a contact, by segment; 0 = nobody is reminded."""
    return {Segment.GOLD.value: 14, Segment.SILVER.value: 21, Segment.BRONZE.value: 21, Segment.OCCASIONAL.value: 0}


class SegmentRules(models.Model):
    """The company's own limits; one row. Shares are per cent of the revenue of the last ``months``.

    ``days`` is the cadence of contacts by segment; ``most_tasks`` how many contact tasks a person gets a day. ``basis`` says
    what revenue is (docs/decisions/029).
    """

    class Basis(models.TextChoices):
        PAYMENTS = "payments", _("payments where they are known, else won deals")
        DEALS = "deals", _("won deals only")

    basis = models.CharField(
        _("what counts as revenue"),
        max_length=10,
        choices=Basis.choices,
        default=Basis.PAYMENTS,
        db_default=Basis.PAYMENTS,
    )
    months = models.PositiveSmallIntegerField(_("over how many months"), default=12)
    gold = models.PositiveSmallIntegerField(_("gold: the first, % of revenue"), default=60)
    silver = models.PositiveSmallIntegerField(_("silver: the next, % of revenue"), default=30)
    days: Any = models.JSONField(default=default_days)
    most_tasks = models.PositiveSmallIntegerField(_("contact tasks a day per person, at most"), default=10)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="crm_segment_rules_are_one"),
            models.CheckConstraint(
                condition=Q(gold__gte=1, silver__gte=1) & Q(gold__lte=99 - models.F("silver")),
                name="crm_segment_shares",
            ),
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=120), name="crm_segment_months"),
        ]


class SegmentMove(models.Model):
    """A client came from one segment into another; append-only (trigger). ``revenue`` is that of the period, roubles."""

    person = models.ForeignKey("crm.Person", models.CASCADE, null=True, related_name="+", db_index=False)
    company = models.ForeignKey("crm.Company", models.CASCADE, null=True, related_name="+", db_index=False)
    was = models.CharField(max_length=10, choices=Segment.choices)
    now = models.CharField(max_length=10, choices=Segment.choices)
    revenue = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(company__isnull=True), name="crm_move_is_of_one"
            )
        ]
        indexes = [
            models.Index(fields=["person", "-at"], condition=Q(person__isnull=False), name="crm_segment_move_person"),
            models.Index(
                fields=["company", "-at"], condition=Q(company__isnull=False), name="crm_segment_move_company"
            ),
            models.Index(fields=["at", "was", "now"], name="crm_segment_move_at"),
        ]


class CadenceException(models.Model):
    """A client who is contacted in his own rhythm: every ``days``, or not before ``until``."""

    person = models.OneToOneField("crm.Person", models.CASCADE, related_name="cadence")
    days = models.PositiveSmallIntegerField(_("every, days"), null=True, blank=True)
    until = models.DateField(_("not before"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(days__isnull=False) | Q(until__isnull=False), name="crm_cadence_says_something"
            )
        ]


class CadenceBreach(models.Model):
    """A client was left alone for longer than his rhythm allows; the nightly count begins and ends it.

    ``since`` is the last contact before it, ``at`` when the ``days`` were over; ``ended_at`` the contact that ended it, or the
    count that found it over (another rhythm, another responsible). It counts against whoever was responsible then.
    """

    person = models.ForeignKey("crm.Person", models.CASCADE, related_name="breaches")
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, related_name="+", db_index=False)
    segment = models.CharField(max_length=10, choices=Segment.choices)
    days = models.PositiveIntegerField()
    since = models.DateTimeField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = CadenceBreachQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="crm_breach_lasts_once"),
            models.CheckConstraint(condition=Q(since__lt=models.F("at")), name="crm_breach_after_contact"),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="crm_breach_newest")]
