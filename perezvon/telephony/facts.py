"""What this room records in the ledger; details never hold a client's number."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.journey.kinds import declare
from perezvon.kit.phones import pretty

from .stages import cause_words, stage_words


def _direction(code: Any) -> object:
    from .models import Call

    return Call.Direction(code).label if code in Call.Direction.values else code


def _stage(code: Any) -> object:
    return stage_words(str(code)) or _("nobody answered")


_END = {"stage": _stage, "cause": lambda code: cause_words(str(code)), "direction": _direction}

CALL_STARTED = declare(
    "call.started",
    sentence=_("A call, %(direction)s: %(line)s"),
    icon="phone",
    words={"direction": _direction, "line": lambda line: pretty(str(line)) or "—"},
)
CALL_QUEUED = declare("call.queued", sentence=_("Waits in the queue “%(queue)s”"), icon="clock-pause")
CALL_RINGING = declare("call.ringing", sentence=_("Rings at %(extension)s"), icon="phone-ringing")
CALL_CONNECTED = declare("call.connected", sentence=_("%(by)s talks; waited %(seconds)s s"), icon="phone-call")
CALL_ENDED = declare("call.ended", sentence=_("The call ended: %(stage)s (%(cause)s)"), icon="phone-off", words=_END)
CALL_REVISED = declare(
    "call.revised",
    sentence=_("The exchange has told more of the call: %(stage)s (%(cause)s)"),
    icon="phone-check",
    words=_END,
)
PROVIDER_ADDED = declare("provider.added", sentence=_("%(by)s connected the exchange “%(name)s”"), icon="plug")
PROVIDER_CHANGED = declare("provider.changed", sentence=_("%(by)s changed the exchange “%(name)s”"), icon="plug")
