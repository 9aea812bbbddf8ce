"""Facts this room records."""

from django.utils.translation import gettext_lazy as _

from perezvon.journey.kinds import declare

EXPORTED = declare(
    "analytics.exported",
    sentence=_("%(by)s exported the funnel (%(format)s) from %(since)s to %(until)s"),
    icon="file-export",
    live=False,
)
