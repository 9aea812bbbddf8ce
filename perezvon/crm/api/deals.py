"""Deals and their moves."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Expansion, Heard, Noun, fact_of, of_listing, register
from perezvon.api.problems import wrong
from perezvon.api.schemas import Amount, Field, Id, In, Moment, Out, Roubles
from perezvon.staff import reads as staff

from .. import actions
from ..actions.tags import mark
from ..columns import with_tags
from ..listings import DEALS as LISTING
from ..models import Company, Deal, DealOutcome, DealWait, LostReason, Person, Pipeline, Product, Stage, StageTransition
from .shared import OWN_WORDS, Own, Tags, check_source, checked_own, somebody

Title = Annotated[str, Field(min_length=1, max_length=200)]
Why = Annotated[str, Field(min_length=1, max_length=4000)]


class DealOut(Out):
    """A possible sale: where it stands, for how much, what is done next."""

    id: int
    version: int = Field(description=_("Grows with every change; send it back as If-Match or “version”."))
    title: str
    person_id: int | None
    company_id: int | None
    pipeline_id: int
    stage_id: int
    stage_since: datetime
    status: Deal.Status
    amount: Roubles
    product_id: int | None
    source_id: int | None
    ticket_id: int | None = Field(description=_("The request that it grew from."))
    responsible_id: int | None
    department_id: int | None
    next_action_at: datetime | None = Field(description=_("When the nearest thing planned is due; null = nothing is."))
    next_action_kind: str
    next_action_title: str
    next_task_id: int | None
    alive_at: datetime | None = Field(description=_("When something was last done about it."))
    expected_on: date | None = Field(description=_("The day by which the sale is expected."))
    tags: list[str]
    lost_reason_id: int | None
    outcome_comment: str
    created_at: datetime
    created_by_id: int | None
    closed_at: datetime | None
    custom: Own = Field(description=OWN_WORDS)


class DealIn(In):
    """A new deal, by default in the first stage of the main pipeline."""

    title: Title
    person_id: Id | None = None
    company_id: Id | None = None
    pipeline_id: Id | None = None
    stage_id: Id | None = None
    amount: Amount = Decimal(0)
    product_id: Id | None = None
    source_id: Id | None = None
    responsible_id: Id | None = Field(None, description=_("Whoever adds, when nobody is named."))
    expected_on: date | None = None
    custom: Own = Field({}, description=OWN_WORDS)
    tags: Tags = []


class DealChange(In):
    """Only the fields that are sent are changed."""

    version: int | None = Field(None, description=_("The version that was read; 409 when it is not the last."))
    title: Title = "-"
    amount: Amount = Decimal(0)
    product_id: Id | None = None
    source_id: Id | None = None
    company_id: Id | None = None
    responsible_id: Id | None = None
    expected_on: date | None = None
    custom: Own = Field({}, description=OWN_WORDS)
    tags: Tags = Field([], description=_("All tags that shall be on it."))


class DealMoveIn(In):
    """To which stage; what the stage asks for may be filled in on the way."""

    stage_id: Id
    amount: Amount | None = None
    product_id: Id | None = None
    company_id: Id | None = None


class DealWinIn(In):
    """For how much."""

    amount: Amount
    stage_id: Id | None = None


class DealLoseIn(In):
    """Why; the comment is needed."""

    reason_id: Id
    comment: Why
    stage_id: Id | None = None


class DealReopenIn(In):
    """Into which stage."""

    stage_id: Id


class DealWaitIn(In):
    """Until when, and what for; ends by itself when the client calls or writes."""

    until: Moment
    why: Annotated[str, Field(min_length=1, max_length=200)]


_marks = with_tags("deal")


def _dress(rows: Sequence[Any], caller: Caller) -> None:
    _marks(rows, caller.user)
    ends = {one.deal_id: one for one in DealOutcome.objects.filter(deal__in=[row.pk for row in rows])}
    for row in rows:
        row.tags = row.tag_names
        end = ends.get(row.pk)
        row.lost_reason_id, row.outcome_comment = (end.reason_id, end.comment) if end else (None, "")


DEALS = of_listing(
    LISTING, "deal", DealOut, related=(), dress=_dress, heard=Heard(("deal.",), fact_of("deal_id")),
    narrow={
        "person": "person_id", "company": "company_id", "pipeline": "pipeline_id", "stage": "stage_id", "status": "status",
        "responsible": "responsible_id",
    },
    expand={
        "person": Expansion("people", "person_id"), "company": Expansion("companies", "company_id"),
        "stage": Expansion("stages", "stage_id"), "product": Expansion("products", "product_id"),
    },
)  # fmt: skip


def _stage(pk: int | None, place: str = "stage_id") -> Stage | None:
    stage: Stage | None = named(Stage.objects.filter(is_archived=False, pipeline__is_archived=False), pk, place)
    return stage


def _product(pk: int | None) -> Product | None:
    product: Product | None = named(Product.objects.filter(is_archived=False), pk, "product_id")
    return product


@DEALS.adds(DealIn)
def add(caller: Caller, body: DealIn) -> Deal:
    """A new deal of a client."""
    person = named(Person.objects.visible_to(caller.user), body.person_id, "person_id")
    company = named(Company.objects.visible_to(caller.user), body.company_id, "company_id")
    if person is None and company is None:
        raise wrong("body.person_id", _now("A deal has a client: name a person or a company."))
    pipeline = named(Pipeline.objects.filter(is_archived=False), body.pipeline_id, "pipeline_id")
    stage = _stage(body.stage_id)
    if stage is not None and (stage.kind in ("won", "lost") or (pipeline and stage.pipeline_id != pipeline.pk)):
        raise wrong("body.stage_id", _now("A deal begins in an open stage of its pipeline."))
    check_source(body.source_id)
    deal = actions.open_deal(
        person=person, company=company, title=body.title, pipeline=pipeline, stage=stage, amount=body.amount,
        product=_product(body.product_id), source_id=body.source_id, by=caller.user, at=caller.at,
        own=checked_own("deal", body.custom), responsible=somebody(caller, "deal", body.responsible_id or caller.user.pk, is_new=True),
        expected_on=body.expected_on,
    )  # fmt: skip
    mark(deal, body.tags, by=caller.user, at=caller.at)
    return deal


@DEALS.changes(DealChange)
def change(caller: Caller, deal: Deal, body: DealChange, version: int) -> Deal:
    """The deal with other values."""
    columns = {name: value for name, value in body.given().items() if name != "version"}
    _product(columns.get("product_id"))
    check_source(columns.get("source_id"))
    named(Company.objects.visible_to(caller.user), columns.get("company_id"), "company_id")
    if "responsible_id" in columns:
        somebody(caller, "deal", columns["responsible_id"])
        columns["department_id"] = staff.department_of(columns["responsible_id"])
    if "custom" in columns:
        columns["custom"] = checked_own("deal", columns["custom"])
    return actions.change_deal(deal, columns, version=version, by=caller.user, at=caller.at)


@DEALS.verb("move", _("Deals: move to another stage"), DealMoveIn,
            about=_("Any open stage, forward or back. 409 names what the stage asks for and the deal lacks."))  # fmt: skip
def move(caller: Caller, deal: Deal, body: DealMoveIn) -> Deal:
    """Another stage."""
    columns = {name: value for name, value in body.given().items() if name != "stage_id" and value is not None}
    _product(columns.get("product_id"))
    named(Company.objects.visible_to(caller.user), columns.get("company_id"), "company_id")
    stage = _stage(body.stage_id)
    assert stage is not None
    return actions.move_deal(deal, stage, changes=columns, by=caller.user, at=caller.at)


@DEALS.verb("win", _("Deals: win"), DealWinIn, right="close")
def win(caller: Caller, deal: Deal, body: DealWinIn) -> Deal:
    """The client buys."""
    return actions.win_deal(
        deal, amount=body.amount, stage=_ending(deal, body.stage_id, "won"), by=caller.user, at=caller.at
    )


@DEALS.verb("lose", _("Deals: lose, for a reason and with a comment"), DealLoseIn, right="close")
def lose(caller: Caller, deal: Deal, body: DealLoseIn) -> Deal:
    """The deal is lost."""
    reason = named(LostReason.objects.filter(is_archived=False), body.reason_id, "reason_id")
    stage = _ending(deal, body.stage_id, "lost")
    return actions.lose_deal(deal, reason=reason, comment=body.comment, stage=stage, by=caller.user, at=caller.at)


def _ending(deal: Deal, pk: int | None, kind: str) -> Stage | None:
    return named(Stage.objects.filter(pipeline=deal.pipeline_id, kind=kind, is_archived=False), pk, "stage_id")  # type: ignore[no-any-return]


@DEALS.verb("reopen", _("Deals: take a closed one back into work"), DealReopenIn, right="close")
def reopen(caller: Caller, deal: Deal, body: DealReopenIn) -> Deal:
    """Open again."""
    stage = _stage(body.stage_id)
    assert stage is not None
    return actions.reopen_deal(deal, stage, by=caller.user, at=caller.at)


@DEALS.verb("wait", _("Deals: let it wait for the client"), DealWaitIn)
def wait(caller: Caller, deal: Deal, body: DealWaitIn) -> Deal:
    """Nothing is planned until then."""
    actions.wait(deal, body.until, why=body.why, by=caller.user, at=caller.at)
    return deal


@DEALS.verb("wait-end", _("Deals: wait no longer"))
def wait_end(caller: Caller, deal: Deal) -> Deal:
    """The waiting is over."""
    waits = list(DealWait.objects.filter(deal=deal, ended_at=None))
    actions.end_waits(waits, DealWait.End.PERSON, by=caller.user, at=caller.at)
    return deal


class TransitionOut(Out):
    """One move of a deal; the seconds are those spent in the stage that was left."""

    id: int
    deal_id: int
    from_stage_id: int | None
    to_stage_id: int
    at: datetime
    by_id: int | None
    seconds: int
    working_seconds: int


def _transitions(user: Any, verb: str) -> Any:
    return StageTransition.objects.filter(deal__in=Deal.objects.visible_to(user, verb).order_by().values("pk"))


register(Noun(
    "transitions", "transition", _("Moves of deals"), TransitionOut, _transitions, "deal", narrow={"deal": "deal_id"},
    orders=(), expand={"deal": Expansion("deals", "deal_id")}, is_exported=True,
))  # fmt: skip
