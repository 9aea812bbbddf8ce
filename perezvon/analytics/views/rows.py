"""The requests behind a figure of the funnel."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from perezvon.staff import access
from perezvon.tickets.models import Ticket
from perezvon.tickets.stages import Loss
from perezvon.web.surface import address

from ..funnel.ladder import ladder
from ..funnel.rows import WHATS, Figure, behind
from ..places import RECOVERIES
from .question import question

SIZE = 50


@access.required("funnel", "view")
def rows(request: HttpRequest) -> HttpResponse:
    """One page of requests, the newest first; a client appears with the furthest of his journeys."""
    asking = question(request)
    figure = _figure(request)
    spec = asking.spec.asking(compared=False)
    found = behind(spec, figure, asking.reading, limit=SIZE + 1, before=_cursor(request))
    ids, more = found[:SIZE], len(found) > SIZE
    tickets = _visible(request, ids)
    context = {
        "asking": asking,
        "title": _title(figure),
        "rows": [_row(ticket) for ticket in tickets],
        "hidden": len(ids) - len(tickets),
        "next": str(ids[-1]) if more else "",
        "is_first": _cursor(request) is None,
        "back": asking.address(),
    }
    return render(request, "analytics/rows.html", context)


def _figure(request: HttpRequest) -> Figure:
    rung = next((each for each in ladder() if each.key == request.GET.get("step")), None)
    what, loss, recovery = (request.GET.get(name, "") for name in ("what", "loss", "recovery"))
    if rung is None or what not in WHATS or (loss and loss not in Loss.values) or recovery not in RECOVERIES:
        raise Http404
    return Figure(rung, what, loss, recovery)


def _cursor(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _visible(request: HttpRequest, ids: list[int]) -> list[Ticket]:
    """The requests that the person may open; the order of ``ids`` is kept."""
    allowed = access.limit(Ticket.objects.filter(pk__in=ids), request.user, "ticket")
    related = ("person", "source", "product", "responsible", "department")
    found = {ticket.pk: ticket for ticket in allowed.select_related(*related)}
    return [found[pk] for pk in ids if pk in found]


def _row(ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "url": address("tickets:ticket", ticket.pk),
        "loss": Loss(ticket.loss).label if ticket.loss in Loss.values else "",
        "healed": Loss(ticket.healed).label if ticket.healed in Loss.values else "",
    }


def _title(figure: Figure) -> str:
    name = str(figure.rung.name)
    if figure.loss:
        return f"{name}: {Loss(figure.loss).label}"
    words = {
        "came": "%(step)s",
        "passed": "%(step)s",
        "lost": _("%(step)s: lost"),
        "here": _("%(step)s: waiting here"),
        "out": _("%(step)s: not a target"),
        "recovered": _("%(step)s: won back"),
    }
    return words[figure.what] % {"step": name}
