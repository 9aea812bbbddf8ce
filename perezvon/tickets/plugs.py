"""What this room plugs into the shared surface."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.kit import clock
from perezvon.staff import access
from perezvon.telephony.hooks import open_requests
from perezvon.web.surface import Hit, command, navigation, panel, search_source

from . import complaints, shown
from . import listings as listings  # the list of requests registers itself
from . import notices as notices  # declares what people may be told
from . import waiting as _waiting  # noqa: F401  (the queue of the day registers itself)
from .actions import calling
from .models import Ticket


def may_see(user: Any) -> bool:
    """Whether the person has anything to do with requests."""
    return access.can(user, "ticket", "view")


def waiting(user: Any) -> int:
    """Requests that nobody has answered: the number to bring to zero."""
    return shown.counts(user, ("new",), at=clock.now())["new"]


def may_call(user: Any) -> bool:
    """Whether the person works on tasks."""
    return access.can(user, "task", "edit")


def to_call(user: Any) -> int:
    """Clients that the person may call back: the number to bring to zero."""
    return calling.list_of(user).count() if may_call(user) else 0


def may_see_complaints(user: Any) -> bool:
    """Whether the person has anything to do with complaints."""
    return access.can(user, "complaint", "view")


def complaints_late(user: Any) -> int:
    """Complaints past their deadline: the number to bring to zero."""
    return complaints.rows_of(user, "late", clock.now()).count()


def may_compare(user: Any) -> bool:
    """Whether the person sees more requests than his own."""
    return access.scope(user, "ticket") in ("department", "subtree", "all")


def found(user: Any, text: str, limit: int) -> list[Hit]:
    """Requests by number; people are found by the clients' own search."""
    if not shown.is_number(text):
        return []
    rows = shown.found(Ticket.objects.visible_to(user), user, text).select_related("person", "source")
    return [
        Hit(f"№ {ticket.number}", _about(ticket), reverse("tickets:ticket", args=[ticket.pk]), "inbox")
        for ticket in rows.order_by("-opened_at")[:limit]
    ]


def _about(ticket: Ticket) -> str:
    parts = (
        ticket.person.name if ticket.person else "",
        ticket.source.name if ticket.source else "",
        ticket.get_state_display(),
    )
    return " · ".join(str(part) for part in parts if part)


open_requests.answer(shown.open_requests)
navigation("tickets", _("Requests"), "tickets:inbox", "inbox", order=15, can=may_see, count=waiting)
navigation(
    "lost", pgettext_lazy("menu", "Lost calls"), "tickets:lost", "phone-off", order=16, can=may_see, count=to_call
)
navigation(
    "complaints", _("Complaints"), "tickets:complaints", "mood-sad", order=17, can=may_see_complaints,
    count=complaints_late,
)  # fmt: skip
navigation("compare", _("Comparing people"), "tickets:compare", "users", order=62, can=may_compare)
navigation(
    "complaint_settings", _("Complaints: words and deadlines"), "tickets:complaint_settings", "mood-sad", order=618,
    can=access.is_administrator, group=_("Settings"),
)  # fmt: skip
panel(
    "crm.person", "complaints", _("Complaints"), "tickets:complaints_of_person", order=40, can=may_see_complaints,
    live="complaint",
)  # fmt: skip
panel(
    "telephony.call", "complaints", _("Complaints"), "tickets:complaints_of_call", order=90, can=may_see_complaints,
)  # fmt: skip
navigation(
    "redial",
    _("Calling again"),
    "tickets:redial",
    "refresh",
    order=620,
    can=access.is_administrator,
    group=_("Settings"),
)
command("tickets.calling", _("Call back, one after another"), "tickets:calling", "phone-calling", can=may_call)
navigation(
    "tickets.settings", _("Requests: deadlines"), "tickets:settings", "hourglass", order=610,
    can=access.is_administrator, group=_("Settings"),
)  # fmt: skip
navigation(
    "tickets.queues", _("Queues of requests"), "tickets:queues", "stack-2", order=615, can=access.is_administrator,
    group=_("Settings"),
)  # fmt: skip
navigation(
    "tickets.promises", _("Promises of time"), "tickets:promises", "hourglass", order=616, can=access.is_administrator,
    group=_("Settings"),
)  # fmt: skip
navigation(
    "tickets.checklists", _("Checklists"), "tickets:checklists", "checkbox", order=617, can=access.is_administrator,
    group=_("Settings"),
)  # fmt: skip
command("tickets.queues", _("Queues of requests"), "tickets:queues", "stack-2", can=may_see)
command("tickets.inbox", _("Requests"), "tickets:inbox", "inbox", can=may_see)
panel("crm.unsorted", "tickets", _("Requests"), "tickets:unsorted", order=10, can=may_see, live="ticket")
panel("crm.person", "tickets", _("Requests"), "tickets:of-person", order=10, can=may_see)
panel("crm.deal", "tickets", _("Request"), "tickets:of-deal", order=10, can=may_see)
search_source("tickets", _("Requests"), found, order=25, can=may_see)
