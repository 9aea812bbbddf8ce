"""What this room plugs into the shared surface."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.staff import access
from perezvon.web.surface import command, navigation

from . import notices, outer  # noqa: F401  (the kinds of notices and the outer calendars register themselves)


def may_see(user: Any) -> bool:
    """Whoever sees tasks has a calendar."""
    return access.can(user, "task", "view")


navigation("calendar", _("Calendar"), "calendar:calendar", "calendar", order=15, can=may_see)
command("calendar.today", _("My calendar"), "calendar:calendar", "calendar", can=may_see)
