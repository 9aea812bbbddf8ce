"""Every component of the surface on one page, for those who build it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from perezvon.kit.clock import now
from perezvon.web import hooks
from perezvon.web.samples import samples


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the style guide to administrators, and to anybody while DEBUG is on."""
    if not (settings.DEBUG or hooks.is_administrator(request.user)):
        raise Http404
    return render(request, "web/styleguide.html", samples(request, at=now()))
