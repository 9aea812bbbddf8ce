"""What this room records in the ledger; every change of a request leaves one of these."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.journey.kinds import declare
from perezvon.kit.money import roubles
from perezvon.web.words import duration

from .stages import BY_KEY, Loss


def _loss(code: Any) -> object:
    return Loss(code).label if code in Loss.values else "—"


def _step(key: Any) -> object:
    head = str(key).partition(":")[0]
    return BY_KEY[head].name if head in BY_KEY else key


def _promise(code: Any) -> object:
    from .models import ClockKind

    return ClockKind(code).label if code in ClockKind.values else code


def _ending(code: Any) -> object:
    from .models import TicketPause

    return TicketPause.Ending(code).label if code in TicketPause.Ending.values else code


def _priority(code: Any) -> object:
    from .models import Priority

    return Priority(code).label if code in Priority.values else code


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
ATTACHED = declare("ticket.attached", sentence=_("Request %(number)s was attached to the deal “%(deal)s”"), icon="link")
TICKED = declare("ticket.ticked", sentence=_("Ticked off: %(item)s"), icon="checkbox")
CHANGED = declare("ticket.changed", sentence=_("The request was brought up to date"), icon="refresh")
EDITED = declare("ticket.edited", sentence=_("%(by)s changed the request"), icon="edit")
SETTINGS = declare("ticket.settings", sentence=_("The settings of requests were changed"), icon="settings")
REDIAL = declare("ticket.redial", sentence=_("%(by)s changed how clients are called again"), icon="settings")

QUEUED = declare("ticket.queued", sentence=_("Queue: %(queue)s"), icon="inbox")
HANDED = declare("ticket.handed", sentence=_("Given to %(name)s by the rule “%(rule)s”"), icon="user-share")
PASSED = declare("ticket.passed", sentence=_("%(name)s did not take it up in time: given to the next"), icon="user-x")
WAITS = declare("ticket.waits", sentence=_("Nobody in the queue “%(queue)s” can take it now"), icon="hourglass")
ACCEPTED = declare("ticket.accepted", sentence=_("%(by)s took it up"), icon="hand-stop")
PRIORITY = declare(
    "ticket.priority", sentence=_("Priority: %(priority)s"), icon="alert-triangle", words={"priority": _priority}
)
BREACHED = declare(
    "ticket.breached", sentence=_("Promise not kept: %(promise)s"), icon="alarm", words={"promise": _promise}
)
PAUSED = declare("ticket.paused", sentence=_("Waits for the client: %(why)s"), icon="hourglass")
RESUMED = declare(
    "ticket.resumed", sentence=_("The waiting is over: %(ending)s"), icon="player-play", words={"ending": _ending}
)
ESCALATED = declare(
    "ticket.escalated", sentence=_("Escalation (%(promise)s): told %(names)s"), icon="stairs-up",
    words={"promise": _promise},
)  # fmt: skip
HEARD = declare("ticket.heard", sentence=_("%(by)s is on it"), icon="ear")
MERGED = declare("ticket.merged", sentence=_("Request %(gone)s was merged into %(kept)s"), icon="arrows-join")
UNMERGED = declare("ticket.unmerged", sentence=_("Request %(gone)s stands on its own again"), icon="arrows-split")
SPLIT = declare("ticket.split", sentence=_("Request %(made)s was split off %(number)s"), icon="arrows-split")
LINKED = declare("ticket.linked", sentence=_("Linked with request %(other)s"), icon="link")
UNLINKED = declare("ticket.unlinked", sentence=_("No longer linked with request %(other)s"), icon="unlink")
QUEUE_CHANGED = declare("ticket.queue_changed", sentence=_("%(by)s changed the queue “%(name)s”"), icon="settings")
PROMISE_CHANGED = declare(
    "ticket.promise_changed", sentence=_("%(by)s changed the promise “%(name)s”"), icon="settings"
)
LADDER_CHANGED = declare("ticket.ladder_changed", sentence=_("%(by)s changed the steps of escalation"), icon="settings")
CHECKLIST_CHANGED = declare(
    "ticket.checklist_changed", sentence=_("%(by)s changed the checklist: %(item)s"), icon="settings"
)


def _severity(code: Any) -> object:
    from .models import Severity

    return Severity(code).label if code in Severity.values else code


def _compensation(code: Any) -> object:
    from .models import Compensation

    return Compensation.State(code).label if code in Compensation.State.values else code


COMPLAINT_OPENED = declare(
    "complaint.opened", sentence=_("Complaint %(number)s: %(reason)s"), icon="mood-sad", words={"severity": _severity}
)
COMPLAINT_HANDED = declare(
    "complaint.handed", sentence=_("Complaint %(number)s is looked into by %(name)s"), icon="user-share"
)
COMPLAINT_FOUND_OUT = declare(
    "complaint.found_out", sentence=_("Complaint %(number)s: found out — %(stage)s, %(name)s"), icon="search"
)
COMPLAINT_COMPENSATION = declare(
    "complaint.compensation", sentence=_("Complaint %(number)s: %(what)s, %(amount)s — %(state)s"), icon="coin",
    words={"amount": roubles, "state": _compensation},
)  # fmt: skip
COMPLAINT_ANSWERED = declare(
    "complaint.answered", sentence=_("Complaint %(number)s: the client was answered after %(seconds)s"),
    icon="message-reply", words={"seconds": duration},
)  # fmt: skip
COMPLAINT_CLOSED = declare("complaint.closed", sentence=_("Complaint %(number)s is closed"), icon="lock")
COMPLAINT_REOPENED = declare(
    "complaint.reopened", sentence=_("Complaint %(number)s was opened again: %(comment)s"), icon="refresh"
)
COMPLAINT_OVERDUE = declare("complaint.overdue", sentence=_("Complaint %(number)s is late"), icon="alarm")
COMPLAINT_SETTINGS = declare(
    "complaint.settings", sentence=_("%(by)s changed the settings of complaints"), icon="settings"
)
COMPARED = declare("ticket.compared", sentence=_("%(by)s took the comparison of people as a file"), icon="download")
