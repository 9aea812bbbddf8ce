"""Saying who called, and what came of the talk."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.crm import access as crm
from perezvon.crm.models import Person
from perezvon.crm.reads import search_people
from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.respond import page_or_fragment, wants_fragment

from .. import access, actions
from ..agents import wrap_up_of
from ..models import Call, CallResult
from ..pop import pop_of
from ..softphone.forms import ResultForm
from ..stages import TALKED

FOUND = 6
UNPROCESSABLE = 422


@require_safe
@login_required
def candidates(request: HttpRequest, pk: int) -> HttpResponse:
    """Clients found while typing (``?q=``), to say that it is one of them who calls."""
    call, text = _call(request, pk), request.GET.get("q", "").replace("\x00", "").strip()
    found = search_people(request.user, text, FOUND) if len(text) > 1 else []
    context = {"call": call, "found": found, "text": text, "can_add": rights.can(request.user, "person", "add")}
    return page_or_fragment(
        request, "telephony/phone/candidates.html", context, fragment="telephony/phone/_candidates.html"
    )


@require_POST
@login_required
def client(request: HttpRequest, pk: int) -> HttpResponse:
    """It is this client (``person``), or a new one (``name``)."""
    call, at = _call(request, pk), clock.now()
    chosen, name = request.POST.get("person", ""), " ".join(request.POST.get("name", "").split())[:200]
    if chosen.isdecimal() and len(chosen) < 18:
        person: Person = crm.person(request.user, int(chosen))
        actions.recognise(call, person, by=request.user, at=at)
    elif name and call.phone and rights.can(request.user, "person", "add"):
        person = actions.introduce(call, name, by=request.user, at=at)
    else:
        raise Http404
    if wants_fragment(request):
        context = {"pop": pop_of(request.user, call, at), "can_add": True}
        return page_or_fragment(request, "telephony/phone/pop.html", context, fragment="telephony/phone/_pop.html")
    return redirect("crm:person", person.pk)


@require_http_methods(["GET", "POST"])
@login_required
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of the talk, and the next step."""
    call = _call(request, pk)
    form = ResultForm(request.POST if request.method == "POST" else None, call=call)
    if request.method == "POST" and form.is_valid():
        actions.note_result(
            call, result=form.cleaned_data["result"], note=form.cleaned_data["text"].strip(),
            then=form.then(request.user, clock.now()), by=request.user, at=clock.now(),
        )  # fmt: skip
        if wants_fragment(request):
            answer = _result_page(request, call, form)
            answer.headers["HX-Trigger"] = "wrapped-up"
            return answer
        messages.success(request, _("Written down."))
        return redirect(reverse("telephony:call", args=[call.pk]))
    return _result_page(request, call, form)


def _result_page(request: HttpRequest, call: Call, form: ResultForm) -> HttpResponse:
    wrap: Any = wrap_up_of(request.user, call)
    status = UNPROCESSABLE if form.errors else 200
    results = list(CallResult.objects.filter(call=call).select_related("by"))
    talked = call.stage == TALKED and call.user_id in (None, request.user.pk) and not results
    context = {
        "form": form if talked else None,
        "call": call,
        "wrap": wrap,
        "results": results,
        "action": reverse("telephony:result", args=[call.pk]),
    }
    return page_or_fragment(
        request, "telephony/phone/result.html", context, fragment="telephony/phone/_result.html", status=status
    )


@require_safe
@login_required
@never_cache
def wrap_up(request: HttpRequest) -> HttpResponse:
    """The form for the talk that has just ended, while its wrap-up is on; nothing otherwise."""
    wrap = wrap_up_of(request.user)
    if wrap is None:
        return HttpResponse("") if wants_fragment(request) else redirect("telephony:phone")
    return _result_page(request, wrap.call, ResultForm(call=wrap.call))


@require_POST
@login_required
def ready(request: HttpRequest, pk: int) -> HttpResponse:
    """Ready for the next call before the wrap-up time is over."""
    wrap = wrap_up_of(request.user, _call(request, pk))
    if wrap is not None:
        actions.finish_wrap_up(wrap, by=request.user, at=clock.now())
    done = HttpResponse(status=204, headers={"HX-Trigger": "wrapped-up"})
    return done if wants_fragment(request) else redirect("telephony:call", pk)


def _call(request: HttpRequest, pk: int) -> Call:
    call = access.call_at_hand(request.user, str(pk))
    if call is None:
        raise Http404
    return call
