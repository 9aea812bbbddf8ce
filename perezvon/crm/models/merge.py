from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy


class OneOfTwo(models.Model):
    """Two cards that were one: ``gone`` was merged into ``kept``, which can be taken back as a whole.

    ``chosen`` is {column of the kept card: [old, new]}; ``moved`` is [[table, column, ids of rows]]; ``closed`` are the
    contact points of the gone one that the kept one had already.
    """

    chosen: Any = models.JSONField(default=dict)
    moved: Any = models.JSONField(default=list)
    closed = ArrayField(models.BigIntegerField(), default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Merge(OneOfTwo):
    """Two people who were one."""

    kept = models.ForeignKey("crm.Person", models.PROTECT, related_name="+")
    gone = models.ForeignKey("crm.Person", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="crm_merge_of_two"),
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at=None), name="crm_merge_gone_once"),
        ]


class CompanyMerge(OneOfTwo):
    """Two companies that were one."""

    kept = models.ForeignKey("crm.Company", models.PROTECT, related_name="+")
    gone = models.ForeignKey("crm.Company", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="crm_company_merge_of_two"),
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at=None), name="crm_company_merge_gone_once"),
        ]


class Pair(models.Model):
    """Two cards that may be one; ``first`` is the older. ``reasons`` are codes, ``score`` 0..100."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("pair", "to be looked at")
        MERGED = "merged", pgettext_lazy("pair", "merged")
        DIFFERENT = "different", pgettext_lazy("pair", "different people")

    score = models.PositiveSmallIntegerField()
    reasons: Any = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        abstract = True


class DuplicatePair(Pair):
    """Two people who may be one."""

    first = models.ForeignKey("crm.Person", models.CASCADE, related_name="+")
    second = models.ForeignKey("crm.Person", models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="crm_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="crm_pair_in_order"),
        ]
        indexes = [models.Index(fields=["-score", "id"], condition=Q(state="open"), name="crm_pair_open")]


class CompanyPair(Pair):
    """Two companies that may be one."""

    first = models.ForeignKey("crm.Company", models.CASCADE, related_name="+")
    second = models.ForeignKey("crm.Company", models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="crm_company_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="crm_company_pair_in_order"),
        ]
        indexes = [models.Index(fields=["-score", "id"], condition=Q(state="open"), name="crm_company_pair_open")]
