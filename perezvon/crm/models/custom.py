from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.kit.texts import Folded

from .of_one import of_one


class CustomField(models.Model):
    """A field that the company made itself, of people, companies or deals.

    Its values stand in the row's own ``custom`` under ``key``; noun and kind never change (trigger), because what was
    written would not be readable any more. ``indexed_at`` is when the worker had its indexes ready.
    """

    class Noun(models.TextChoices):
        PERSON = "person", pgettext_lazy("field of", "a client")
        COMPANY = "company", pgettext_lazy("field of", "a company")
        DEAL = "deal", pgettext_lazy("field of", "a deal")

    class Kind(models.TextChoices):
        TEXT = "text", pgettext_lazy("kind of field", "text")
        NUMBER = "number", pgettext_lazy("kind of field", "number")
        MONEY = "money", pgettext_lazy("kind of field", "money, ₽")
        DATE = "date", pgettext_lazy("kind of field", "date")
        CHOICE = "choice", pgettext_lazy("kind of field", "one of a list")
        MANY = "many", pgettext_lazy("kind of field", "several of a list")
        FLAG = "flag", pgettext_lazy("kind of field", "yes or no")
        STAFF = "staff", pgettext_lazy("kind of field", "a colleague")

    noun = models.CharField(_("field of"), max_length=10, choices=Noun.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    label = models.CharField(_("what it is called"), max_length=80)
    hint = models.CharField(_("hint for those who fill it in"), max_length=200, blank=True, default="")
    is_needed = models.BooleanField(_("must be filled in when added by hand"), default=False)
    is_shown = models.BooleanField(_("a column of the list from the beginning"), default=False)
    order = models.PositiveIntegerField(default=0)
    is_archived = models.BooleanField(_("put away"), default=False)
    indexed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "noun", Folded("label"), condition=Q(is_archived=False), name="crm_custom_field_once"
            ),
            models.CheckConstraint(condition=Q(label__regex=r"\S"), name="crm_custom_field_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        """Its name in rows, conditions, columns and the API."""
        return f"f{self.pk}"

    @property
    def has_choices(self) -> bool:
        """Values are chosen from a list of its own."""
        return self.kind in (self.Kind.CHOICE, self.Kind.MANY)


class CustomChoice(models.Model):
    """One of the values of a field; rows hold its id, so that it can be called otherwise later."""

    field = models.ForeignKey(CustomField, models.CASCADE, related_name="choices")
    label = models.CharField(max_length=80)
    order = models.PositiveIntegerField(default=0)
    is_archived = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["field", "label"], name="crm_custom_choice_once")]

    def __str__(self) -> str:
        return self.label


class Tag(models.Model):
    """A word that clients, companies and deals are marked with."""

    name = models.CharField(_("tag"), max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(Folded("name"), name="crm_tag_once")]

    def __str__(self) -> str:
        return self.name


class Tagged(models.Model):
    """Who or what is marked with a tag, since when and by whom."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="+")
    person = models.ForeignKey("crm.Person", models.CASCADE, null=True, related_name="tagged", db_index=False)
    company = models.ForeignKey("crm.Company", models.CASCADE, null=True, related_name="tagged", db_index=False)
    deal = models.ForeignKey("crm.Deal", models.CASCADE, null=True, related_name="tagged", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=of_one(),
                name="crm_tagged_is_one",
            ),
            models.UniqueConstraint(
                fields=["person", "tag"], condition=Q(person__isnull=False), name="crm_tagged_person"
            ),
            models.UniqueConstraint(
                fields=["company", "tag"], condition=Q(company__isnull=False), name="crm_tagged_company"
            ),
            models.UniqueConstraint(fields=["deal", "tag"], condition=Q(deal__isnull=False), name="crm_tagged_deal"),
        ]
