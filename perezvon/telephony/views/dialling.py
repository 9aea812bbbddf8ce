"""Calling with a button, and the clients who did not get through."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from perezvon.kit import clock
from perezvon.web.parts import Chip
from perezvon.web.respond import page_or_fragment, wants_fragment, with_toast

from .. import access, actions, missed
from ..actions.ordering import Order
from ..callees import callee

REFUSED = 409


@require_POST
@login_required
def dial(request: HttpRequest) -> HttpResponse:
    """Call whom the button names (``person``, ``point``, ``deal`` ... an id), or the ``number`` as it was typed."""
    client = callee(request.user, request.POST.dict())
    if client is None:
        return _answer(request, _("There is no number to call."), REFUSED)
    try:
        actions.dial(
            request.user, client.phone, person=client.person, task=client.task, by=request.user, at=clock.now()
        )
    except actions.NotDialled as error:
        return _answer(request, str(error), REFUSED)
    name = client.person.name if client.person else ""
    word = _("Calling %(name)s: your telephone rings first.") if name else _("Calling: your telephone rings first.")
    return _answer(request, word % {"name": name} if name else word)


def _answer(request: HttpRequest, word: str, status: int = 200) -> HttpResponse:
    """A word: to the script at once, without script on the page that comes."""
    if request.headers.get("Accept") == "text/plain":
        return HttpResponse(word, status=status, content_type="text/plain; charset=utf-8")
    if wants_fragment(request):
        refused = HttpResponse(word, status=status, content_type="text/plain; charset=utf-8")
        return refused if status == REFUSED else with_toast(HttpResponse(status=204), word)
    (messages.error if status == REFUSED else messages.success)(request, word)
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return redirect(target if target and is_ours else "telephony:missed")


@require_POST
@login_required
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Hang up, hold, hand over (``order``, ``to``) a call at the person's desk telephone."""
    call = access.call_at_hand(request.user, str(pk))
    if call is None or request.POST.get("order") not in Order.values:
        raise Http404
    try:
        actions.give_order(
            call, request.POST["order"], to=request.POST.get("to", "").strip()[:40], by=request.user, at=clock.now()
        )
    except actions.NotOrdered as error:
        return _answer(request, str(error), REFUSED)
    return _answer(request, _("Done."))


@require_safe
@login_required
def missed_calls(request: HttpRequest) -> HttpResponse:
    """Clients who did not get through and whom nobody has reached since: mine, or those of my queues."""
    whose = missed.QUEUES if request.GET.get("whose") == missed.QUEUES else missed.MINE
    chips = [
        Chip(word, f"?whose={key}", active=whose == key, key=key)
        for key, word in ((missed.MINE, _("Mine")), (missed.QUEUES, _("My queues")))
    ]
    context = {"missed": missed.missed(request.user, whose, clock.now()), "whose": whose, "chips": chips}
    return page_or_fragment(request, "telephony/missed.html", context, fragment="telephony/_missed.html")
