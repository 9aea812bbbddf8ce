"""What analytics plugs into the shared surface."""

from django.utils.translation import gettext_lazy as _

from perezvon.tickets.hooks import worth
from perezvon.web.surface import command, navigation, panel

from .access import sees_funnel
from .worths import worth_of

worth.answer(worth_of)

navigation("funnel", _("Funnel"), "analytics:funnel", "filter-dollar", order=10, can=sees_funnel)
command("funnel", _("Where money leaks now"), "analytics:funnel", "filter-dollar", can=sees_funnel)
panel("crm.day", "funnel.glance", _("Where money leaks now"), "analytics:funnel-glance", order=10, can=sees_funnel)
