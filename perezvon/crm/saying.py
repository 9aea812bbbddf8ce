"""How spans of time are said in notices and on pages of tasks."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: minutes before its time at which people are usually reminded of a task
REMINDERS = (0, 5, 15, 30, 60, 120, 1440, 2880)


def how_long(left: timedelta) -> str:
    """ "in 15 minutes", "in 2 hours", "in 1 day"."""
    minutes = max(1, round(left.total_seconds() / 60))
    if minutes < 90:
        return ngettext("in %(n)s minute", "in %(n)s minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    if hours < 36:
        return ngettext("in %(n)s hour", "in %(n)s hours", hours) % {"n": hours}
    days = round(hours / 24)
    return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}


def before(minutes: int) -> str:
    """ "15 minutes before", "1 day before", "when it is time"."""
    if not minutes:
        return _("when it is time")
    if minutes % 1440 == 0:
        days = minutes // 1440
        return ngettext("%(n)s day before", "%(n)s days before", days) % {"n": days}
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%(n)s hour before", "%(n)s hours before", hours) % {"n": hours}
    return ngettext("%(n)s minute before", "%(n)s minutes before", minutes) % {"n": minutes}


def choices(kept: tuple[int, ...] = ()) -> list[tuple[int, str]]:
    """(minutes, words) for a form; ``kept`` are those that a task has already."""
    return [(minutes, before(minutes)) for minutes in sorted({*REMINDERS, *kept})]


def length(minutes: int) -> str:
    """ "15 min", "1 h", "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
