"""Our own exchange at one glance."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights

from ... import actions, hours
from ...destinations import Book, url_of
from ...forms.node import NodeForm
from ...models import Device, Line, Menu, Provider, Queue, Trunk
from ...pbx import nodes, versions
from ...pbx.instance import is_up
from .common import answer, done, exchanges_of, of_exchange
from .versions import place_of, standing


@require_safe
@of_exchange()
def overview(request: HttpRequest, exchange: Provider) -> HttpResponse:
    """Is it there, what is set, where do calls go right now, what has not been applied yet."""
    at, book = clock.now(), Book(exchange.pk)
    rows = Line.objects.filter(provider=exchange).select_related("department", "calendar")
    context = {
        "exchange": exchange, "exchanges": exchanges_of(request.user), "now": at,
        "lines": [_line(one, book, at) for one in rows.prefetch_related("calendar__holidays")],
        "state": _state(exchange), "counts": _counts(exchange), "may_edit": rights.can(request.user, "provider", "administer"),
    }  # fmt: skip
    return render(request, "telephony/pbx/overview.html", context)


def _line(line: Line, book: Book, at: Any) -> dict[str, Any]:
    ways = [{"to": text, "name": book.name(text), "url": url_of(text)} for text in (line.open_to, line.closed_to)]
    return {"this": line, "is_open": hours.is_open(line, at), "open": ways[0], "closed": ways[1]}


def _state(exchange: Provider) -> dict[str, Any]:
    """Whether the node runs, whether everything is applied, what is wrong."""
    problems, files = standing(exchange)
    last = versions.applied(exchange)
    serious = [(one, place_of(one, exchange)) for one in problems if not one.is_warning]
    waits = not serious and (last is None or last.files != files)
    return {
        "is_installed": nodes.is_installed(),
        "is_up": is_up(nodes.node_for(exchange)),
        "waits": waits,
        "problems": serious,
    }


def _counts(exchange: Provider) -> dict[str, int]:
    return {
        "trunks": Trunk.objects.filter(provider=exchange, is_enabled=True).count(),
        "menus": Menu.objects.filter(provider=exchange).count(),
        "queues": Queue.objects.filter(provider=exchange, is_enabled=True).count(),
        "telephones": Device.objects.filter(extension__provider=exchange, is_enabled=True).count(),
    }


@require_POST
@rights.required("provider", "administer")
def make(request: HttpRequest) -> HttpResponse:
    """Begin an exchange of our own; its settings can be made before Asterisk is there."""
    if not Provider.objects.own().exists():
        actions.add_own_exchange(_("Our exchange"), by=request.user, at=clock.now())
    return done(request, _("The exchange is there: set what it is to do."), "telephony:pbx")


@require_http_methods(["GET", "POST"])
@of_exchange("administer")
def node(request: HttpRequest, exchange: Provider) -> HttpResponse:
    """The exchange itself: its name, its ports and addresses, what holds for every call."""
    form = NodeForm(request.POST if request.method == "POST" else None, exchange=exchange)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.change_provider(
            exchange, by=request.user, at=clock.now(), name=given["name"], is_enabled=given["is_enabled"],
            department=exchange.department, new_settings=form.settings(),
        )  # fmt: skip
        return done(request, _("Saved."), "telephony:pbx")
    return answer(request, "telephony/pbx/node.html", {"form": form, "exchange": exchange})
