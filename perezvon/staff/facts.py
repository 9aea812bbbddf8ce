"""What the staff room tells the ledger."""

from django.utils.translation import gettext_lazy as _

from perezvon.journey.kinds import declare

from .models import Absence, Presence
from .notices import words as notice_words

STAFF_ADDED = declare("staff.added", sentence=_("%(by)s added %(name)s to the staff"), icon="user-plus", live=False)
STAFF_CHANGED = declare(
    "staff.changed", sentence=_("%(by)s changed the card of %(name)s"), icon="user-edit", live=False
)
STAFF_LEFT = declare("staff.left", sentence=_("%(name)s left the company"), icon="user-x", live=False)
STAFF_RETURNED = declare(
    "staff.returned", sentence=_("%(name)s came back to the company"), icon="user-check", live=False
)
ROLE_CHANGED = declare(
    "staff.role_changed", sentence=_("%(by)s changed the roles of %(name)s: %(roles)s"), icon="key", live=False
)
GRANTS_CHANGED = declare(
    "staff.grants_changed", sentence=_("%(by)s changed the rights of the role %(role)s"), icon="key", live=False
)
DEPARTMENT_ADDED = declare(
    "department.added", sentence=_("%(by)s added the department %(name)s"), icon="sitemap", live=False
)
DEPARTMENT_CHANGED = declare(
    "department.changed", sentence=_("%(by)s changed the department %(name)s"), icon="sitemap", live=False
)
DEPARTMENT_MOVED = declare(
    "department.moved", sentence=_("%(by)s moved the department %(name)s"), icon="sitemap", live=False
)
CALENDAR_CHANGED = declare(
    "calendar.changed", sentence=_("%(by)s changed the working calendar %(name)s"), icon="calendar-cog", live=False
)
ABSENCE_SET = declare(
    "absence.set", sentence=_("%(name)s: %(what)s from %(first)s to %(last)s"), icon="beach",
    words={"what": lambda code: Absence.Kind(code).label if code in Absence.Kind.values else code},
)  # fmt: skip
ABSENCE_REMOVED = declare(
    "absence.removed", sentence=_("%(name)s: no absence from %(first)s to %(last)s"), icon="calendar-check"
)
TOKEN_ISSUED = declare("token.issued", sentence=_("%(by)s made the personal token %(name)s"), icon="key", live=False)
TOKEN_REVOKED = declare(
    "token.revoked", sentence=_("%(by)s took back the personal token %(name)s"), icon="key-off", live=False
)
PRESENCE_REASON_CHANGED = declare(
    "presence.reason_changed",
    sentence=_("%(by)s changed the reason “%(name)s” of a state"),
    icon="user-circle",
    live=False,
)
PRESENCE_CHANGED = declare(
    "presence.changed",
    sentence=_("%(name)s: %(state)s"),
    icon="user-circle",
    words={"state": lambda code: Presence.State(code).label if code in Presence.State.values else code},
)
NOTICE_SENT = declare(
    "notice.sent", sentence=_("%(name)s was told: %(kind)s"), icon="bell", words={"kind": notice_words}
)
NOTICE_SEEN = declare("notice.seen", sentence=_("%(by)s looked at notices: %(count)s"), icon="bell-check")
