"""Moves of a deal: to another stage, to its end, back to work."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.respond import page_or_fragment, wants_fragment

from .. import access, actions
from ..forms import NeedsForm, WaitForm
from ..models import Deal, DealWait, Stage
from .answers import ask, back_to, done, number, refused
from .deals import path_of
from .sales import ask_outcome

_NO_CONTENT = 204


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("deal", "edit")
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a deal. To a won or lost stage: 422 with the form that asks for the rest.

    GET is the menu of stages for those who do not drag.
    """
    deal = access.deal(request.user, pk, to="edit")
    address = back_to(request, reverse("crm:deal", args=[pk]))
    if request.method != "POST":
        context = {"deal": deal, "path": path_of(deal), "others": _elsewhere(deal), "back": address}
        return page_or_fragment(request, "crm/move.html", context, "crm/_move.html")
    wanted = get_object_or_404(Stage, pk=number(request.POST.get("stage")), is_archived=False)
    if wanted.kind in (Stage.Kind.WON, Stage.Kind.LOST):
        return ask_outcome(request, deal, wanted, address)
    is_other = wanted.pk != deal.stage_id
    lacking = actions.missing(deal, wanted) if is_other else []
    items = actions.unticked(deal, wanted) if is_other else []
    changes: dict[str, Any] = {}
    if lacking or items:
        form = NeedsForm(request.POST if "filled" in request.POST else None, needs=lacking, items=items, stage=wanted)
        if not form.is_bound or not form.is_valid() or not form.is_enough:
            return _ask_needs(request, deal, wanted, form, address)
        changes = _filled(request, form)
    actions.move_deal(deal, wanted, by=request.user, at=clock.now(), changes=changes, ticked=items)
    if wants_fragment(request) and "next" not in request.POST:
        return HttpResponse(status=_NO_CONTENT)
    return done(request, address, _("The deal is in “%(stage)s” now.") % {"stage": wanted.name})


def _elsewhere(deal: Deal) -> list[tuple[Any, list[Stage]]]:
    """The open stages of the other pipelines."""
    stages = Stage.objects.filter(is_archived=False, pipeline__is_archived=False).exclude(pipeline=deal.pipeline_id)
    rows = stages.exclude(kind__in=(Stage.Kind.WON, Stage.Kind.LOST)).select_related("pipeline")
    rows = rows.order_by("pipeline__order", "pipeline_id", "order", "id")
    return [(pipeline, list(group)) for pipeline, group in groupby(rows, key=lambda one: one.pipeline)]


def _ask_needs(request: HttpRequest, deal: Deal, wanted: Stage, form: NeedsForm, back: str) -> HttpResponse:
    if not form.is_enough:
        form.add_error(None, _("Plan a next action of the deal first.")) if form.is_bound else None
    words = ", ".join(
        [*(str(Stage.Need(need).label) for need in form.needs), *([_("a checklist")] if form.items else [])]
    )
    hint = _("To enter “%(stage)s” a deal needs: %(words)s.") % {"stage": wanted.name, "words": words}
    return ask(
        request, form, deal.title, hint=hint, submit=_("Save and move"), back=back, unfinished=True, hidden=[("filled", "1")],
        action=reverse("crm:deal-stage", args=[deal.pk]),
    )  # fmt: skip


def _filled(request: HttpRequest, form: NeedsForm) -> dict[str, Any]:
    """Columns of the deal from what was filled in."""
    values = form.cleaned_data
    changes: dict[str, Any] = {}
    if "amount" in values:
        changes["amount"] = values["amount"]
    if "product" in values:
        changes["product_id"] = values["product"].pk
    if "expected_on" in values:
        changes["expected_on"] = values["expected_on"]
    if "company" in values:
        changes["company_id"] = actions.company_called(values["company"], by=request.user, at=clock.now())
    return changes


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("deal", "edit")
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the deal wait for the client; ``end`` ends it."""
    deal, at = access.deal(request.user, pk, to="edit"), clock.now()
    address = reverse("crm:deal", args=[pk])
    if request.method == "POST" and "end" in request.POST:
        actions.end_waits(
            list(DealWait.objects.filter(deal=deal, ended_at=None)), DealWait.End.PERSON, by=request.user, at=at
        )
        return done(request, address, _("The deal waits no longer."))
    form = WaitForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.wait(deal, form.moment(at), why=form.cleaned_data["why"], by=request.user, at=at)
        except actions.Refused as error:
            refused(form, error)
        else:
            return done(request, address, _("The deal waits; when the client calls or writes, it ends by itself."))
    return ask(request, form, _("Wait for the client"), submit=_("Wait"), back=address, hint=deal.title)
