"""What this room records in the ledger."""

from django.utils.translation import gettext_lazy as _

from perezvon.journey.kinds import declare

ADDED = declare("webhook.added", sentence=_("%(by)s subscribed “%(name)s” to events"), icon="webhook", live=False)
CHANGED = declare("webhook.changed", sentence=_("%(by)s changed the webhook “%(name)s”"), icon="webhook", live=False)
SWITCHED_OFF = declare(
    "webhook.switched_off", sentence=_("The webhook “%(name)s” was switched off: %(why)s"), icon="webhook-off", live=False
)  # fmt: skip
REMOVED = declare(
    "webhook.removed", sentence=_("%(by)s removed the webhook “%(name)s”"), icon="webhook-off", live=False
)
REPLAYED = declare(
    "webhook.replayed", sentence=_("%(by)s had %(count)s events sent to “%(name)s” again"), icon="repeat", live=False
)
