"""The first page: whatever stands first in this person's navigation."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from perezvon.web import surface


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the first page that is open to the person; to the search when there is none."""
    addresses = (surface.address(entry.url_name) for entry in surface.entries.open_to(request.user))
    return HttpResponseRedirect(next(filter(None, addresses), surface.address("web:search")))
