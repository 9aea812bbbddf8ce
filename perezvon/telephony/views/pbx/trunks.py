"""Trunks: carriers' lines into our exchange."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.staff.views.answers import told_in
from perezvon.web.respond import page_or_fragment

from ... import actions, linkstate
from ...forms.trunks import TrunkForm
from ...models import Provider, Trunk
from .common import answer, done, of_exchange, removed, row_of


@require_safe
@of_exchange()
def trunks(request: HttpRequest, exchange: Provider) -> HttpResponse:
    """All trunks of the exchange."""
    context = {
        "exchange": exchange, "trunks": exchange.trunk_rows.all(),
        "may_edit": rights.can(request.user, "provider", "administer"),
    }  # fmt: skip
    return render(request, "telephony/pbx/trunks.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@of_exchange("administer")
def trunk_add(request: HttpRequest, exchange: Provider) -> HttpResponse:
    """Add a trunk."""
    form = TrunkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            made = actions.add_trunk(exchange, by=request.user, at=clock.now(), **form.cleaned_data)
            return done(request, _("The trunk is added."), "telephony:trunk", made.pk)
    return answer(request, "telephony/pbx/trunk.html", {"form": form, "exchange": exchange})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@rights.required("provider", "administer")
def trunk(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a trunk; the password is only ever written."""
    this: Any = row_of(Trunk, request.user, pk, "administer", "provider")
    form = TrunkForm(request.POST if request.method == "POST" else None, trunk=this)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            actions.change_trunk(this, by=request.user, at=clock.now(), **form.cleaned_data)
            return done(request, _("Saved."), "telephony:trunk", pk)
    return answer(request, "telephony/pbx/trunk.html", {"form": form, "trunk": this, "exchange": this.provider})


@require_POST
@rights.required("provider", "administer")
def trunk_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a trunk away."""
    this: Any = row_of(Trunk, request.user, pk, "administer", "provider")
    remove = lambda: actions.remove_trunk(this, by=request.user, at=clock.now())  # noqa: E731
    return removed(request, remove, _("The trunk is removed."), ["telephony:trunks"], ["telephony:trunk", pk])


@require_safe
@rights.required("provider", "view")
def trunk_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the exchange how the trunk is."""
    this: Any = row_of(Trunk, request.user, pk, "view", "provider")
    context = {"trunk": this, "state": linkstate.state_of(this)}
    return page_or_fragment(
        request, "telephony/pbx/trunk_state.html", context, fragment="telephony/pbx/_trunk_told.html"
    )
