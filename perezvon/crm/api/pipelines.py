"""Pipelines, stages, reasons of losses, products: read by everybody who is signed in, changed by administrators."""

from typing import Annotated, Any, Literal

from django.utils.translation import gettext_lazy as _

from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Expansion, Noun, register
from perezvon.api.schemas import Field, Id, In, Out

from ..actions import pipelines as actions
from ..models import LostReason, Pipeline, Product, Stage

KEEPER = "settings.administer"
Name = Annotated[str, Field(min_length=1, max_length=80)]
Long = Annotated[str, Field(min_length=1, max_length=120)]


class PipelineOut(Out):
    """A funnel of deals."""

    id: int
    name: str
    order: int
    is_default: bool
    is_archived: bool


class PipelineIn(In):
    """It gets the stages that every one needs: a first one, won, lost."""

    name: Name


class PipelineChange(In):
    """Only the fields that are sent are changed."""

    name: Name = "-"
    is_archived: bool = False


class StagesOrderIn(In):
    """Ids of the stages as they shall stand."""

    stage_ids: list[Id] = Field(min_length=1, max_length=100)


PIPELINES = register(
    Noun("pipelines", "pipeline", _("Pipelines"), PipelineOut, lambda user, verb: Pipeline.objects.all())
)


@PIPELINES.adds(PipelineIn, right=KEEPER)
def add_pipeline(caller: Caller, body: PipelineIn) -> Pipeline:
    """One more funnel."""
    return actions.add_pipeline(body.name, by=caller.user, at=caller.at)


@PIPELINES.changes(PipelineChange, right=KEEPER)
def change_pipeline(caller: Caller, pipeline: Pipeline, body: PipelineChange, version: int | None) -> Pipeline:
    """Rename or put away."""
    values: dict[str, Any] = {"name": pipeline.name, "is_archived": pipeline.is_archived, **body.given()}
    actions.change_pipeline(pipeline, **values, by=caller.user, at=caller.at)
    return pipeline


@PIPELINES.verb("order", _("Pipelines: put the stages in order"), StagesOrderIn, right=KEEPER)
def order(caller: Caller, pipeline: Pipeline, body: StagesOrderIn) -> Pipeline:
    """The stages as they shall stand."""
    actions.order_stages(pipeline, body.stage_ids, by=caller.user, at=caller.at)
    return pipeline


class StageOut(Out):
    """A step of a pipeline; what it means is in ``kind``."""

    id: int
    pipeline_id: int
    name: str
    kind: Stage.Kind
    order: int
    norm_seconds: int | None = Field(description=_("How long a deal may stand here, working seconds."))
    probability: int
    color: str
    needs: list[str] = Field(description=_("What a deal must have to come here."))
    advice: str
    is_archived: bool


class StageChange(In):
    """Only the fields that are sent are changed."""

    name: Name = "-"
    kind: Stage.Kind = Stage.Kind.OPEN
    norm_seconds: Annotated[int, Field(ge=0, le=31_536_000)] | None = None
    probability: Annotated[int, Field(ge=0, le=100)] = 0
    color: Annotated[str, Field(max_length=16, pattern=r"^[#a-z0-9-]*$")] = ""
    needs: list[Literal["amount", "product", "company", "next_action"]] = Field([], max_length=4)
    advice: Annotated[str, Field(max_length=4000)] = ""


class StageIn(StageChange):
    """A stage of a pipeline; it stands before the ends."""

    pipeline_id: Id
    name: Name


STAGES = register(Noun(
    "stages", "stage", _("Stages"), StageOut, lambda user, verb: Stage.objects.all(),
    narrow={"pipeline": "pipeline_id", "kind": "kind"}, expand={"pipeline": Expansion("pipelines", "pipeline_id")},
))  # fmt: skip


@STAGES.adds(StageIn, right=KEEPER)
def add_stage(caller: Caller, body: StageIn) -> Stage:
    """One more stage."""
    pipeline = named(Pipeline.objects.all(), body.pipeline_id, "pipeline_id")
    values = {name: value for name, value in body.model_dump().items() if name != "pipeline_id"}
    return actions.save_stage(Stage(pipeline=pipeline, **values), by=caller.user, at=caller.at)


@STAGES.changes(StageChange, right=KEEPER)
def change_stage(caller: Caller, stage: Stage, body: StageChange, version: int | None) -> Stage:
    """The stage with other values."""
    for name, value in body.given().items():
        setattr(stage, name, value)
    return actions.save_stage(stage, by=caller.user, at=caller.at)


class StageRemoveIn(In):
    """Where its open deals go."""

    to_stage_id: Id | None = None


@STAGES.verb(
    "take-away", _("Stages: take one away, its deals go to another"), StageRemoveIn, right=KEEPER, is_silent=True
)
def take_away(caller: Caller, stage: Stage, body: StageRemoveIn) -> None:
    """One stage less."""
    to = named(Stage.objects.filter(pipeline=stage.pipeline_id), body.to_stage_id, "to_stage_id")
    actions.remove_stage(stage, to=to, by=caller.user, at=caller.at)


class ProductOut(Out):
    """A word of the company's own list."""

    id: int
    name: str
    is_archived: bool


class ProductIn(In):
    """A new word."""

    name: Long


class ProductChange(In):
    """Only the fields that are sent are changed."""

    name: Long = "-"
    is_archived: bool = False


class LostReasonOut(ProductOut):
    """Why a deal is lost."""

    is_ours: bool = Field(description=_("It says something about us."))


class LostReasonIn(ProductIn):
    """A new reason."""

    is_ours: bool = True


class LostReasonChange(ProductChange):
    """Only the fields that are sent are changed."""

    is_ours: bool = True


REASONS = register(
    Noun("lost-reasons", "lost_reason", _("Lost reasons"), LostReasonOut, lambda user, verb: LostReason.objects.all())
)
PRODUCTS = register(Noun("products", "product", _("Products"), ProductOut, lambda user, verb: Product.objects.all()))


def _saved(thing: Any, values: dict[str, Any], save: Any, caller: Caller) -> Any:
    for name, value in values.items():
        setattr(thing, name, value)
    thing.full_clean()
    return save(thing, by=caller.user, at=caller.at)


@REASONS.adds(LostReasonIn, right=KEEPER)
def add_reason(caller: Caller, body: LostReasonIn) -> LostReason:
    """One more reason."""
    return _saved(LostReason(), body.model_dump(), actions.save_reason, caller)  # type: ignore[no-any-return]


@REASONS.changes(LostReasonChange, right=KEEPER)
def change_reason(caller: Caller, reason: LostReason, body: LostReasonChange, version: int | None) -> LostReason:
    """Rename or put away."""
    return _saved(reason, body.given(), actions.save_reason, caller)  # type: ignore[no-any-return]


@PRODUCTS.adds(ProductIn, right=KEEPER)
def add_product(caller: Caller, body: ProductIn) -> Product:
    """One more product."""
    return _saved(Product(), body.model_dump(), actions.save_product, caller)  # type: ignore[no-any-return]


@PRODUCTS.changes(ProductChange, right=KEEPER)
def change_product(caller: Caller, product: Product, body: ProductChange, version: int | None) -> Product:
    """Rename or put away."""
    return _saved(product, body.given(), actions.save_product, caller)  # type: ignore[no-any-return]
