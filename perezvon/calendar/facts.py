"""What the calendar tells the ledger."""

from django.utils.translation import gettext_lazy as _

from perezvon.journey.kinds import declare

FEED_MADE = declare(
    "feed.made", sentence=_("%(by)s made the calendar by address “%(name)s”"), icon="calendar-share", live=False
)
FEED_REVOKED = declare("feed.revoked", sentence=_("%(by)s took back the calendar by address “%(name)s”"), icon="calendar-off", live=False)  # fmt: skip
ACCOUNT_ADDED = declare("calendar_account.added", sentence=_("%(by)s connected the calendar %(name)s"), icon="calendar-plus", live=False)  # fmt: skip
ACCOUNT_REMOVED = declare("calendar_account.removed", sentence=_("%(by)s disconnected the calendar %(name)s"), icon="calendar-off", live=False)  # fmt: skip
