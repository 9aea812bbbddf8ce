"""Moments, spans and figures in words of the reader's language."""

from datetime import datetime
from decimal import Decimal

from django.utils import formats, timezone
from django.utils.dates import MONTHS_3, MONTHS_ALT
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

NOTHING = "—"
MINUTE, HOUR, DAY = 60, 3600, 86400


def duration(seconds: float | int | Decimal | None) -> str:
    """Return a span of ``seconds`` in its two largest units: "45 s", "3 min 5 s", "2 d 4 h"."""
    if seconds is None:
        return NOTHING
    whole = round(abs(float(seconds)))
    days, rest = divmod(whole, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, left = divmod(rest, MINUTE)
    if days:
        parts = [_("%(count)d d") % {"count": days}, _("%(count)d h") % {"count": hours}]
        text = " ".join(parts if hours else parts[:1])
    elif hours:
        parts = [_("%(count)d h") % {"count": hours}, _("%(count)d min") % {"count": minutes}]
        text = " ".join(parts if minutes else parts[:1])
    elif minutes:
        parts = [_("%(count)d min") % {"count": minutes}, _("%(count)d s") % {"count": left}]
        text = " ".join(parts if left else parts[:1])
    else:
        text = _("%(count)d s") % {"count": left}
    return f"−{text}" if float(seconds) < 0 and whole else text


def clock(seconds: float | int | Decimal | None) -> str:
    """Return a place in a sound as its clock shows it: "3:05", "1:02:03"."""
    if seconds is None:
        return NOTHING
    minutes, left = divmod(int(seconds), MINUTE)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def moment(at: datetime, now: datetime) -> str:
    """Return a local date and time, as short as it can be and still be one moment.

    Written without Django's date formats: a list shows hundreds of moments, and those take five times as long.
    """
    local, here = timezone.localtime(at), timezone.localtime(now)
    clock = f"{local.hour:02}:{local.minute:02}"
    if local.date() == here.date():
        return _("today %(time)s") % {"time": clock}
    month = str(MONTHS_3[local.month])
    if (get_language() or "").startswith("en"):
        month = month.title()  # Nov, but ноя
    year = "" if local.year == here.year else f" {local.year}"
    return f"{local.day} {month}{year} {clock}"


def exact(at: datetime) -> str:
    """Return the whole local date and time, for a tooltip."""
    local = timezone.localtime(at)
    return f"{local.day} {MONTHS_ALT[local.month]} {local.year}, {local:%H:%M:%S}"


def ago(at: datetime, now: datetime) -> str:
    """Return how long ago ``at`` was (or how soon it comes), in one unit."""
    seconds = (now - at).total_seconds()
    span = _in_one_unit(abs(seconds))
    if not span:
        return _("just now")
    if seconds > 0:
        return _("%(span)s ago") % {"span": span}
    return _("in %(span)s") % {"span": span}


def _in_one_unit(seconds: float) -> str:
    """Return a span in its largest unit; "" below a minute."""
    minutes, hours, days = (int(seconds // unit) for unit in (MINUTE, HOUR, DAY))
    if days >= 365:
        return _counted(ngettext("%(count)d year", "%(count)d years", days // 365), days // 365)
    if days >= 30:
        return _counted(ngettext("%(count)d month", "%(count)d months", days // 30), days // 30)
    if days:
        return _counted(ngettext("%(count)d day", "%(count)d days", days), days)
    if hours:
        return _counted(ngettext("%(count)d hour", "%(count)d hours", hours), hours)
    if minutes:
        return _counted(ngettext("%(count)d minute", "%(count)d minutes", minutes), minutes)
    return ""


def _counted(text: str, count: int) -> str:
    """Put the number into a plural form."""
    return text % {"count": count}


def number(value: float | int | Decimal | None, places: int = 0) -> str:
    """Return a figure with its thousands apart: "12 345"."""
    if value is None:
        return NOTHING
    whole, _dot, part = f"{value:,.{places}f}".partition(".")
    point = formats.get_format("DECIMAL_SEPARATOR")
    return whole.replace(",", "\u00a0").replace("-", "−") + (f"{point}{part}" if part else "")


def percent(share: float | Decimal | None, places: int = 1) -> str:
    """Return a share (0.123) as percent ("12.3 %")."""
    if share is None:
        return NOTHING
    text = number(float(share) * 100, places)
    return f"{text}\u00a0%"
