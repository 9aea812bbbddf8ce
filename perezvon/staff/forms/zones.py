"""Time zones as people choose them."""

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language

# The zones of Russia and its neighbours; whoever sits elsewhere keeps what he has.
ZONES = (
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Novosibirsk",
    "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka",
    "Europe/Minsk", "Asia/Almaty", "Asia/Tashkent", "Asia/Tbilisi", "Asia/Yerevan", "UTC",
)  # fmt: skip


def zone_name(zone: str) -> str:
    """A zone as people know it: "Yekaterinburg, UTC+5" in the reader's language."""
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    city = Locale.parse(language).time_zones.get(zone, {}).get("city") or zone.rsplit("/", 1)[-1].replace("_", " ")
    offset = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)).utcoffset()
    hours = (offset.total_seconds() if offset else 0) / 3600
    return f"{city}, UTC{hours:+g}" if hours else str(city)


def zone_choices(*own: str) -> list[tuple[str, str]]:
    """(zone, name) of the usual ones and of ``own``, for a form."""
    zones = [*ZONES, *sorted({zone for zone in own if zone} - set(ZONES))]
    return [(zone, zone_name(zone)) for zone in zones if zone in available_timezones()]
