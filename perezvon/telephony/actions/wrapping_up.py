"""After a talk: time to write down what came of it, and the result itself."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from perezvon.crm.actions import NewTask, complete_task, set_tasks
from perezvon.crm.actions.notes import without_numbers
from perezvon.crm.models import Task
from perezvon.journey.actions import NewFact, cancel_timer, record, record_many, set_timers
from perezvon.journey.models import Due, Fact

from .. import facts
from ..models import Call, CallResult, Dialling, Queue, WrapUp
from ..stages import TALKED
from .directory import Directory, directory

OVER = "telephony.wrap_up_over"


@transaction.atomic
def begin(ended: Sequence[Fact]) -> list[WrapUp]:
    """Give everybody who talked in these ended calls the wrap-up time of the call's queue. May be repeated.

    Only on an exchange of our own: a cloud exchange keeps its wrap-up itself. A call without a queue gives none.
    """
    ids = [fact.call_id for fact in ended if fact.details.get("stage") == TALKED]
    calls = list(Call.objects.filter(pk__in=ids, provider__kind="asterisk").exclude(queue="").order_by("pk"))
    if not calls:
        return []
    book, seconds = directory({call.provider_id for call in calls}), _seconds_of(calls)
    rows = [row for call in calls for row in _rows(call, book, seconds.get((call.provider_id, call.queue), 0))]
    known = set(WrapUp.objects.filter(call__in=calls).values_list("call_id", "user_id"))
    made = WrapUp.objects.bulk_create(row for row in rows if (row.call_id, row.user_id) not in known)
    set_timers([Due(kind=OVER, key=str(row.pk), due_at=row.most_until) for row in made])
    by_pk = {call.pk: call for call in calls}
    record_many(_fact(facts.CALL_WRAP_UP, row, by_pk[row.call_id], row.since) for row in made)
    return made


def _seconds_of(calls: Iterable[Call]) -> dict[tuple[int, str], int]:
    rows = Queue.objects.filter(provider__in={call.provider_id for call in calls})
    return {(provider, key): most for provider, key, most in rows.values_list("provider_id", "key", "wrap_up_seconds")}


def _rows(call: Call, book: Directory, seconds: int) -> list[WrapUp]:
    """One for each who talked, from the moment his own leg ended."""
    left = {leg.get("id"): leg.get("until") for leg in call.legs}
    rows: dict[int, WrapUp] = {}
    for attempt in call.attempts:
        user = book.user_of(call.provider_id, attempt.get("extension", ""))
        if attempt.get("cause") != "answered" or user is None or not seconds:
            continue
        until = left.get(attempt.get("leg"))
        since = datetime.fromisoformat(until) if until else call.ended_at
        if since is not None:
            rows[user] = WrapUp(call=call, user_id=user, since=since, most_until=since + timedelta(seconds=seconds))
    return list(rows.values())


@transaction.atomic
def finish(wrap: WrapUp, *, by: Any = None, at: datetime) -> bool:
    """End the wrap-up; whether it was still on. It never lasts longer than the queue allows."""
    until = max(wrap.since, min(at, wrap.most_until))
    if not WrapUp.objects.filter(pk=wrap.pk, until=None).update(until=until):
        return False
    cancel_timer(OVER, str(wrap.pk))
    call, seconds = wrap.call, int((until - wrap.since).total_seconds() + 0.5)
    record_many([_fact(facts.CALL_WRAPPED_UP, wrap, call, until, by_id=getattr(by, "pk", None), seconds=seconds)])
    return True


def _fact(kind: str, wrap: WrapUp, call: Call, at: datetime, **more: Any) -> NewFact:
    return NewFact(
        kind, at, owner_id=wrap.user_id, call_id=call.pk, person_id=call.person_id, department_id=call.department_id,
        channel="call", **more,
    )  # fmt: skip


@transaction.atomic
def note_result(
    call: Call, *, result: str, note: str = "", then: NewTask | None = None, by: Any, at: datetime
) -> CallResult:
    """Write down what came of a call and plan the next step; the task that asked for the call is done by it.

    The writer's wrap-up ends with it.
    """
    row = CallResult.objects.create(call=call, by=by, at=at, result=result[:200], note=note)
    words = ". ".join(part for part in (result, note) if part)
    record(
        facts.CALL_NOTED, at=at, by=by, call_id=call.pk, person_id=call.person_id, owner_id=by.pk,
        department_id=call.department_id, channel="call", result=without_numbers(words)[:500],
    )  # fmt: skip
    for task in _tasks_of(call):
        complete_task(task, result=words, by=by, at=at)
    if then is not None:
        set_tasks([then], at)
    for wrap in WrapUp.objects.filter(call=call, user=by, until=None).select_related("call"):
        finish(wrap, by=by, at=at)
    return row


def _tasks_of(call: Call) -> list[Task]:
    wishes = Dialling.objects.filter(provider=call.provider_id, call_key=call.key, task__isnull=False)
    return list(Task.objects.open().filter(pk__in=wishes.values("task")).order_by("pk"))


@transaction.atomic
def end_over(ids: Iterable[int], *, at: datetime) -> None:
    """Those whose time is over."""
    for wrap in WrapUp.objects.filter(pk__in=list(ids), until=None).select_related("call").order_by("pk"):
        finish(wrap, at=at)
