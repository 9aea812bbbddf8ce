"""What this room tells people by itself."""

from django.utils.translation import gettext_lazy as _

from perezvon.staff.notices import declare

SWITCHED_OFF = declare("api.webhook_off", _("A webhook was switched off"), group=_("Programs"), ways=("screen", "mail"))
