"""What the calendar tells people by itself."""

from django.utils.translation import gettext_lazy as _

from perezvon.staff.notices import declare

GONE = declare("calendar.gone", _("Deleted in my other calendar"), group=_("Calendar"), ways=("screen",))
REFUSED = declare(
    "calendar.refused", _("A move in my other calendar was refused"), group=_("Calendar"), ways=("screen",)
)
FAILED = declare(
    "calendar.failed", _("My other calendar cannot be reached"), group=_("Calendar"), ways=("screen", "mail")
)
