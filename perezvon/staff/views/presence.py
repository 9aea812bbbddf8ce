"""The switch of presence."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from perezvon.kit.clock import now

from ..actions import set_presence
from ..models import Presence

TONES = {
    Presence.State.AVAILABLE: "green",
    Presence.State.BREAK: "yellow",
    Presence.State.DND: "red",
    Presence.State.AWAY: "orange",
    Presence.State.OFFLINE: "secondary",
}


@require_POST
@login_required
def presence(request: HttpRequest) -> HttpResponse:
    """Say what one does now, and go back to the page."""
    state = request.POST.get("state", "")
    if state not in Presence.State.values:
        return HttpResponseBadRequest()
    reason = request.POST.get("reason", "").replace("\x00", "")[:80]
    set_presence(request.user, state, reason=reason, by=request.user, at=now())
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return redirect(target if safe else "/")
