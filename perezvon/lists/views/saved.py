"""Saved views: keeping what is on the screen, changing, sharing, pinning, removing."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from perezvon.kit import clock
from perezvon.web.asking import ask, done

from .. import access, actions
from ..forms import ViewForm
from ..listing import listings
from ..models import View
from ..page import home
from ..state import State, of_text


def told(state: State) -> dict[str, Any]:
    """What of the screen a view keeps."""
    return {
        "where": state.own.json(), "show": state.show.key if state.show else "", "text": state.text, "sort": state.sort,
        "group": state.group.key if state.group else "", "columns": list(state.table.chosen),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest, key: str) -> HttpResponse:
    """Keep what is on the screen under a name; the list's address stands in the query string."""
    listing = access.listing(request.user, key)
    state = of_text(listing, request.user, request.GET.urlencode(), clock.now())
    state.kept = request.COOKIES.get(f"columns_{listing.key}", "")
    form = ViewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            view = actions.add_view(
                listing.key, values["name"], told(state), sharing=values["sharing"], is_pinned=values["is_pinned"],
                by=request.user, at=clock.now(),
            )  # fmt: skip
        except actions.NameTaken as error:
            form.add_error("name", str(error))
        else:
            return done(request, home(listing, f"view={view.pk}"), _("The view is saved."))
    return ask(request, form, _("Save the view"), submit=_("Save"), back=home(listing, state.address))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a view or share it."""
    view = access.view(request.user, pk, "edit")
    form = ViewForm(request.POST if request.method == "POST" else None, view=view)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_view(view, **form.cleaned_data, by=request.user, at=clock.now())
        except actions.NameTaken as error:
            form.add_error("name", str(error))
        else:
            return done(request, _home(view), _("Saved."))
    return ask(request, form, _("The view"), submit=_("Save"), back=_home(view))


@require_POST
@login_required
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the view keep what is on the screen now (the address in ``query``)."""
    view = access.view(request.user, pk, "edit")
    state = of_text(listings[view.listing], request.user, request.POST.get("query", ""), clock.now())
    if not state.problem:
        actions.change_view(view, told=told(state), by=request.user, at=clock.now())
    return done(request, _home(view), _("The view is saved."))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a view away."""
    view = access.view(request.user, pk, "edit")
    if request.method == "POST":
        actions.remove_view(view, by=request.user, at=clock.now())
        return done(request, home(listings[view.listing]), _("The view is removed."))
    hint = _("“%(name)s” disappears for everybody who sees it. The rows stay as they are.") % {"name": view.name}
    return ask(
        request, forms.Form(), _("Remove the view?"), hint=hint, submit=_("Remove"), tone="danger", back=_home(view)
    )


@require_POST
@login_required
def pin(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a view in one's side bar, or take it out (``off``)."""
    view = access.view(request.user, pk)
    if request.POST.get("off"):
        actions.unpin(view, by=request.user)
    else:
        actions.pin(view, by=request.user, at=clock.now())
    return done(request, _home(view))


def _home(view: View) -> str:
    return home(listings[view.listing], f"view={view.pk}")
