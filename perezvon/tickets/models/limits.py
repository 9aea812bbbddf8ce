from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


def _positive(label: Any, default: int, hint: Any) -> Any:
    return models.PositiveIntegerField(label, default=default, validators=[MinValueValidator(1)], help_text=hint)


def default_repeats() -> list[int]:
    """Working minutes between reminders after the last step of the ladder; the last one repeats."""
    return [60, 120, 240, 480]


class TicketSettings(models.Model):
    """How long the company waits before it calls a client lost; one row.

    Working minutes and hours are those of the department's calendar, the others of the wall clock.
    """

    window_hours = _positive(
        _("Window to save a lost call, hours"),
        72,
        _("A client reached, or coming back himself, within this time of the wall clock is not lost."),
    )
    callback_minutes = _positive(
        _("Call back a lost call within, working minutes"), 15, _("The deadline of the task that a lost call makes.")
    )
    response_minutes = _positive(
        _("First response within, working minutes"),
        30,
        _("From the first contact to a talk, a call, a note, a task done."),
    )
    entry_hours = _positive(
        _("Enter a client after the talk within, hours"), 24, _("Later the request counts as L09: talked, not entered.")
    )
    work_hours = _positive(
        _("Take an entered client into work within, working hours"),
        9,
        _("Later it counts as L10: entered, not worked."),
    )
    follow_up_days = _positive(
        _("Forgotten after, days"), 7, _("Days past the next step, or past the last act when nothing is planned: L11.")
    )
    upsell_days = _positive(
        _("Offer again within, days after the sale"), 365, _("Without a repeat sale by then it counts as L14.")
    )
    repeats: Any = models.JSONField(default=default_repeats)
    short_seconds = _positive(
        _("A hang-up counts as short under, seconds"), 5, _("Short ones are shown apart: most are slips.")
    )

    class Meta:
        verbose_name = _("settings of requests")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
