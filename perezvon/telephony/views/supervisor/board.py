"""The wallboard: on its page and on a big screen."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from perezvon.kit import clock

from ...wallboard.fragments import Picture
from ...wallboard.show import Show
from ...wallboard.viewer import may_look, may_supervise, viewer_of
from ...wallboard.words import FORMULAS, LEVELS

View = Callable[..., HttpResponseBase]


def for_viewers(view: View) -> View:
    """A view for those who may look at the board; others go to the sign-in or see 404."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not may_look(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@never_cache
@for_viewers
def wallboard(request: HttpRequest) -> HttpResponse:
    """The page; without script it shows the moment at which it was asked for."""
    return _shown(request, "telephony/wallboard/wallboard.html")


@require_safe
@never_cache
@for_viewers
def tv(request: HttpRequest) -> HttpResponse:
    """The same without anything to press, to be read from afar."""
    return _shown(request, "telephony/wallboard/tv.html")


def _shown(request: HttpRequest, template: str) -> HttpResponse:
    now = clock.now()
    viewer = viewer_of(request.user, (get_language() or "en").split("-")[0])
    context = {
        "html": _by_section(Show(now).picture(viewer)), "now": now, "levels": LEVELS,
        "formulas": {**FORMULAS, "waiting": f"{FORMULAS['patience']}\n\n{FORMULAS['stake']}"},
        "may_rule": may_supervise(request.user),
    }  # fmt: skip
    return render(request, template, context)


def _by_section(picture: Picture) -> dict[str, SafeString]:
    """The pieces of every section, one after the other; each was drawn by its own template."""
    return {name: SafeString("".join(picture.html[key] for key in keys)) for name, keys in picture.order.items()}
