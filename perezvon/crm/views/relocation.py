"""Moving in from another CRM: the door, the matching, how far it is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.respond import page_or_fragment

from .. import access
from ..actions import relocation
from ..actions.errors import Refused
from ..foreign.contract import KINDS
from ..forms.relocation import DoorForm, MatchForm
from ..models import Import, Relocation
from .answers import done, refused


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "import")
def start(request: HttpRequest) -> HttpResponse:
    """Where the other CRM is; it is looked at before anything is kept."""
    form = DoorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            one = relocation.begin(told["system"], told["address"], told["token"], by=request.user, at=clock.now())
        except Refused as error:
            refused(form, error)
        else:
            return done(request, reverse("crm:relocation", args=[one.pk]))
    moves = Relocation.objects.visible_to(request.user).select_related("by")[:20]
    status = 422 if form.errors else 200
    return render(request, "crm/relocations.html", {"form": form, "moves": moves}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "import")
def one_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Their users and pipelines to be matched, then how far it is."""
    one = access.relocation(request.user, pk)
    if one.state == Relocation.State.LOOKED:
        return _matching(request, one)
    if request.method == "POST":
        return done(request, reverse("crm:relocation", args=[pk]))
    return page_or_fragment(request, "crm/relocation.html", _shown(one), fragment="crm/_relocation.html")


def _matching(request: HttpRequest, one: Relocation) -> HttpResponse:
    form = MatchForm(request.POST or None, one=one)
    if request.method == "POST" and form.is_valid():
        try:
            relocation.choose(
                one, users=form.chosen("user"), to=form.chosen("pipeline"), by=request.user, at=clock.now()
            )
        except Refused as error:
            refused(form, error)
        else:
            return done(request, reverse("crm:relocation", args=[one.pk]))
    context = {"one": one, "form": form, "users": form.of("user"), "pipelines": form.of("pipeline")}
    return render(request, "crm/relocation_match.html", context, status=422 if form.errors else 200)


def _shown(one: Relocation) -> dict[str, Any]:
    batches = list(one.imports.order_by("id"))
    states = {each.state for each in batches}
    return {
        "one": one, "batches": batches,
        "kinds": [(Import.What(kind).label, one.places.get(kind, {}).get("rows", 0), one.places.get(kind, {}).get("done")) for kind in KINDS],
        "is_at_work": one.state == Relocation.State.FETCHING or any(each.is_at_work for each in batches),
        "can_bring": Import.State.CHECKED in states and Import.State.READING not in states,
        "can_undo": bool(states & {Import.State.DONE, Import.State.PAUSED}),
        "can_renew": bool(batches) and states <= {Import.State.DONE},
    }  # fmt: skip


@require_POST
@rights.required("person", "import")
def verb(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Bring all of it in, take all of it back, go on after a stop, fetch what is new."""
    one = access.relocation(request.user, pk)
    back, at = reverse("crm:relocation", args=[pk]), clock.now()
    try:
        if what == "again":
            made = relocation.again(one, by=request.user, at=at)
            return done(request, reverse("crm:relocation", args=[made.pk]))
        if what == "undo":
            relocation.take_back(one, by=request.user, at=at)
        elif what == "retry":
            relocation.retry(one)
        else:
            count = relocation.bring_all(one)
            words = ngettext("%(count)s import is on its way.", "%(count)s imports are on their way.", count)
            return done(request, back, words % {"count": count})
    except Refused as error:
        return done(request, back, error)
    return done(request, back)
