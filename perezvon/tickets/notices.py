"""What this room tells people by itself."""

from django.utils.translation import gettext_lazy as _

from perezvon.staff.notices import declare

_REQUESTS = _("Requests")
GIVEN = declare("ticket.given", _("A request was given to me"), group=_REQUESTS, ways=("screen", "push"))
LATE = declare("ticket.late", _("A promise to a client is not kept"), group=_REQUESTS, ways=("screen", "push", "mail"))
NOBODY = declare("ticket.nobody", _("Nobody takes a request"), group=_REQUESTS, ways=("screen", "push"))
COMPLAINT = declare("complaint.told", _("Complaints"), group=_REQUESTS, ways=("screen", "push", "mail"))
