"""The board: columns of deals."""

from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from perezvon.journey.statements import listed
from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.staff import reads as staff
from perezvon.web.parts import Chip
from perezvon.web.respond import page_or_fragment, wants_fragment

from .. import board as reads
from .. import hooks
from ..actions import sellers
from ..cards import draw
from ..models import Deal, FoldedColumn, Pipeline, Product, Stage
from .answers import done, number

SELLERS_SECONDS = 5
_NO_CONTENT = 204
_TONES = {"overdue": "danger", "today": "success", "none": "warning"}


@require_safe
@rights.required("deal", "view")
def board(request: HttpRequest) -> HttpResponse:
    """Deals of one pipeline by stage; ``part=heads`` answers with the counts and sums alone."""
    at, filters = clock.now(), reads.Filters.of(request.GET)
    pipelines = listed(Pipeline, 'WHERE NOT is_archived ORDER BY "order", id')
    chosen = _chosen(pipelines, request.GET.get("pipeline"))
    if request.GET.get("part") == "heads" and wants_fragment(request):
        columns = reads.heads(request.user, chosen, filters, at)
        return page_or_fragment(request, "crm/board.html", {"columns": columns}, "crm/_board_heads.html")
    columns = reads.columns(request.user, chosen, filters, at)
    calendar = staff.calendar_of(request.user.department_id)
    for column in columns:
        column.stale_before = reads.stale_before(column.stage, calendar, at)
    here = request.get_full_path()
    folded = set(FoldedColumn.objects.filter(user=request.user.pk).values_list("stage", flat=True))
    context = {
        "pipelines": pipelines, "pipeline": chosen, "filters": filters, "choices": _choices(request, filters),
        "chips": _chips(request, filters, columns),
        "columns": [
            {"head": column, "cards": draw(column, at, here), "is_folded": column.stage.pk in folded} for column in columns
        ],
    }  # fmt: skip
    return page_or_fragment(request, "crm/board.html", context)


@require_safe
@rights.required("deal", "view")
def column(request: HttpRequest, stage_id: int) -> HttpResponse:
    """The next cards of one column, from ``after`` on; without script a page of its own."""
    at, stage = clock.now(), get_object_or_404(Stage.objects.select_related("pipeline"), pk=stage_id)
    deals = reads.Filters.of(request.GET).apply(Deal.objects.visible_to(request.user).open(), at)
    found = reads.Column(stage)
    found.cards, found.more = reads.more_cards(deals, stage_id, request.GET.get("after", ""))
    found.stale_before = reads.stale_before(stage, staff.calendar_of(request.user.department_id), at)
    context = {"head": found, "cards": draw(found, at, reverse("crm:board")), "stage": stage}
    return page_or_fragment(request, "crm/column.html", context, "crm/_column_more.html")


@require_POST
@rights.required("deal", "view")
def fold(request: HttpRequest, stage_id: int) -> HttpResponse:
    """Fold or unfold a column of one's own board."""
    stage = get_object_or_404(Stage, pk=stage_id)
    sellers.fold(stage, request.POST.get("folded") == "1", by=request.user)
    return HttpResponse(status=_NO_CONTENT) if wants_fragment(request) else done(request, reverse("crm:board"))


def _chosen(pipelines: list[Pipeline], asked: str | None) -> Pipeline:
    by_id = {pipeline.pk: pipeline for pipeline in pipelines}
    default = next((one for one in pipelines if one.is_default), pipelines[0] if pipelines else None)
    chosen = by_id.get(number(asked) or 0, default)
    if chosen is None:
        raise Http404
    return chosen


def _choices(request: HttpRequest, filters: reads.Filters) -> list[dict[str, Any]]:
    """The select boxes over the board: name, label, options, what is chosen."""
    user: Any = request.user
    boxes: list[dict[str, Any]] = []
    if rights.scope(user, "deal", "view") != "own":
        below = None if rights.scope(user, "deal", "view") == "all" else user.department_id
        boxes.append({"name": "responsible", "label": _("Responsible"), "options": _sellers(below)})
    products = listed(Product, "WHERE NOT is_archived ORDER BY name")
    boxes.append({"name": "product", "label": _("Product"), "options": [(one.pk, one.name) for one in products]})
    boxes.append({"name": "source", "label": _("Source"), "options": hooks.sources()})
    for box in boxes:
        box["chosen"] = getattr(filters, box["name"])
    return [box for box in boxes if box["options"]]


def _sellers(below: int | None) -> list[tuple[int, str]]:
    """Who works deals, remembered for a few seconds: the same for every look at the board."""
    load = lambda: [(one.pk, one.name) for one in staff.sellers(below)]  # noqa: E731
    return cache.get_or_set(f"crm.sellers.{below}", load, SELLERS_SECONDS) or []


def _chips(request: HttpRequest, filters: reads.Filters, columns: list[reads.Column]) -> list[Chip]:
    counts = reads.attention(columns)
    words = {
        "": _("All"), "overdue": _("Overdue"), "today": _("Today"), "none": _("No next action"), "planned": _("Planned"),
    }  # fmt: skip
    return [
        Chip(
            label, _address(request, word), counts[word], filters.next == word, _TONES.get(word, ""), key=word or "all"
        )
        for word, label in words.items()
    ]


def _address(request: HttpRequest, word: str) -> str:
    query = request.GET.copy()
    query.pop("next", None)
    if word:
        query["next"] = word
    return f"{reverse('crm:board')}?{query.urlencode()}"
