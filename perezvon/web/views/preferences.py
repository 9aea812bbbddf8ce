"""Choices of one browser: language and theme; a person's own are kept through the hooks."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from perezvon.web import hooks
from perezvon.web.context import THEMES

YEAR = 365 * 86400


def _back(request: HttpRequest) -> HttpResponse:
    """Return to the page the form stood on; 204 for a script that asks in the background."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return HttpResponse(status=204)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if safe else "/")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of the interface; an unknown language changes nothing."""
    code = request.POST.get("language", "")
    response = _back(request)
    if code in dict(settings.LANGUAGES) and check_for_language(code):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, samesite="Lax", secure=request.is_secure()
        )
        if request.user.is_authenticated:
            hooks.language_chosen(request.user, code)
    return response


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Switch between light, dark and "as the system"."""
    chosen = request.POST.get("theme", "")
    response = _back(request)
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure())
        if request.user.is_authenticated:
            hooks.theme_chosen(request.user, chosen)
    return response
