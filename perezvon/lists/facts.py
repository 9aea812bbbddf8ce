"""What this room records in the ledger."""

from django.utils.translation import gettext_lazy as _

from perezvon.journey.kinds import declare

VIEW_ADDED = declare("view.added", sentence=_("%(by)s saved the view “%(name)s”"), icon="bookmark", live=False)
VIEW_CHANGED = declare("view.changed", sentence=_("%(by)s changed the view “%(name)s”"), icon="bookmark", live=False)
VIEW_REMOVED = declare(
    "view.removed", sentence=_("%(by)s removed the view “%(name)s”"), icon="bookmark-off", live=False
)
SELECTION_CHANGED = declare(
    "selection.changed", sentence=_("%(by)s changed the selection “%(name)s”"), icon="list-check", live=False
)
BULK_STARTED = declare(
    "bulk.started", sentence=_("%(by)s began on %(count)s rows: %(said)s"), icon="checks", live=False
)
BULK_DONE = declare(
    "bulk.done", sentence=_("Done for %(changed)s of %(count)s rows: %(said)s"), icon="checks", live=False
)
BULK_UNDOING = declare("bulk.undoing", sentence=_("%(by)s takes back: %(said)s"), icon="arrow-back-up", live=False)
BULK_UNDONE = declare(
    "bulk.undone",
    sentence=_("Taken back for %(restored)s of %(changed)s rows: %(said)s"),
    icon="arrow-back-up",
    live=False,
)
EXPORTED = declare(
    "list.exported",
    sentence=_("%(by)s exported %(count)s rows (%(listing)s): %(reason)s"),
    icon="file-export",
    live=False,
)
