"""The right side of a card: what happened (filters, a link to one event), and a composer with modes."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from perezvon.lists.listing import Listing
from perezvon.lists.page import walk
from perezvon.web.parts import Chip

from .composing import Mode, modes_for
from .timeline import GROUPS, timeline


def feed(request: HttpRequest, listing: Listing, row: Any, noun: str) -> dict[str, Any]:
    """Inputs of ``crm/_feed.html`` and of the way through the list, for a card of ``noun`` (person, company, deal)."""
    asked, pk = request.GET, row.pk
    show = asked.get("show", "")
    return {
        "chunk": timeline(request.user, show, asked.get("before", ""), event=asked.get("event", ""), **{f"{noun}_id": pk}),
        "show": show, "chips": chips(request), "timeline_url": reverse(f"crm:{noun}-timeline", args=[pk]),
        "composer": composer(request, noun, row), "walk": walk(request, listing, row),
    }  # fmt: skip


def composer(request: HttpRequest, noun: str, row: Any) -> dict[str, Any]:
    """Inputs of ``crm/_composer.html``; ``mode`` is None for those who may write nothing there."""
    modes = modes_for(request.user, noun, row)
    asked = request.GET.get("mode", "")
    chosen = next((one for one in modes if one.key == asked), modes[0] if modes else None)
    return {
        "mode": chosen, "modes": _chips_of(request, modes, chosen) if len(modes) > 1 else [], "subject": noun, "pk": row.pk,
        "here": request.get_full_path(), "url": chosen.url(noun, row) if chosen else "",
        "form": chosen.form(request.user, row) if chosen else None,
    }  # fmt: skip


def _chips_of(request: HttpRequest, modes: list[Mode], chosen: Mode | None) -> list[Chip]:
    return [
        Chip(one.label, _address(request, mode=one.key), active=one is chosen, key=one.key, icon=one.icon)
        for one in modes
    ]


def chips(request: HttpRequest) -> list[Chip]:
    """The kinds of events that the feed can be narrowed to."""
    show = request.GET.get("show", "")
    every = [Chip(_("All"), _address(request, show=""), active=not show, key="all")]
    return every + [
        Chip(word, _address(request, show=key), active=show == key, key=key) for key, (word, _kinds) in GROUPS.items()
    ]


def _address(request: HttpRequest, **changes: str) -> str:
    """The same card with another filter or mode; the place in the feed is left."""
    query = request.GET.copy()
    for name in ("before", "event"):
        query.pop(name, None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"
