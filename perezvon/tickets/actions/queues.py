"""The administrator's part: queues, their people and rules, promises of time, the ladder, checklists.

Every change leaves a fact; what is taken away while requests still point to it is put away, not deleted.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model

from perezvon.journey.actions import record

from .. import facts
from ..models import AssignRule, ChecklistItem, LadderStep, QueueSeat, SlaPolicy, TicketQueue, TicketSettings
from .rulebook import forget_rulebook, named
from .settings import change_settings

M = TypeVar("M", TicketQueue, AssignRule, SlaPolicy)


def _tell(kind: str, by: Any, at: datetime, **details: Any) -> None:
    record(kind, at=at, by=by, **details)
    transaction.on_commit(forget_rulebook)


def _last(rows: Any) -> int:
    """The place after the last."""
    highest = rows.order_by("-order").values_list("order", flat=True).first()
    return (highest or 0) + 10


@transaction.atomic
def save_queue(row: TicketQueue, *, by: Any, at: datetime) -> TicketQueue:
    """Add a queue (at the end) or change one."""
    if row.pk is None:
        row.order = _last(TicketQueue.objects.all())
    row.save()
    _tell(facts.QUEUE_CHANGED, by, at, name=row.name)
    return row


@transaction.atomic
def save_seat(row: QueueSeat, *, by: Any, at: datetime) -> QueueSeat:
    """Let somebody work in a queue, or change his limits, skills and sources."""
    row.save()
    _tell(facts.QUEUE_CHANGED, by, at, name=row.queue.name)
    return row


@transaction.atomic
def remove_seat(row: QueueSeat, *, by: Any, at: datetime) -> None:
    """He works in this queue no more; what he was given stays his."""
    row.delete()
    _tell(facts.QUEUE_CHANGED, by, at, name=row.queue.name)


@transaction.atomic
def save_rule(row: AssignRule, *, by: Any, at: datetime) -> AssignRule:
    """Add a rule (the last one) or change one."""
    if row.pk is None:
        row.order = _last(AssignRule.objects.filter(queue=row.queue_id))
    row.save()
    _tell(facts.QUEUE_CHANGED, by, at, name=row.queue.name)
    return row


@transaction.atomic
def remove_rule(row: AssignRule, *, by: Any, at: datetime) -> None:
    """Take a rule away; the log keeps what it was called."""
    row.delete()
    _tell(facts.QUEUE_CHANGED, by, at, name=row.queue.name)


@transaction.atomic
def save_policy(row: SlaPolicy, *, by: Any, at: datetime) -> SlaPolicy:
    """Add a promise (the last one) or change one; clocks that run follow."""
    if row.pk is None:
        row.order = _last(SlaPolicy.objects.all())
    row.save()
    _tell(facts.PROMISE_CHANGED, by, at, name=row.name)
    return row


@transaction.atomic
def set_condition(row: M, where: dict[str, Any], *, by: Any, at: datetime) -> M:
    """Which requests are meant; the tree was read by the caller."""
    row.where = where
    row.save(update_fields=["where"])
    if isinstance(row, SlaPolicy):
        _tell(facts.PROMISE_CHANGED, by, at, name=row.name)
    else:
        _tell(facts.QUEUE_CHANGED, by, at, name=str(row) if isinstance(row, TicketQueue) else str(named(row)))
    return row


@transaction.atomic
def move(row: M | ChecklistItem, rows: Sequence[M | ChecklistItem], step: int, *, by: Any, at: datetime) -> None:
    """Put ``row`` one place up (-1) or down (1) among ``rows``, which are in their order; at the edge nothing happens."""
    order = [each.pk for each in rows]
    place = order.index(row.pk)
    other = place + step
    if not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    model: type[Model] = type(row)
    for index, pk in enumerate(order):
        model._default_manager.filter(pk=pk).update(order=(index + 1) * 10)
    kind = facts.PROMISE_CHANGED if isinstance(row, SlaPolicy) else facts.QUEUE_CHANGED
    if isinstance(row, ChecklistItem):
        _tell(facts.CHECKLIST_CHANGED, by, at, item=row.text)
    else:
        _tell(kind, by, at, name=str(named(row)) if isinstance(row, AssignRule) else row.name)


@transaction.atomic
def save_step(row: LadderStep, *, by: Any, at: datetime) -> LadderStep:
    """Add a step of escalation or change one."""
    row.full_clean()
    row.save()
    _tell(facts.LADDER_CHANGED, by, at)
    return row


@transaction.atomic
def remove_step(row: LadderStep, *, by: Any, at: datetime) -> None:
    """Take a step of escalation away."""
    row.delete()
    _tell(facts.LADDER_CHANGED, by, at)


def set_repeats(minutes: Sequence[int], *, by: Any, at: datetime) -> TicketSettings:
    """The pauses between reminders after the last step, in working minutes."""
    row = change_settings({"repeats": list(minutes)}, by=by, at=at)
    transaction.on_commit(forget_rulebook)
    return row


@transaction.atomic
def save_item(row: ChecklistItem, *, by: Any, at: datetime) -> ChecklistItem:
    """Add an item of a checklist (the last one of its step) or change one; ticks that were made stay."""
    if row.pk is None:
        row.order = _last(ChecklistItem.objects.filter(step=row.step))
    row.save()
    _tell(facts.CHECKLIST_CHANGED, by, at, item=row.text)
    return row
