"""The public endpoint of the forms: ``POST /f/<key>/``."""

from time import monotonic

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from perezvon.kit.clock import now

from .. import bodies, throttle
from ..actions import intake as actions
from ..known_forms import form_by_key
from ..models import Form

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key, Accept",
    "Access-Control-Max-Age": "86400",
}


@csrf_exempt
def intake(request: HttpRequest, key: str) -> HttpResponse:
    """Take a post of a site's form: 200 with its number, 422 without a contact, 400 for a broken body.

    A script gets JSON; a plain HTML form is led to the page of thanks. 403 for a foreign origin,
    413 for more than 64 KiB, 429 for too many posts from one address.
    """
    form = form_by_key(key)
    if form is None:
        return JsonResponse({"ok": False, "error": "no such form"}, status=404)
    if request.method == "OPTIONS":
        return _preflight(request, form)
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST, OPTIONS"})
    return _with_cors(request, form, _post(request, form))


def _post(request: HttpRequest, form: Form) -> HttpResponse:
    address = request.META.get("REMOTE_ADDR", "")
    wait = throttle.seconds_to_wait(form.pk, address, form.limit_per_minute, clock=monotonic())
    if wait:
        response = _refusal(request, form, 429, "too many requests")
        response["Retry-After"] = str(wait)
        return response
    if not _origin_may_post(request, form):
        actions.reject(form, "foreign origin", request.headers.get("Origin", "")[:200], at=now())
        return _refusal(request, form, 403, "foreign origin")
    body = b""
    try:
        body = _body(request)
        fields = bodies.read(request.headers.get("Content-Type", ""), body)
    except bodies.BadBody as bad:
        actions.reject(form, bad.reason, bodies.beginning(body), at=now())
        return _refusal(request, form, 413 if bad.reason == "too large" else 400, bad.reason)
    receipt = actions.accept(
        form,
        fields,
        at=now(),
        idempotency_key=bodies.clean(request.headers.get("Idempotency-Key", "").strip(), 500),
        referrer=bodies.clean(request.headers.get("Referer", ""), 1000),
    )
    if not receipt.is_taken:
        return _refusal(request, form, 422, receipt.reason)
    if _wants_json(request):
        return JsonResponse({"ok": True, "id": receipt.id})
    return HttpResponseRedirect(form.redirect_to or f"/f/{form.key}/thanks/")


def _body(request: HttpRequest) -> bytes:
    try:
        return request.read(bodies.LIMIT + 1)
    except OSError:
        raise bodies.BadBody("broke off") from None


def _wants_json(request: HttpRequest) -> bool:
    accept = request.headers.get("Accept", "")
    return "text/html" not in accept or request.headers.get("Content-Type", "").startswith("application/json")


def _refusal(request: HttpRequest, form: Form, status: int, reason: str) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"ok": False, "error": reason}, status=status)
    return render(request, "marketing/refused.html", {"words": _in_words(status)}, status=status)


def _in_words(status: int) -> str:
    if status == 422:
        return _("Leave a phone number or an e-mail, so that we can answer you.")
    if status == 429:
        return _("Too many requests came from your address. Try again in a minute.")
    return _("The request could not be read. Go back and try once more, or call us.")


def _origin(request: HttpRequest) -> str:
    return request.headers.get("Origin", "").lower()


def _is_ours(request: HttpRequest, origin: str) -> bool:
    return origin == f"{request.scheme}://{request.get_host()}".lower() or origin == settings.PUBLIC_URL.lower()


def _origin_may_post(request: HttpRequest, form: Form) -> bool:
    """A form without a list of sites is open to all; programs that are no browsers say no origin."""
    origin = _origin(request)
    return not origin or not form.origins or origin in form.origins or _is_ours(request, origin)


def _preflight(request: HttpRequest, form: Form) -> HttpResponse:
    if _origin(request) not in form.origins:
        return HttpResponse(status=403, headers={"Vary": "Origin"})
    return _with_cors(request, form, HttpResponse(status=204, headers=_PREFLIGHT))


def _with_cors(request: HttpRequest, form: Form, response: HttpResponse) -> HttpResponse:
    origin = _origin(request)
    response.headers["Vary"] = "Origin"
    if origin and origin in form.origins:
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
    return response


@require_safe
def thanks(request: HttpRequest, key: str) -> HttpResponse:
    """Where a plain HTML form leads when it has no page of its own."""
    return render(request, "marketing/thanks.html")
