"""Deals: opening, free moves, winning, losing, opening again."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from perezvon.journey.actions import NewFact, record_many
from perezvon.staff import reads as staff

from .. import facts
from ..models import (
    Company,
    Deal,
    DealLine,
    DealOutcome,
    DealWait,
    LostReason,
    Person,
    Pipeline,
    Product,
    Stage,
    StageCheck,
    StageTransition,
)
from . import custom, tags
from .entering import let_in, tick
from .errors import AmountOfLines, ChangedMeanwhile, OutcomeNeeded, Refused
from .notes import without_numbers
from .people import adopt_people
from .tasks import keep_next_actions

CHANGEABLE = frozenset(
    {"title", "amount", "product_id", "responsible_id", "department_id", "company_id", "source_id", "expected_on"}
)
STATUS = {Stage.Kind.WON: Deal.Status.WON, Stage.Kind.LOST: Deal.Status.LOST}


@transaction.atomic
def open_deal(
    *,
    person: Person | None,
    title: str,
    by: Any = None,
    at: datetime,
    pipeline: Pipeline | None = None,
    stage: Stage | None = None,
    amount: Decimal | int = 0,
    product: Product | None = None,
    responsible: Any = None,
    department: Any = None,
    ticket_id: int | None = None,
    source_id: int | None = None,
    company: Company | None = None,
    own: Mapping[str, Any] | None = None,
    expected_on: date | None = None,
    batch: int | None = None,
) -> Deal:
    """A new deal, by default in the first open stage of the default pipeline.

    ``own`` are values of own fields; ``batch`` is the import that does it, here and below. Opening a deal enters the person in the CRM, and one without a responsible gets the deal's.
    """
    stage = stage or first_stage(pipeline)
    responsible = responsible or by
    department_id = getattr(department, "pk", None) or getattr(responsible, "department_id", None)
    if person is not None and source_id is None:
        source_id = person.source_id
    deal = Deal.objects.create(
        title=title, person=person, company=company, pipeline_id=stage.pipeline_id, stage=stage, stage_since=at,
        amount=amount, product=product, responsible=responsible, department_id=department_id,
        source_id=source_id, ticket_id=ticket_id, created_at=at, created_by=by, expected_on=expected_on,
        custom=custom.filled(own or {}),
    )  # fmt: skip
    StageTransition.objects.create(deal=deal, from_stage=None, to_stage=stage, at=at, by=by)
    if person is not None:
        _enter(person, deal, at)
    _tell(
        facts.DEAL_OPENED, deal, by=by, at=at, amount=deal.amount,
        title=title, pipeline=stage.pipeline_id, stage=stage.name, stage_id=stage.pk, product=deal.product_id, **_of(batch),
    )  # fmt: skip
    return deal


def first_stage(pipeline: Pipeline | None = None) -> Stage:
    """The first open stage of ``pipeline`` (None = the default one). Stage.DoesNotExist when there is none."""
    stages = Stage.objects.filter(kind=Stage.Kind.OPEN, is_archived=False)
    if pipeline is not None:
        return stages.filter(pipeline=pipeline).earliest("order", "id")
    return stages.filter(pipeline__is_archived=False).earliest(
        F("pipeline__is_default").desc(), "pipeline__order", "order", "id"
    )


def _enter(person: Person, deal: Deal, at: datetime) -> None:
    Person.objects.filter(pk=person.pk).update(entered_at=Coalesce(F("entered_at"), at))
    adopt_people({person.pk: (deal.responsible_id, deal.department_id)})
    person.refresh_from_db(fields=["entered_at", "responsible", "department"])


def _tell(
    fact: str,
    deal: Deal,
    *,
    by: Any,
    at: datetime,
    amount: Decimal | None = None,
    seconds: int | None = None,
    **details: Any,
) -> None:
    """Record one fact about a deal with all its ids."""
    record_many([
        NewFact(
            fact, at, by_id=getattr(by, "pk", by), owner_id=deal.responsible_id, department_id=deal.department_id,
            person_id=deal.person_id, company_id=deal.company_id, ticket_id=deal.ticket_id, deal_id=deal.pk,
            source_id=deal.source_id, amount=amount, seconds=seconds, details=details,
        )
    ])  # fmt: skip


def _of(batch: int | None) -> dict[str, Any]:
    return {} if batch is None else {"batch": batch}


def _between(left: Stage, stage: Stage) -> dict[str, Any]:
    told: dict[str, Any] = {"from": left.name, "to": stage.name, "from_id": left.pk, "to_id": stage.pk}
    if left.pipeline_id == stage.pipeline_id:
        return told
    return {
        **told, "pipeline": left.pipeline.name, "to_pipeline": stage.pipeline.name, "pipeline_id": left.pipeline_id,
        "to_pipeline_id": stage.pipeline_id,
    }  # fmt: skip


def locked(deal: Deal) -> Deal:
    """The deal's row, held until the end of the transaction; part of a bigger action."""
    # No join with the stage here: after waiting for a rival's move the joined row would not match any more.
    return Deal.objects.select_for_update(no_key=True).get(pk=deal.pk)


def _transit(row: Deal, stage: Stage, *, by: Any, at: datetime) -> StageTransition:
    """Put the locked deal into ``stage``; the transition tells how long it was in the one it left."""
    since = row.stage_since
    seconds = max(0, int((at - since).total_seconds()))
    working = staff.calendar_of(row.department_id).between(since, at) if seconds else 0
    made = StageTransition.objects.create(
        deal=row, from_stage=row.stage, to_stage=stage, at=at, by=by, seconds=seconds, working_seconds=working
    )
    row.stage, row.pipeline_id, row.stage_since = stage, stage.pipeline_id, at
    row.status = STATUS.get(Stage.Kind(stage.kind), Deal.Status.OPEN)
    row.closed_at = None if row.status == Deal.Status.OPEN else at
    row.version += 1
    row.save(update_fields=["stage", "pipeline", "stage_since", "status", "closed_at", "amount", "version"])
    waits = DealWait.objects.filter(deal=row, ended_at=None)
    if row.closed_at and waits.update(ended_at=at, ended_by=DealWait.End.PERSON):
        keep_next_actions([row.pk])  # whoever has decided is not waited for any more
    return made


def _show(deal: Deal, row: Deal) -> None:
    """Let the caller's object say what the row says now."""
    for name in ("stage", "pipeline_id", "stage_since", "status", "closed_at", "amount", "version"):
        setattr(deal, name, getattr(row, name))


@transaction.atomic
def move_deal(
    deal: Deal,
    stage: Stage,
    *,
    by: Any = None,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
    ticked: Iterable[StageCheck] = (),
) -> Deal:
    """Move a deal to any open stage, forward, back or over some; a closed one is opened again.

    ``changes`` are columns filled in on the way, ``ticked`` items of the stage's checklist ticked off now, saved together
    with the move; FieldsNeeded or ChecksNeeded when the stage asks for more. To a stage of another pipeline it is a
    transfer, told as such.

    OutcomeNeeded for a won or lost stage: those are ``win_deal`` and ``lose_deal``. A move to the
    stage it stands in does nothing.
    """
    if Stage.Kind(stage.kind) in STATUS:
        raise OutcomeNeeded
    row = locked(deal)
    if changes:
        change_deal(row, changes, version=row.version, by=by, at=at)
    tick(row, ticked, by=by, at=at)
    if row.stage_id != stage.pk:
        let_in(row, stage)
    if row.status != Deal.Status.OPEN:
        return reopen_deal(deal, stage, by=by, at=at)
    if row.stage_id != stage.pk:
        left = row.stage
        made = _transit(row, stage, by=by, at=at)
        is_here = left.pipeline_id == stage.pipeline_id
        _tell(
            facts.DEAL_MOVED if is_here else facts.DEAL_TRANSFERRED, row, by=by, at=at, seconds=made.seconds,
            working_seconds=made.working_seconds, kind=stage.kind, **_between(left, stage),
        )  # fmt: skip
    _show(deal, row)
    return deal


@transaction.atomic
def place_deal(deal: Deal, stage: Stage, *, at: datetime, batch: int) -> Deal:
    """Put an open deal into the open stage where another CRM has it now; what the stage asks for is not asked."""
    row = locked(deal)
    if row.status != Deal.Status.OPEN or Stage.Kind(stage.kind) in STATUS:
        raise Refused
    left = row.stage
    made = _transit(row, stage, by=None, at=at)
    kind = facts.DEAL_MOVED if left.pipeline_id == stage.pipeline_id else facts.DEAL_TRANSFERRED
    _tell(
        kind, row, by=None, at=at, seconds=made.seconds, working_seconds=made.working_seconds, kind=stage.kind,
        **_between(left, stage), **_of(batch),
    )  # fmt: skip
    _show(deal, row)
    return deal


@transaction.atomic
def win_deal(
    deal: Deal,
    *,
    amount: Decimal | int,
    by: Any = None,
    at: datetime,
    stage: Stage | None = None,
    batch: int | None = None,
) -> Deal:
    """The client buys for ``amount`` roubles. Refused when it is below zero or the deal is won already."""
    if amount < 0:
        raise Refused
    row = locked(deal)
    if row.status == Deal.Status.WON:
        raise Refused
    row.amount = Decimal(amount)
    _transit(row, stage or closing_stage(row, Stage.Kind.WON), by=by, at=at)
    DealOutcome.objects.update_or_create(
        deal=row, defaults={"won": True, "reason": None, "comment": "", "by": by, "at": at}
    )
    if row.person_id:
        Person.objects.filter(pk=row.person_id, first_sale_at=None).update(first_sale_at=at)
    _tell(facts.DEAL_WON, row, by=by, at=at, amount=row.amount, product=row.product_id, **_of(batch))
    _show(deal, row)
    return deal


@transaction.atomic
def lose_deal(
    deal: Deal,
    *,
    reason: LostReason,
    comment: str,
    by: Any = None,
    at: datetime,
    stage: Stage | None = None,
    batch: int | None = None,
) -> Deal:
    """The deal is lost for a reason and with a comment in words; the database refuses less."""
    row = locked(deal)
    if row.status == Deal.Status.LOST:
        raise Refused
    left = row.stage
    _transit(row, stage or closing_stage(row, Stage.Kind.LOST), by=by, at=at)
    DealOutcome.objects.update_or_create(
        deal=row, defaults={"won": False, "reason": reason, "comment": comment, "by": by, "at": at}
    )
    _tell(
        facts.DEAL_LOST, row, by=by, at=at, amount=row.amount, reason=reason.name, reason_id=reason.pk,
        comment=without_numbers(comment), stage_id=left.pk, stage=left.name, **_of(batch),
    )  # fmt: skip
    _show(deal, row)
    return deal


def closing_stage(deal: Deal, kind: Stage.Kind) -> Stage:
    """The won or lost stage of the deal's pipeline. Refused when the pipeline has none."""
    stage = (
        Stage.objects.filter(pipeline_id=deal.pipeline_id, kind=kind, is_archived=False).order_by("order", "id").first()
    )
    if stage is None:
        raise Refused
    return stage


@transaction.atomic
def reopen_deal(deal: Deal, stage: Stage, *, by: Any = None, at: datetime) -> Deal:
    """Take a won or lost deal back into work; its outcome stays in the ledger only."""
    row = locked(deal)
    if row.status == Deal.Status.OPEN or Stage.Kind(stage.kind) in STATUS:
        raise Refused
    left, was = row.stage, row.status
    DealOutcome.objects.filter(deal=row).delete()
    _transit(row, stage, by=by, at=at)
    _tell(facts.DEAL_REOPENED, row, by=by, at=at, amount=row.amount, was=was, **_between(left, stage))
    _show(deal, row)
    return deal


@transaction.atomic
def change_deal(
    deal: Deal,
    changes: Mapping[str, Any],
    *,
    version: int,
    by: Any = None,
    at: datetime,
    batch: int | None = None,
) -> Deal:
    """Save changed columns of the deal read at ``version``.

    ChangedMeanwhile when it is not the last; AmountOfLines when the amount is the sum of its lines; TypeError for a
    column that is not for changing.
    """
    if unknown := changes.keys() - CHANGEABLE - {"custom", "tags"}:
        raise TypeError(f"not for changing: {sorted(unknown)}")
    wanted = custom.columns(changes, CHANGEABLE)
    if wanted.get("amount", deal.amount) != deal.amount and DealLine.objects.filter(deal=deal).exists():
        raise AmountOfLines
    if not Deal.objects.filter(pk=deal.pk, version=version).update(**wanted, version=F("version") + 1):
        raise ChangedMeanwhile
    if "tags" in changes:
        tags.lay(deal, changes["tags"], by=by, at=at)
    deal.refresh_from_db()
    fields = custom.names(changes, CHANGEABLE)
    _tell(facts.DEAL_CHANGED, deal, by=by, at=at, amount=deal.amount, fields=fields, **_of(batch))
    return deal


def change_amount(row: Deal, amount: Decimal, *, product_id: int | None, by: Any, at: datetime) -> None:
    """Let a locked deal say what its lines say; part of a bigger action."""
    wanted = {"amount": amount, "product_id": product_id}
    Deal.objects.filter(pk=row.pk).update(**wanted, version=F("version") + 1)
    row.refresh_from_db()
    _tell(facts.DEAL_CHANGED, row, by=by, at=at, amount=amount, fields=["amount", "lines"])


def link_ticket(deal: Deal, ticket_id: int) -> None:
    """Say which request a deal grew from, when nothing is said yet; the request's own fact tells it."""
    if Deal.objects.filter(pk=deal.pk, ticket_id=None).update(ticket_id=ticket_id):
        deal.ticket_id = ticket_id
