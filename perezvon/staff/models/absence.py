from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class _Days(Func):
    """Both days and all between them as a range."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Who is away when. That somebody is away is known to all; why and till when is changed by few."""

    def on(self, first: date, last: date) -> Self:
        """Those that touch these days."""
        return self.filter(first__lte=last, last__gte=first)

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Everybody sees who is away; rows are changed by those who keep the staff."""
        from ..access import limit

        return (
            self
            if verb == "view"
            else limit(self, user, "staff", "administer", owner="user", department="user__department")
        )


class Absence(models.Model):
    """Days on which one person does not work: both ends are included. ``substitute`` takes over what cannot wait."""

    class Kind(models.TextChoices):
        VACATION = "vacation", pgettext_lazy("absence", "vacation")
        SICK = "sick", pgettext_lazy("absence", "sick leave")
        TRIP = "trip", pgettext_lazy("absence", "business trip")
        OTHER = "other", pgettext_lazy("absence", "absent")

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="absences")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.VACATION)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    substitute = models.ForeignKey("staff.User", models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("staff.User", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        ordering = ["first", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="staff_absence_forward"),
            models.CheckConstraint(condition=~Q(substitute=F("user")), name="staff_absence_by_another"),
            ExclusionConstraint(
                name="staff_absence_no_two_at_once",
                expressions=[("user", RangeOperators.EQUAL), (_Days("first", "last"), RangeOperators.OVERLAPS)],
            ),
        ]
        indexes = [models.Index(fields=["last", "first"], name="staff_absence_days")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.first:%Y-%m-%d}"
