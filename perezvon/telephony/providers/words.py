"""Words that several exchanges use on their setup screens."""

from django.utils.translation import gettext_lazy as _

from .contract import ASKS

STICKY = ("sticky", _("A client who has a manager is put through to him first"), True)
ASKING = (ASKS, _("Ask the exchange itself: nightly balance, recordings, calls from cards"), True)
TIME_ZONE = ("time_zone", _("Time zone of the account, such as Europe/Moscow"))
ZONE_HINT = _("As set in the account there: its moments come without a zone. Empty = the company's zone.")
