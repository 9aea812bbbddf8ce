from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from perezvon.kit.texts import Folded

from .queries import CompanyQuerySet, PersonQuerySet
from .segment import Segment

_BUYS = ~Q(segment="occasional")


def _named(field: str, name: str) -> models.Index:
    """An index of those who have one."""
    return models.Index(fields=[field], condition=Q((f"{field}__isnull", False)), name=name)


def last_contact() -> Coalesce:
    """The last contact as an order: whoever was never spoken to comes before everybody."""
    never = models.Value(datetime(1970, 1, 1, tzinfo=UTC), output_field=models.DateTimeField())
    return Coalesce("last_contact_at", never, output_field=models.DateTimeField())


class Party(models.Model):
    """What a person and a company have in common: a name, who is responsible, where they come from."""

    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    # Indexes of the three below hold only what is named: most cards of a million have none, and each index slows every new one.
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    department = models.ForeignKey(
        "staff.Department", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    region = models.CharField(_("region"), max_length=120, blank=True, default="")
    source_id = models.BigIntegerField(null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True, default="")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    version = models.IntegerField(default=1)
    # Fields that the company made itself: {"f7": value} (../custom.py).
    custom: Any = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    # By the revenue of the last months, recounted every night (actions/segments.py).
    segment = models.CharField(
        _("segment"), max_length=10, choices=Segment.choices, default=Segment.OCCASIONAL, db_default=Segment.OCCASIONAL
    )

    class Meta:
        abstract = True


class Company(Party):
    """An organisation that buys."""

    inn = models.CharField(_("INN"), max_length=12, blank=True, default="", db_index=True)
    # The card this one was merged into; it leads there and is in no list (actions/merging.py).
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="crm_company_newest"),
            models.Index(Folded("name"), "id", name="crm_company_folded"),
            GinIndex(OpClass(Folded("name"), "gin_trgm_ops"), name="crm_company_trigrams"),
            GinIndex(SearchVector("name", config="russian"), name="crm_company_words"),
            models.Index(fields=["segment", "-created_at", "-id"], condition=_BUYS, name="crm_company_segment"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="crm_company_merged"),
            models.Index(fields=["responsible"], name="crm_company_responsible"),
            _named("department", "crm_company_department"),
        ]

    def __str__(self) -> str:
        return self.name


class Person(Party):
    """A human being who contacts us or buys; with a phone only, the name is still empty.

    ``entered_at`` is when somebody of the staff put the person into the CRM by hand (a name, a
    deal): an unknown caller is a person with a phone only and has none. ``last_contact_at`` is the
    last conversation or message in either direction.
    """

    company = models.ForeignKey(Company, models.SET_NULL, null=True, blank=True, related_name="people", db_index=False)
    entered_at = models.DateTimeField(null=True, blank=True)
    last_contact_at = models.DateTimeField(null=True, blank=True)
    first_sale_at = models.DateTimeField(null=True, blank=True)
    # The card this one was merged into; it leads there and is in no list (actions/merging.py).
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="crm_person_newest"),
            models.Index(fields=["responsible", "-created_at", "-id"], name="crm_person_owner"),
            models.Index(Folded("name"), "id", name="crm_person_folded"),
            models.Index(
                "responsible",
                Folded("name"),
                "id",
                condition=Q(responsible__isnull=False),
                name="crm_person_owner_name",
            ),
            models.Index(last_contact(), "id", name="crm_person_contacted"),
            models.Index(fields=["segment", "-created_at", "-id"], condition=_BUYS, name="crm_person_segment"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="crm_person_merged"),
            _named("department", "crm_person_department"),
            _named("company", "crm_person_company"),
            models.Index(Folded("region"), "id", name="crm_person_region"),
            models.Index("source_id", "id", condition=Q(source_id__isnull=False), name="crm_person_source"),
            GinIndex(OpClass(Folded("name"), "gin_trgm_ops"), name="crm_person_trigrams"),
            GinIndex(
                OpClass(Folded("comment"), "gin_trgm_ops"), condition=~Q(comment=""), name="crm_person_comment_trigrams"
            ),
        ]

    def __str__(self) -> str:
        return self.name
