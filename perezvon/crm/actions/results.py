"""Ready results of tasks, as the company wants them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from perezvon.journey.actions import record

from .. import facts
from ..models import TaskResult

STEP = 10


@transaction.atomic
def save_result(result: TaskResult, *, by: Any, at: datetime) -> TaskResult:
    """Add, change or put away a result; a new one stands last."""
    if not result.pk:
        last = TaskResult.objects.filter(kind=result.kind).aggregate(last=Max("order"))["last"] or 0
        result.order = last + STEP
    result.save()
    record(facts.RESULTS_CHANGED, at=at, by=by, name=result.text)
    return result


@transaction.atomic
def move_result(result: TaskResult, *, up: bool, by: Any, at: datetime) -> None:
    """Put a result one place up or down among those of its kind."""
    rows = list(
        TaskResult.objects.select_for_update().filter(kind=result.kind, is_archived=False).order_by("order", "id")
    )
    place = next((n for n, row in enumerate(rows) if row.pk == result.pk), None)
    other = None if place is None else place + (-1 if up else 1)
    if place is None or other is None or not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for n, row in enumerate(rows, 1):
        row.order = STEP * n
    TaskResult.objects.bulk_update(rows, ["order"])
    record(facts.RESULTS_CHANGED, at=at, by=by, name=result.text)
