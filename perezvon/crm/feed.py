"""The right side of a card: what happened (filters, a link to one event), and a composer with modes."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perezvon.lists.listing import Listing
from perezvon.lists.page import walk
from perezvon.staff import access
from perezvon.web.parts import Chip

from .forms import NoteForm, TaskForm
from .timeline import GROUPS, timeline

NOTE, TASK = "note", "task"
MODES = {NOTE: gettext_lazy("Note"), TASK: gettext_lazy("Task")}


def feed(request: HttpRequest, listing: Listing, row: Any, noun: str) -> dict[str, Any]:
    """Inputs of ``crm/_feed.html`` and of the way through the list, for a card of ``noun`` (person, company, deal)."""
    asked, pk = request.GET, row.pk
    show = asked.get("show", "")
    can_plan = noun != "company" and access.can(request.user, "task", "add")
    mode = asked.get("mode", NOTE) if can_plan else NOTE
    mode = mode if mode in MODES else NOTE
    return {
        "chunk": timeline(request.user, show, asked.get("before", ""), event=asked.get("event", ""), **{f"{noun}_id": pk}),
        "show": show, "chips": chips(request), "timeline_url": reverse(f"crm:{noun}-timeline", args=[pk]),
        "composer": {
            "mode": mode, "modes": _modes(request, mode) if can_plan else [], "subject": noun, "pk": pk, "here": request.get_full_path(),
            "url": reverse("crm:task-add") if mode == TASK else reverse(f"crm:{noun}-note", args=[pk]),
            "form": TaskForm(user=request.user) if mode == TASK else NoteForm(),
        },
        "walk": walk(request, listing, row),
    }  # fmt: skip


def chips(request: HttpRequest) -> list[Chip]:
    """The kinds of events that the feed can be narrowed to."""
    show = request.GET.get("show", "")
    every = [Chip(_("All"), _address(request, show=""), active=not show, key="all")]
    return every + [
        Chip(word, _address(request, show=key), active=show == key, key=key) for key, (word, _kinds) in GROUPS.items()
    ]


def _modes(request: HttpRequest, mode: str) -> list[Chip]:
    return [Chip(word, _address(request, mode=key), active=key == mode, key=key) for key, word in MODES.items()]


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
