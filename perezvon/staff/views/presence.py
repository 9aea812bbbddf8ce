"""The switch of states, and the reasons that the company lets people give."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from perezvon.kit.clock import now
from perezvon.web.respond import wants_fragment

from .. import actions, reads
from ..forms.presence import ReasonForm
from ..models import Presence, PresenceReason
from .answers import told_in
from .people import administered

TONES = {
    Presence.State.AVAILABLE: "green",
    Presence.State.BREAK: "yellow",
    Presence.State.DND: "red",
    Presence.State.OUTBOUND: "blue",
    Presence.State.AWAY: "orange",
    Presence.State.OFFLINE: "secondary",
}


def switch(request: HttpRequest) -> str:
    """The present state with the menu that changes it, for the bar over every page."""
    user, path = request.user, request.GET.get("next", "") if request.path == reverse("staff:presence") else ""
    current = Presence.State(user.presence) if user.presence in Presence.State.values else Presence.State.OFFLINE
    context = {
        "label": user.presence_reason or current.label, "tone": TONES[current], "since": user.presence_since,
        "choices": _choices(user), "path": path or request.get_full_path(),
    }  # fmt: skip
    return render_to_string("staff/_switch.html", context, request)


def _choices(user: Any) -> list[dict[str, Any]]:
    """States as they are offered: one that has reasons stands there once for each of them."""
    offered = []
    for state in Presence.State:
        own: list[PresenceReason | None] = [reason for reason in reads.reasons() if reason.state == state]
        for reason in own or [None]:
            name, chosen = (reason.name if reason else ""), reason.pk if reason else ""
            offered.append({
                "value": f"{state}:{chosen}", "label": name or state.label, "tone": TONES[state],
                "active": (user.presence or Presence.State.OFFLINE, user.presence_reason) == (state, name),
            })  # fmt: skip
    return offered


@require_http_methods(["GET", "POST"])
@login_required
def presence(request: HttpRequest) -> HttpResponse:
    """Say what one does now (``state`` = "break:3", a state and the id of a reason), and go back to the page."""
    if request.method == "POST":
        state, _colon, reason = request.POST.get("state", "").partition(":")
        if state not in Presence.State.values:
            return HttpResponseBadRequest()
        known = next((one for one in reads.reasons() if str(one.pk) == reason and one.state == state), None)
        actions.set_presence(request.user, state, reason=known.name if known else "", by=request.user, at=now())
    if wants_fragment(request):
        return HttpResponse(switch(request))
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return redirect(target if safe else "/")


@require_GET
@administered
def reasons(request: HttpRequest) -> HttpResponse:
    """All reasons by state, those out of use too."""
    return render(request, "staff/reasons.html", {"reasons": list(PresenceReason.objects.all()), "tones": TONES})


@require_http_methods(["GET", "POST"])
@administered
def reason(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a reason or change one."""
    known = get_object_or_404(PresenceReason, pk=pk) if pk else None
    form = ReasonForm.of(known, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            actions.set_reason(known, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Saved."))
            return redirect("staff:reasons")
    heading = known.name if known else _("A new reason")
    context = {"form": form, "heading": heading, "back": reverse("staff:reasons")}
    return render(request, "staff/form.html", context, status=422 if form.errors else 200)
