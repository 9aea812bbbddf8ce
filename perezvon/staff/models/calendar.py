from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

HOLIDAY_TITLES = {
    "new_year": _("New Year holidays"),
    "christmas": _("Christmas"),
    "defender": _("Defender of the Fatherland Day"),
    "women": _("International Women's Day"),
    "labour": _("Spring and Labour Day"),
    "victory": _("Victory Day"),
    "russia": _("Russia Day"),
    "unity": _("National Unity Day"),
    "moved": _("day off moved from a weekend"),
    "short": _("shortened day"),
    "working": _("working day moved to a weekend"),
}


class WorkCalendar(models.Model):
    """Opening hours: ``weekly`` is {"0": [["09:00","13:00"],["14:00","18:00"]], ...}, 0 = Monday."""

    name = models.CharField(_("name"), max_length=80, blank=True, default="")
    weekly: Any = models.JSONField(default=dict)
    time_zone = models.CharField(_("time zone"), max_length=48, default="Europe/Moscow")
    is_default = models.BooleanField(_("for everybody without another calendar"), default=False)

    class Meta:
        verbose_name = _("working calendar")
        ordering = ["-is_default", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                "is_default", condition=models.Q(is_default=True), name="staff_calendar_one_default"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What the calendar is called on the screen."""
        return self.name or str(_("Main calendar"))


class Holiday(models.Model):
    """A date that differs from its weekday: ``intervals`` empty = closed, else its own hours."""

    calendar = models.ForeignKey(WorkCalendar, models.CASCADE, related_name="holidays")
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    intervals: Any = models.JSONField(default=list)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint("calendar", "day", name="staff_holiday_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.title}"

    @property
    def title(self) -> str:
        """The name of the day; those we ship are called in the reader's language."""
        return str(HOLIDAY_TITLES.get(self.name, self.name))
