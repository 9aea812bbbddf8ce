"""The ledger's readers for the administrator: how far they are, and what they could not take."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from perezvon.journey import actions
from perezvon.journey import reads as journey
from perezvon.kit.clock import now

from .. import access


@require_http_methods(["GET", "POST"])
@access.required("journal", "view")
def ledger(request: HttpRequest) -> HttpResponse:
    """Readers with their backlog, and parked facts; a POST with ``reader`` asks for another try of its facts."""
    if request.method == "POST" and _sets_right(request):
        count = actions.retry_parked(request.POST.get("reader", ""), at=now())
        messages.success(request, _("Another try is under way: %(count)s.") % {"count": count})
        return redirect("staff:ledger")
    context = {"readers": journey.standings(), "parked": journey.parked(), "sets_right": _sets_right(request)}
    return render(request, "staff/ledger.html", context)


def _sets_right(request: HttpRequest) -> bool:
    return access.can(request.user, "settings", "administer")
