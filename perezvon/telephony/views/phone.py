"""The operator's telephone: its window, what it signs in with, who is calling, what it answers by itself."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.respond import page_or_fragment, wants_fragment

from .. import access, telephones
from ..pop import pop_of
from ..softphone import gateway, reach, words


@require_safe
@login_required
def phone(request: HttpRequest) -> HttpResponse:
    """The telephone's own window: it holds the calls while the other windows come and go."""
    context = {
        "telephone": telephones.of(request.user), "has_softphone": gateway.device_of(request.user) is not None,
        "words": words.words(),
    }  # fmt: skip
    return render(request, "telephony/phone/phone.html", context)


@require_POST
@login_required
@never_cache
def line(request: HttpRequest) -> HttpResponse:
    """What the browser's telephone signs in with; for its owner only, and never kept by a browser."""
    device = gateway.device_of(request.user)
    if device is None:
        raise Http404
    name = device.endpoint
    return JsonResponse(
        {"uri": f"sip:{name}@{gateway.DOMAIN}", "user": name, "password": device.secret, "path": gateway.PATH}
    )


@require_safe
@login_required
@never_cache
def pop(request: HttpRequest) -> HttpResponse:
    """Who is calling: ``?call=`` the exchange's name of the call or its id; 204 while nothing is known of it yet."""
    call = access.call_at_hand(request.user, request.GET.get("call", ""))
    if call is None:
        return HttpResponse(status=204)
    context = {"pop": pop_of(request.user, call, clock.now()), "can_add": rights.can(request.user, "person", "add")}
    return page_or_fragment(request, "telephony/phone/pop.html", context, fragment="telephony/phone/_pop.html")


@require_safe
@login_required
@never_cache
def wish(request: HttpRequest) -> HttpResponse:
    """Whom the person called with a button a moment ago (``?call=``): his telephone rings for it and answers by itself."""
    asked = access.wish(request.user, request.GET.get("call", ""), clock.now())
    name, page = "", ""
    if asked.person is not None:
        name, page = asked.person.name, reverse("crm:person", args=[asked.person.pk])
    return JsonResponse({"title": name, "page": page})


@require_safe
@login_required
@never_cache
def targets(request: HttpRequest) -> HttpResponse:
    """Whom to call or to pass a call to, found while typing (``?number=``); ``?transfers=1`` leaves clients out."""
    text = request.GET.get("number", "").replace("\x00", "").strip()[:60]
    context = reach.found(request.user, text, clock.now(), with_clients=not request.GET.get("transfers"))
    return page_or_fragment(request, "telephony/phone/targets.html", context, fragment="telephony/phone/_targets.html")


@require_safe
@login_required
@never_cache
def now(request: HttpRequest) -> HttpResponse:
    """The calls that last at a telephone of this person, wherever it stands: for the bar over every page."""
    at = clock.now()
    pops = [pop_of(request.user, call, at) for call in access.calls_of_mine(request.user)]
    mark = "-".join(f"{pop.call.pk}.{pop.call.state}.{pop.call.person_id or 0}" for pop in pops)
    if request.GET.get("known") == mark and wants_fragment(request):
        return HttpResponse(status=204)  # what somebody is typing there stays
    telephone = telephones.of(request.user)
    context = {
        "pops": pops, "can_add": rights.can(request.user, "person", "add"), "mark": mark,
        "can_order": telephone is not None and bool(telephone.kinds),
    }  # fmt: skip
    return page_or_fragment(request, "telephony/phone/now.html", context, fragment="telephony/phone/_now.html")


@require_safe
@login_required
@never_cache
def places(request: HttpRequest) -> HttpResponse:
    """Colleagues and queues, as suggestions of the field that says where a call is handed over to."""
    context = reach.found(request.user, "", clock.now(), with_clients=False)
    return render(request, "telephony/phone/_places.html", context)
