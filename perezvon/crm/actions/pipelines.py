"""Pipelines, their stages and the reasons of losses, as the company wants them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.journey.actions import record

from .. import facts
from ..models import Deal, LostReason, Pipeline, Product, Stage, StageCheck
from .deals import move_deal
from .errors import Refused

STEP = 10
_ENDS = (Stage.Kind.WON, Stage.Kind.LOST)


class LastOfItsKind(Refused):
    """A pipeline cannot do without a stage of this kind."""

    text = _("A pipeline needs an open stage, one for won and one for lost deals.")


class HasDeals(Refused):
    """Say where the deals of the stage go."""

    text = _("There are deals in this stage: say where they go.")


@transaction.atomic
def add_pipeline(name: str, *, by: Any, at: datetime) -> Pipeline:
    """A pipeline with the stages that every one needs."""
    last = Pipeline.objects.aggregate(last=Max("order"))["last"] or 0
    pipeline = Pipeline.objects.create(name=name, order=last + STEP)
    start = (
        (str(pgettext_lazy("first stage", "New")), Stage.Kind.OPEN, 10), (str(pgettext_lazy("stage", "Won")), Stage.Kind.WON, 100), (str(pgettext_lazy("stage", "Lost")), Stage.Kind.LOST, 0),
    )  # fmt: skip
    Stage.objects.bulk_create(
        Stage(pipeline=pipeline, name=word, kind=kind, probability=chance, order=STEP * place)
        for place, (word, kind, chance) in enumerate(start, 1)
    )
    _told(pipeline, by, at)
    return pipeline


@transaction.atomic
def change_pipeline(pipeline: Pipeline, *, name: str, is_archived: bool, by: Any, at: datetime) -> None:
    """Rename or put away. Refused for the default pipeline and for one with open deals."""
    if is_archived and (pipeline.is_default or Deal.objects.open().filter(pipeline=pipeline).exists()):
        raise Refused(_("The main pipeline, or one with open deals, cannot be put away."))
    pipeline.name, pipeline.is_archived = name, is_archived
    pipeline.save(update_fields=["name", "is_archived"])
    _told(pipeline, by, at)


@transaction.atomic
def save_stage(stage: Stage, *, by: Any, at: datetime, checks: Sequence[str] | None = None) -> Stage:
    """Add or change a stage; a new one stands before the ends. LastOfItsKind when its old kind would be left without.

    ``checks`` are the lines of its checklist; None leaves it as it is. An item that stays keeps who ticked it off.
    """
    if stage.pk:
        was = Stage.objects.select_for_update().get(pk=stage.pk)
        if was.kind != stage.kind:
            _not_the_last(was)
            if Deal.objects.filter(stage=was).exists():
                raise Refused(_("The kind of a stage with deals cannot change: their outcome hangs on it."))
    else:
        before = stage.pipeline.stages.exclude(kind__in=_ENDS).aggregate(last=Max("order"))["last"] or 0
        stage.order = before + 1
    stage.save()
    if checks is not None:
        _set_checks(stage, checks)
    _renumber(stage.pipeline)
    _told(stage.pipeline, by, at)
    return stage


def _set_checks(stage: Stage, texts: Sequence[str]) -> None:
    known = {item.text: item for item in StageCheck.objects.filter(stage=stage, is_archived=False)}
    StageCheck.objects.filter(pk__in=[item.pk for text, item in known.items() if text not in texts]).update(
        is_archived=True
    )
    for place, text in enumerate(texts):
        StageCheck.objects.update_or_create(stage=stage, text=text, is_archived=False, defaults={"order": place})


def _not_the_last(stage: Stage) -> None:
    others = Stage.objects.filter(pipeline=stage.pipeline_id, is_archived=False).exclude(pk=stage.pk)
    if stage.kind in (Stage.Kind.OPEN, *_ENDS) and not others.filter(kind=stage.kind).exists():
        raise LastOfItsKind


@transaction.atomic
def remove_stage(stage: Stage, *, to: Stage | None, by: Any, at: datetime) -> int:
    """Take a stage away; its open deals go to ``to``, each as a move of its own. How many went."""
    _not_the_last(stage)
    deals = list(Deal.objects.filter(stage=stage, status=Deal.Status.OPEN).order_by("pk"))
    if deals and (to is None or to.pk == stage.pk or to.kind in _ENDS or to.is_archived):
        raise HasDeals
    for deal in deals:
        move_deal(deal, to, by=by, at=at)  # type: ignore[arg-type]
    try:
        with transaction.atomic():
            Stage.objects.get(pk=stage.pk).delete()
    except ProtectedError:
        Stage.objects.filter(pk=stage.pk).update(is_archived=True)
    _told(stage.pipeline, by, at)
    return len(deals)


@transaction.atomic
def order_stages(pipeline: Pipeline, ids: Iterable[int], *, by: Any, at: datetime) -> None:
    """Put the stages in this order; those that are not named keep their place behind."""
    wanted = {pk: place for place, pk in enumerate(ids)}
    stages = list(pipeline.stages.select_for_update().order_by("order", "id"))
    stages.sort(key=lambda stage: wanted.get(stage.pk, len(wanted) + stage.order))
    _number(stages)
    _told(pipeline, by, at)


def _renumber(pipeline: Pipeline) -> None:
    _number(list(pipeline.stages.order_by("order", "id")))


def _number(stages: list[Stage]) -> None:
    for place, stage in enumerate(stages, 1):
        stage.order = STEP * place
    Stage.objects.bulk_update(stages, ["order"])


@transaction.atomic
def save_reason(reason: LostReason, *, by: Any, at: datetime) -> LostReason:
    """Add, rename or put away a reason of losses."""
    reason.save()
    record(facts.PIPELINE_CHANGED, at=at, by=by, name=reason.name)
    return reason


@transaction.atomic
def save_product(product: Product, *, by: Any, at: datetime) -> Product:
    """Add, rename or put away a product."""
    product.save()
    record(facts.PIPELINE_CHANGED, at=at, by=by, name=product.name)
    return product


def _told(pipeline: Pipeline, by: Any, at: datetime) -> None:
    record(facts.PIPELINE_CHANGED, at=at, by=by, name=pipeline.name)
