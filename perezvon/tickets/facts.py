"""What this room records in the ledger; every change of a request leaves one of these."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.journey.kinds import declare
from perezvon.web.words import duration

from .stages import BY_KEY, Loss


def _loss(code: Any) -> object:
    return Loss(code).label if code in Loss.values else "—"


def _step(key: Any) -> object:
    head = str(key).partition(":")[0]
    return BY_KEY[head].name if head in BY_KEY else key


def _recovery(code: Any) -> object:
    from .models import Ticket

    return Ticket.Recovery(code).label if code in Ticket.Recovery.values else code


OPENED = declare("ticket.opened", sentence=_("Request %(number)s was opened"), icon="inbox")
JOINED = declare("ticket.joined", sentence=_("One more contact joined request %(number)s"), icon="git-merge")
ASSIGNED = declare("ticket.assigned", sentence=_("Responsible: %(name)s"), icon="user-share")
RESPONDED = declare(
    "ticket.responded",
    sentence=_("First response after %(seconds)s"),
    icon="message-reply",
    words={"seconds": duration},
)
STAGED = declare("ticket.staged", sentence=_("Step: %(step)s"), icon="stairs", words={"step": _step})
LOST = declare("ticket.lost", sentence=_("Lost: %(loss)s"), icon="droplet-off", words={"loss": _loss, "step": _step})
RECOVERED = declare(
    "ticket.recovered",
    sentence=_("Won back (%(loss)s): %(recovery)s"),
    icon="lifebuoy",
    words={"loss": _loss, "recovery": _recovery},
)
OVERDUE = declare("ticket.overdue", sentence=_("The request is overdue"), icon="alarm")
OUT = declare("ticket.out", sentence=_("Not a target: %(reason)s"), icon="ban")
CLOSED = declare("ticket.closed", sentence=_("Closed: %(reason)s"), icon="lock")
DEAL = declare("ticket.deal", sentence=_("A deal was made of request %(number)s"), icon="briefcase")
TICKED = declare("ticket.ticked", sentence=_("Ticked off: %(item)s"), icon="checkbox")
CHANGED = declare("ticket.changed", sentence=_("The request was brought up to date"), icon="refresh")
SETTINGS = declare("ticket.settings", sentence=_("The settings of requests were changed"), icon="settings")
REDIAL = declare("ticket.redial", sentence=_("%(by)s changed how clients are called again"), icon="settings")
