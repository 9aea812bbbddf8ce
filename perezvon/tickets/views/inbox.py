"""The inbox of requests: counted queues to be emptied, filters, pages by cursor."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from perezvon.crm import reads as crm
from perezvon.kit import clock
from perezvon.marketing import reads as marketing
from perezvon.staff import access as rights
from perezvon.staff import reads as staff
from perezvon.web.paging import cursor_page
from perezvon.web.parts import Chip
from perezvon.web.respond import page_or_fragment

from .. import shown
from ..fields import queues
from ..models import Ticket
from ..stages import Loss

_FILTERS = ("q", "source", "responsible", "loss", "channel", "product", "department", "queue")
_EMPTY = {
    "new": _("Nobody waits for a first answer."),
    "overdue": _("Nothing is late."),
    "missed": _("Everybody who did not get through has been called back."),
    "unplanned": _("Every request has a next step."),
    "mine": _("Nothing is given to you."),
    "late": _("Every promise is kept."),
    "nobody": _("Every request of a queue has somebody."),
    "paused": _("Nothing waits for a client."),
}


@require_safe
@rights.required("ticket", "view")
def inbox(request: HttpRequest) -> HttpResponse:
    """The list of requests; ``?show=`` is the queue."""
    show = request.GET.get("show", "open")
    show = show if show in shown.SHOWS else "open"
    rows = shown.filtered(shown.queue(request.user, show, clock.now()), request.user, request.GET.dict())
    rows = rows.select_related("person", "source", "product", "responsible", "department")
    page = cursor_page(rows, shown.SHOWS[show][2], request.GET.get("cursor"), size=40)
    chosen = {name: request.GET.get(name, "") for name in _FILTERS}
    context = {
        "page": page, "rows": _rows(page.items), "chips": _chips(request.user, show), "show": show, "chosen": chosen,
        "is_narrowed": any(chosen.values()), "sources": marketing.sources(), "losses": Loss.choices, "at": clock.now(),
        "people": staff.colleagues(None) if rights.scope(request.user, "ticket", "view") != "own" else [],
        "nothing": _EMPTY.get(show, ""), "queues": queues(),
    }  # fmt: skip
    return page_or_fragment(request, "tickets/inbox.html", context, fragment="tickets/_inbox.html")


def _rows(tickets: Iterable[Ticket]) -> list[dict[str, Any]]:
    tickets = list(tickets)
    numbers = crm.phones_of(ticket.person_id for ticket in tickets if ticket.person_id)
    return [{"ticket": ticket, "phone": numbers.get(ticket.person_id or 0, "")} for ticket in tickets]


def _chips(user: Any, show: str) -> list[Chip]:
    counts = shown.counts(user, at=clock.now())
    return [
        Chip(label, f"?show={key}", counts.get(key), key == show, tone if counts.get(key) else "", key=key)
        for key, (label, tone, _order) in shown.SHOWS.items()
    ]
