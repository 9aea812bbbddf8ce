from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ONE = (Q(person__isnull=True) ^ Q(company__isnull=True)) & (
    Q(other_person__isnull=True) ^ Q(other_company__isnull=True)
)


class TieKind(models.Model):
    """How two clients belong together, in the words of both ends: ``word`` is what the first one is, ``other_word`` the second."""

    class Between(models.TextChoices):
        PEOPLE = "people", pgettext_lazy("tie between", "two people")
        WORK = "work", pgettext_lazy("tie between", "a person and a company")
        COMPANIES = "companies", pgettext_lazy("tie between", "two companies")

    between = models.CharField(_("between"), max_length=10, choices=Between.choices)
    word = models.CharField(_("the first one is"), max_length=60)
    other_word = models.CharField(_("the second one is"), max_length=60)
    order = models.PositiveSmallIntegerField(default=100)
    is_archived = models.BooleanField(_("put away"), default=False)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.word} — {self.other_word}"


class Tie(models.Model):
    """Two clients who belong together; of a person and a company the person is the first. Several companies are allowed.

    ``role`` says more than the kind ("chief accountant"); ``since`` and ``until`` are days of life, ``ended_at`` is when
    somebody said that it is over.
    """

    kind = models.ForeignKey(TieKind, models.PROTECT, related_name="+")
    person = models.ForeignKey("crm.Person", models.CASCADE, null=True, related_name="+")
    company = models.ForeignKey("crm.Company", models.CASCADE, null=True, related_name="+")
    other_person = models.ForeignKey("crm.Person", models.CASCADE, null=True, related_name="+")
    other_company = models.ForeignKey("crm.Company", models.CASCADE, null=True, related_name="+")
    role = models.CharField(_("role"), max_length=120, blank=True, default="")
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=ONE, name="crm_tie_of_two"),
            models.CheckConstraint(
                condition=Q(person=None) | Q(other_person=None) | ~Q(person=F("other_person")),
                name="crm_tie_not_of_one",
            ),
            models.CheckConstraint(
                condition=Q(company=None) | Q(other_company=None) | ~Q(company=F("other_company")),
                name="crm_tie_not_of_one_company",
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(since__lte=F("until")), name="crm_tie_ends_after_it_begins"
            ),
        ]
