from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .queries import ContactOwnerQuerySet, ContactPointQuerySet


class ContactPoint(models.Model):
    """A way to reach somebody: a phone in E.164, an e-mail in lower case, a messenger's id.

    ``value`` is the one normalised spelling, unique per kind; ``raw`` is what was typed. ``region``
    and ``operator`` are told by the number.
    """

    class Kind(models.TextChoices):
        PHONE = "phone", _("phone")
        EMAIL = "email", _("e-mail")
        TELEGRAM = "telegram", "Telegram"
        WHATSAPP = "whatsapp", "WhatsApp"
        VK = "vk", "VK"
        MAX = "max", "MAX"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    value = models.CharField(max_length=254)
    raw = models.CharField(max_length=254, blank=True, default="")
    extension = models.CharField(max_length=16, blank=True, default="")
    region = models.CharField(max_length=120, blank=True, default="")
    operator = models.CharField(max_length=80, blank=True, default="")
    is_valid = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = ContactPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact point")
        constraints = [models.UniqueConstraint("kind", "value", name="crm_contact_point_once")]
        indexes = [GinIndex(fields=["value"], opclasses=["gin_trgm_ops"], name="crm_point_trigrams")]

    def __str__(self) -> str:
        return self.value


class ContactOwner(models.Model):
    """Whose contact point it is; several people may share one (a family, a reception desk with extensions)."""

    class Type(models.TextChoices):
        MOBILE = "mobile", pgettext_lazy("contact point", "mobile")
        WORK = "work", pgettext_lazy("contact point", "work")
        HOME = "home", pgettext_lazy("contact point", "home")
        OTHER = "other", pgettext_lazy("contact point", "other")

    point = models.ForeignKey(ContactPoint, models.PROTECT, related_name="owners")
    person = models.ForeignKey("crm.Person", models.CASCADE, null=True, blank=True, related_name="contact_owners")
    company = models.ForeignKey(
        "crm.Company", models.CASCADE, null=True, blank=True, related_name="contact_owners", db_index=False
    )
    type = models.CharField(_("which"), max_length=8, choices=Type.choices, blank=True, default="", db_default="")
    extension = models.CharField(_("extension"), max_length=16, blank=True, default="", db_default="")
    note = models.CharField(_("note"), max_length=120, blank=True, default="", db_default="")
    is_primary = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = ContactOwnerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(company__isnull=True), name="crm_contact_owner_is_one"
            ),
            models.UniqueConstraint("point", "person", condition=Q(until=None), name="crm_contact_owner_person_once"),
            models.UniqueConstraint(
                "point",
                "company",
                condition=Q(until=None, company__isnull=False),
                name="crm_contact_owner_company_once",
            ),
        ]
        indexes = [
            models.Index(fields=["company"], condition=Q(company__isnull=False), name="crm_contact_owner_company")
        ]
