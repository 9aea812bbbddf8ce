"""Pipelines, stages, lost reasons and products: the administrator's page."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.staff import reads as staff
from perezvon.staff.models import User
from perezvon.web.asking import ask, done
from perezvon.web.respond import wants_fragment

from ..actions import pipelines as actions
from ..actions.errors import Refused
from ..actions.sellers import set_level
from ..forms.pipelines import PipelineForm, ProductForm, ReasonForm, RemoveStageForm, StageForm
from ..models import Deal, LostReason, Pipeline, Product, SellerLevel, Stage
from .answers import number, refused


def _home() -> str:
    return reverse("crm:pipelines")


@require_safe
@rights.required("settings", "administer")
def pipelines(request: HttpRequest) -> HttpResponse:
    """Everything that deals go through, with how many stand where."""
    stages = list(Stage.objects.filter(is_archived=False).annotate(check_count=_checks()).order_by("order", "id"))
    counts = dict(Deal.objects.open().values_list("stage").annotate(count=Count("pk")).order_by())
    rows = [
        {"pipeline": pipeline, "stages": [(stage, counts.get(stage.pk, 0)) for stage in stages if stage.pipeline_id == pipeline.pk]}
        for pipeline in Pipeline.objects.order_by("is_archived", "order", "id")
    ]  # fmt: skip
    levels = dict(SellerLevel.objects.values_list("user", "level"))
    sellers = [(one, levels.get(one.pk, SellerLevel.Level.NEWBIE)) for one in staff.sellers()]
    context = {"rows": rows, "sellers": sellers, "levels": SellerLevel.Level.choices, "reasons": LostReason.objects.order_by("is_archived", "name"),
               "products": Product.objects.order_by("is_archived", "name")}  # fmt: skip
    return render(request, "crm/pipelines.html", context)


def _checks() -> Count:
    return Count("checks", filter=Q(checks__is_archived=False))


def _saved(request: HttpRequest, form: Any, title: str, save: Callable[[Any], object]) -> HttpResponse:
    """Show the form, or save what it says and go back to the page."""
    if request.method == "POST" and form.is_valid():
        try:
            save(form)
        except Refused as error:
            refused(form, error)
        else:
            return done(request, _home(), _("Saved."))
    return ask(request, form, title, submit=_("Save"), back=_home())


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("settings", "administer")
def pipeline(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a pipeline."""
    one = get_object_or_404(Pipeline, pk=pk) if pk else None
    form = PipelineForm(request.POST or None, instance=one)

    def save(form: PipelineForm) -> None:
        values, more = form.cleaned_data, {"by": request.user, "at": clock.now()}
        if one is None:
            actions.add_pipeline(values["name"], **more)
        else:
            actions.change_pipeline(one, name=values["name"], is_archived=values["is_archived"], **more)

    return _saved(request, form, _("Pipeline"), save)


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("settings", "administer")
def stage(request: HttpRequest, pk: int, stage_pk: int | None = None) -> HttpResponse:
    """Add or change a stage of a pipeline."""
    owner = get_object_or_404(Pipeline, pk=pk)
    one = (
        get_object_or_404(Stage, pk=stage_pk, pipeline=owner, is_archived=False) if stage_pk else Stage(pipeline=owner)
    )
    form = StageForm(request.POST or None, instance=one)

    def save(form: StageForm) -> None:
        actions.save_stage(form.save(commit=False), checks=form.check_texts(), by=request.user, at=clock.now())

    return _saved(request, form, _("Stage"), save)


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("settings", "administer")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a stage away."""
    one = get_object_or_404(Stage.objects.select_related("pipeline"), pk=pk, is_archived=False)
    form = RemoveStageForm(request.POST if request.method == "POST" else None, stage=one)

    def save(form: RemoveStageForm) -> None:
        actions.remove_stage(one, to=form.cleaned_data["to"], by=request.user, at=clock.now())

    return _saved(request, form, _("Take “%(stage)s” away") % {"stage": one.name}, save)


@require_POST
@rights.required("settings", "administer")
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a stage one place up or down, or put all into the order of ``ids`` (dragged)."""
    if request.POST.get("ids"):
        wanted = [number(text) or 0 for text in request.POST["ids"].split(",")]
        actions.order_stages(get_object_or_404(Pipeline, pk=pk), wanted, by=request.user, at=clock.now())
        return HttpResponse(status=204) if wants_fragment(request) else done(request, _home())
    one = get_object_or_404(Stage.objects.select_related("pipeline"), pk=number(request.POST.get("stage")), pipeline=pk)
    ids = list(
        Stage.objects.filter(pipeline=pk, is_archived=False).order_by("order", "id").values_list("pk", flat=True)
    )
    place = ids.index(one.pk) if one.pk in ids else 0
    other = place + (1 if request.POST.get("way") == "down" else -1)
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
        actions.order_stages(one.pipeline, ids, by=request.user, at=clock.now())
    return done(request, _home())


@require_POST
@rights.required("settings", "administer")
def level(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how experienced a seller is."""
    seller = get_object_or_404(User, pk=pk, is_active=True)
    wanted = request.POST.get("level", "")
    if wanted in SellerLevel.Level.values:
        set_level(seller, wanted, by=request.user, at=clock.now())
    return done(request, _home() + "#sellers", _("Saved."))


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("settings", "administer")
def reason(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a reason of losses."""
    form = ReasonForm(request.POST or None, instance=get_object_or_404(LostReason, pk=pk) if pk else None)
    save = lambda form: actions.save_reason(form.save(commit=False), by=request.user, at=clock.now())  # noqa: E731
    return _saved(request, form, _("Lost reason"), save)


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("settings", "administer")
def product(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a product."""
    form = ProductForm(request.POST or None, instance=get_object_or_404(Product, pk=pk) if pk else None)
    save = lambda form: actions.save_product(form.save(commit=False), by=request.user, at=clock.now())  # noqa: E731
    return _saved(request, form, _("Product"), save)
