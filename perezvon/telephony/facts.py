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
CALL_PROMISED = declare("call.promised", sentence=_("The client asked to be called back"), icon="phone-calling")
CALL_ENDED = declare("call.ended", sentence=_("The call ended: %(stage)s (%(cause)s)"), icon="phone-off", words=_END)
CALL_REVISED = declare(
    "call.revised",
    sentence=_("The exchange has told more of the call: %(stage)s (%(cause)s)"),
    icon="phone-check",
    words=_END,
)
PROVIDER_ADDED = declare("provider.added", sentence=_("%(by)s connected the exchange “%(name)s”"), icon="plug")
PROVIDER_CHANGED = declare("provider.changed", sentence=_("%(by)s changed the exchange “%(name)s”"), icon="plug")
PBX_APPLIED = declare(
    "pbx.applied", sentence=_("%(by)s applied the settings of “%(name)s”, version %(number)s"), icon="settings-check"
)
PBX_REFUSED = declare(
    "pbx.refused",
    sentence=_("“%(name)s” refused version %(number)s of its settings: %(why)s"),
    icon="settings-exclamation",
)
PBX_ROLLED_BACK = declare(
    "pbx.rolled_back",
    sentence=_("%(by)s brought back version %(number)s of the settings of “%(name)s”"),
    icon="arrow-back-up",
)

RECORDING_READY = declare("recording.ready", sentence=_("The talk can be heard: %(seconds)s s"), icon="microphone")
RECORDING_FAILED = declare(
    "recording.failed", sentence=_("The recording could not be fetched: %(why)s"), icon="microphone-off"
)
RECORDING_HEARD = declare("recording.heard", sentence=_("%(by)s listened to the talk"), icon="headphones")
RECORDING_TAKEN = declare("recording.taken", sentence=_("%(by)s took the recording away as a file"), icon="download")
RECORDING_DELETED = declare("recording.deleted", sentence=_("The recording was deleted: %(why)s"), icon="trash")
RECORDING_HELD = declare("recording.held", sentence=_("%(by)s put the recording on hold: %(why)s"), icon="lock")
RECORDING_RELEASED = declare(
    "recording.released", sentence=_("%(by)s took the hold off the recording"), icon="lock-open"
)
RECORDING_REMARKED = declare("recording.remarked", sentence=_("%(by)s commented on the talk"), icon="message")
CALL_SCORED = declare("call.scored", sentence=_("%(by)s judged the talk: %(total)s of 100"), icon="star")
CRITERION_CHANGED = declare("criterion.changed", sentence=_("%(by)s changed the criterion “%(name)s”"), icon="star")
