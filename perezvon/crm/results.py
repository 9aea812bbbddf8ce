"""Ready results of tasks: one press instead of typing, and words that can be counted."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import TaskKind

_TALK = (_("Talked, agreed on the next step"), _("No answer"), _("Asked to call later"), _("Not interested"))
RESULTS: dict[str, tuple[Promise, ...]] = {
    TaskKind.CALL: _TALK,
    TaskKind.CALLBACK: _TALK,
    TaskKind.MEETING: (_("Met, agreed on the next step"), _("The client did not come"), _("Put off by the client")),
    TaskKind.MAIL: (_("Sent"), _("The client answered"), _("No address")),
    TaskKind.PROPOSAL: (_("Proposal sent"), _("The client changed the request")),
    TaskKind.PAYMENT: (_("The money is here"), _("Promised to pay later"), _("Will not pay")),
    TaskKind.OTHER: (_("Done"), _("Not needed any more")),
}
DEFAULT_TITLES: dict[str, Promise] = {
    TaskKind.CALL: _("Call the client"),
    TaskKind.CALLBACK: _("Call back"),
    TaskKind.MEETING: _("Meet the client"),
    TaskKind.MAIL: _("Write to the client"),
    TaskKind.PROPOSAL: _("Prepare a proposal"),
    TaskKind.PAYMENT: _("Check the payment"),
    TaskKind.OTHER: _("Next step"),
}
