"""What this room tells people by itself."""

from django.utils.translation import gettext_lazy as _

from perezvon.staff.notices import declare

FORGOTTEN = declare("crm.forgotten", _("Deals without a next action"), group=_("Deals"), ways=("screen", "mail"))
