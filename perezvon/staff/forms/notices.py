from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..models import QuietTimes

# The zones of Russia and its neighbours; whoever sits elsewhere keeps what he has.
ZONES = (
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Novosibirsk",
    "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka",
    "Europe/Minsk", "Asia/Almaty", "Asia/Tashkent", "Asia/Tbilisi", "Asia/Yerevan", "UTC",
)  # fmt: skip


def named(zone: str) -> str:
    """A zone as people know it: "Yekaterinburg, UTC+5" in the reader's language."""
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    city = Locale.parse(language).time_zones.get(zone, {}).get("city") or zone.rsplit("/", 1)[-1].replace("_", " ")
    offset = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)).utcoffset()
    hours = (offset.total_seconds() if offset else 0) / 3600
    return f"{city}, UTC{hours:+g}" if hours else str(city)


class QuietForm(forms.Form):
    """Quiet hours of one person."""

    starts = forms.TimeField(label=_("Quiet from"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    ends = forms.TimeField(label=_("Quiet until"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    time_zone = forms.ChoiceField(label=_("Time zone"))
    weekends = forms.BooleanField(label=_("Saturday and Sunday are quiet as a whole"), required=False)
    urgent_passes = forms.BooleanField(label=_("Urgent notices come all the same"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        own = {str(self.initial.get("time_zone") or ""), settings.TIME_ZONE} - {""}
        zones = [*ZONES, *sorted(own - set(ZONES))]
        choices = [(zone, named(zone)) for zone in zones if zone in available_timezones()]
        self.fields["time_zone"].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def of(cls, times: QuietTimes, data: Any = None) -> "QuietForm":
        """The form filled in with what is kept."""
        names = ("starts", "ends", "weekends", "urgent_passes")
        kept = {name: getattr(times, name) for name in names}
        return cls(data, initial={**kept, "time_zone": times.time_zone or settings.TIME_ZONE})

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        starts, ends = told.get("starts"), told.get("ends")
        if (starts is None) != (ends is None):
            self.add_error("ends", _("Say both when it begins and when it ends, or neither."))
        elif starts is not None and starts == ends:
            self.add_error("ends", _("It cannot end when it begins."))
        return told
