"""Calls: the list, one call, those that last now, those of a client."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from perezvon.crm.models import Deal, Person
from perezvon.kit import clock
from perezvon.lists.page import list_page
from perezvon.staff import access as rights
from perezvon.web.parts import Sound
from perezvon.web.respond import page_or_fragment

from .. import access, lists
from ..actions import is_blocked
from ..actions.callback_requests import cancel_promise
from ..listings import CALLS
from ..models import Call, CallbackRequest, Line, QualityScore, RawEvent, Recording
from ..players import listeners_of, may, players_of, sounds_of

_ORDER = ("-started_at", "-id")
_RAW_MOST = 300


@require_safe
@rights.required("call", "view")
def calls(request: HttpRequest) -> HttpResponse:
    """The list of calls, the newest first; ``from`` and ``to`` in an address are a condition like any other."""
    asked = lists.days(request.GET.dict())
    if asked and "where" not in request.GET:
        request.GET = request.GET.copy()  # type: ignore[assignment]
        request.GET["where"] = json.dumps(asked)
    return list_page(request, CALLS, "telephony/calls.html")


def _with_sounds(user: Any, rows: list[Call]) -> list[tuple[Call, Sound | None]]:
    """Calls with the button that plays them, where there is one."""
    sounds = sounds_of(user, [call.pk for call in rows if call.answered_at])
    return [(call, sounds.get(call.pk)) for call in rows]


def _line_names() -> dict[str, str]:
    return {line.number: str(line) for line in Line.objects.all() if line.name}


@require_safe
@rights.required("call", "view")
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: its way, who was rung, why it ended, and what the exchange sent."""
    one, user = access.call(request.user, pk), request.user
    raw: list[RawEvent] = []
    if rights.can(user, "provider", "view"):
        events = RawEvent.objects.filter(provider=one.provider, call_key=one.key)
        raw = list(events.order_by("received_at", "id")[:_RAW_MOST])
    context = {
        "call": one, "way": lists.way(one, clock.now()), "rings": lists.rings(one), "raw": raw,
        "line_name": _line_names().get(one.line, ""), "sees_raw": rights.can(user, "provider", "view"),
        "hides": not rights.sees_phones(user), **_heard(user, one, request.GET.get("t", "")),
        "is_blocked": rights.can(user, "number", "edit") and is_blocked(one.phone, clock.now()),
    }  # fmt: skip
    return page_or_fragment(request, "telephony/call.html", context, fragment="telephony/_call.html")


def _heard(user: Any, call: Call, start: str) -> dict[str, Any]:
    """The recordings of a call, who heard them, and how the talk was judged."""
    players = players_of(user, call, start=start)
    may_score = may(user, "score", call) and bool(call.answered_at) and call.user_id != user.pk
    scores = QualityScore.objects.filter(call=call).select_related("by").prefetch_related("marks__criterion")
    sees_scores = may(user, "score", call) or call.user_id == user.pk
    return {
        "players": players, "listeners": listeners_of(user, call) if players else [], "may_score": may_score,
        "scores": list(scores) if sees_scores else [],
        "promise": CallbackRequest.objects.filter(call=call).first() if call.promised_at else None,
        "is_awaited": any(one.recording.state == Recording.State.WAITING for one in players),
    }  # fmt: skip


@require_safe
@rights.required("call", "view")
def live(request: HttpRequest) -> HttpResponse:
    """Who is calling now."""
    rows = Call.objects.visible_to(request.user).live().select_related("person", "user", "department")
    context = {"calls": list(rows.order_by("started_at", "id")[:50]), "names": _line_names()}
    return page_or_fragment(request, "telephony/live.html", context, fragment="telephony/_live.html")


@require_safe
@rights.required("call", "view")
def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    """The calls of one client, for his card."""
    person: Any = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    rows = Call.objects.visible_to(request.user).filter(person=person).select_related("user")
    shown = _with_sounds(request.user, list(rows.order_by(*_ORDER)[:10]))
    context = {"calls": shown, "title": person.name, "home": reverse("crm:person", args=[pk])}
    return page_or_fragment(request, "telephony/of_person.html", context, fragment="telephony/_of_person.html")


@require_safe
@rights.required("call", "view")
def of_deal(request: HttpRequest, pk: int) -> HttpResponse:
    """The calls of a deal's client since the deal was opened, and the last ones before."""
    deal: Any = get_object_or_404(Deal.objects.visible_to(request.user), pk=pk)
    rows = Call.objects.visible_to(request.user).filter(person=deal.person_id).select_related("user")
    found = list(rows.order_by(*_ORDER)[:10]) if deal.person_id else []
    context = {
        "calls": _with_sounds(request.user, found), "title": deal.title, "home": reverse("crm:deal", args=[pk]),
    }  # fmt: skip
    return page_or_fragment(request, "telephony/of_person.html", context, fragment="telephony/_of_person.html")


@require_POST
@rights.required("task", "edit")
def promise(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody needs to call this client back by himself any more; the callback task stays with people."""
    one = access.call(request.user, pk)
    asked = get_object_or_404(CallbackRequest, call=one)
    if cancel_promise(
        asked, why=_("taken back by %(name)s") % {"name": str(request.user)}, by=request.user, at=clock.now()
    ):
        messages.success(request, _("The promise is taken back."))
    return redirect("telephony:call", pk)
