"""What this room records in the ledger; details never hold a client's number."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.journey.kinds import declare
from perezvon.kit.phones import pretty

from .stages import cause_words, stage_words


def _direction(code: Any) -> object:
    from .models import Call

    return Call.Direction(code).label if code in Call.Direction.values else code


def _way(code: Any) -> object:
    from .models import Supervision

    return Supervision.Way(code).label if code in Supervision.Way.values else code


def _alert(code: Any) -> object:
    from .models import AlertRule

    return AlertRule.Kind(code).label if code in AlertRule.Kind.values else code


def _stage(code: Any) -> object:
    return stage_words(str(code)) or _("nobody answered")


def _order(code: str) -> object:
    from .actions.ordering import Order

    return Order(code).label if code in Order.values else code


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
CALL_ASKED = declare("call.asked", sentence=_("%(by)s calls the client from %(extension)s"), icon="phone-outgoing")
CALL_ORDERED = declare(
    "call.ordered",
    sentence=_("%(by)s: %(order)s %(to)s"),
    icon="device-landline-phone",
    words={"order": lambda code: _order(str(code))},
)
CALL_RECOGNISED = declare("call.recognised", sentence=_("%(by)s recognised the caller: %(name)s"), icon="user-check")
CALL_WRAP_UP = declare("call.wrap_up", sentence=_("Writes down what came of the talk"), icon="writing")
CALL_WRAPPED_UP = declare(
    "call.wrapped_up", sentence=_("Ready again after %(seconds)s s of wrap-up"), icon="clipboard-check"
)
CALL_NOTED = declare("call.noted", sentence=_("Result of the talk: %(result)s"), icon="clipboard-text")
CALL_SUPERVISED = declare(
    "call.supervised", sentence=_("%(by)s %(way)s: %(name)s %(to)s"), icon="headset", words={"way": _way}
)
STAFF_SUPERVISED = declare(
    "presence.supervised", sentence=_("%(by)s %(way)s: %(name)s %(to)s"), icon="headset", words={"way": _way}
)
ALERT_OPENED = declare(
    "alert.opened", sentence=_("Alert: %(alert)s %(name)s"), icon="bell-ringing", words={"alert": _alert}
)
ALERT_TAKEN = declare(
    "alert.taken", sentence=_("%(by)s takes the alert on: %(alert)s"), icon="bell-check", words={"alert": _alert}
)
ALERT_ENDED = declare(
    "alert.ended", sentence=_("The alert is over: %(alert)s"), icon="bell-off", words={"alert": _alert}
)
ALERT_RULE_CHANGED = declare(
    "alert.rule_changed", sentence=_("%(by)s changed a rule of alerts: %(name)s"), icon="bell-cog", live=False
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
PBX_RESTARTED = declare(
    "pbx.restarted", sentence=_("%(by)s had “%(name)s” started anew, when nobody talks"), icon="refresh"
)
PBX_ROLLED_BACK = declare(
    "pbx.rolled_back",
    sentence=_("%(by)s brought back version %(number)s of the settings of “%(name)s”"),
    icon="arrow-back-up",
)
PROVIDER_BALANCED = declare(
    "provider.balanced",
    sentence=_("The exchange “%(name)s” was balanced: %(theirs)s calls there, %(ours)s here, %(mended)s mended"),
    icon="scale",
)
PROVIDER_NOT_BALANCED = declare(
    "provider.not_balanced", sentence=_("The exchange “%(name)s” could not be balanced: %(reason)s"), icon="scale-off"
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

# Settings of our own exchange; ``changes`` in the details: {column: [before, after]}, passwords without values.
LINE_ADDED = declare("line.added", sentence=_("%(by)s added the line %(line)s"), icon="phone-plus", live=False)
LINE_CHANGED = declare(
    "line.changed", sentence=_("%(by)s changed the line %(line)s"), icon="phone-incoming", live=False
)
TRUNK_ADDED = declare("trunk.added", sentence=_("%(by)s added the trunk “%(name)s”"), icon="plug", live=False)
TRUNK_CHANGED = declare("trunk.changed", sentence=_("%(by)s changed the trunk “%(name)s”"), icon="plug", live=False)
TRUNK_REMOVED = declare("trunk.removed", sentence=_("%(by)s removed the trunk “%(name)s”"), icon="plug", live=False)
MENU_ADDED = declare("menu.added", sentence=_("%(by)s added the voice menu “%(name)s”"), icon="sitemap", live=False)
MENU_CHANGED = declare(
    "menu.changed", sentence=_("%(by)s changed the voice menu “%(name)s”"), icon="sitemap", live=False
)
MENU_REMOVED = declare(
    "menu.removed", sentence=_("%(by)s removed the voice menu “%(name)s”"), icon="sitemap", live=False
)
QUEUE_ADDED = declare("queue.added", sentence=_("%(by)s added the queue “%(name)s”"), icon="users-group", live=False)
QUEUE_CHANGED = declare(
    "queue.changed", sentence=_("%(by)s changed the queue “%(name)s”"), icon="users-group", live=False
)
QUEUE_REMOVED = declare(
    "queue.removed", sentence=_("%(by)s removed the queue “%(name)s”"), icon="users-group", live=False
)
PROMPT_ADDED = declare("prompt.added", sentence=_("%(by)s added the sound “%(name)s”"), icon="volume", live=False)
PROMPT_CHANGED = declare("prompt.changed", sentence=_("%(by)s changed the sound “%(name)s”"), icon="volume", live=False)
PROMPT_REMOVED = declare("prompt.removed", sentence=_("%(by)s removed the sound “%(name)s”"), icon="volume", live=False)
EXTENSION_GIVEN = declare(
    "extension.given", sentence=_("%(by)s gave the internal number %(extension)s to %(name)s"), icon="hash", live=False
)
EXTENSION_TAKEN = declare(
    "extension.taken",
    sentence=_("%(by)s took the internal number %(extension)s of %(name)s away"),
    icon="hash",
    live=False,
)


def _device(kind: Any) -> object:
    from .models import Device

    return Device.Kind(kind).label if kind in Device.Kind.values else kind


_DEVICE = {"device": _device}
DEVICE_ADDED = declare(
    "device.added",
    sentence=_("%(by)s made a telephone %(device)s for %(name)s"),
    icon="device-mobile",
    live=False,
    words=_DEVICE,
)
DEVICE_RENEWED = declare(
    "device.renewed",
    sentence=_("%(by)s gave the telephone %(device)s of %(name)s a new password"),
    icon="key",
    live=False,
    words=_DEVICE,
)
PASSWORDS_CHANGED = declare(
    "device.passwords",
    sentence=_("The passwords of %(count)s telephones in browsers were changed"),
    icon="key",
    live=False,
)
DEVICE_REVOKED = declare(
    "device.revoked",
    sentence=_("%(by)s took the telephone %(device)s of %(name)s away"),
    icon="device-mobile",
    live=False,
    words=_DEVICE,
)
NUMBER_BLOCKED = declare("number.blocked", sentence=_("%(by)s blocked a caller: %(reason)s"), icon="ban")
NUMBER_UNBLOCKED = declare("number.unblocked", sentence=_("%(by)s lets a caller through again"), icon="phone-check")
