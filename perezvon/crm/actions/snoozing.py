"""Putting something out of one's inbox for a while: it comes back by itself, deadlines stay as they are."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from perezvon.journey.actions import NewFact, cancel_timer, record_many, set_timer

from .. import facts
from ..models import Snooze
from .errors import Refused

TIMER = "crm.snooze"
LONGEST = timedelta(days=400)


@transaction.atomic
def snooze(noun: str, pk: int, title: str, until: datetime, *, by: Any, at: datetime) -> Snooze:
    """Put a thing out of ``by``'s inbox until a moment; one that sleeps already sleeps on until then.

    Refused for a moment that is past or too far.
    """
    if not at < until <= at + LONGEST:
        raise Refused
    for old in Snooze.objects.select_for_update().filter(user=by, noun=noun, thing_id=pk, returned_at=None):
        cancel_timer(TIMER, old.pk)
        old.delete()
    made = Snooze.objects.create(user=by, noun=noun, thing_id=pk, title=title[:200], until=until, at=at)
    set_timer(TIMER, made.pk, until)
    record_many([_fact(facts.SNOOZED, made, at, by.pk)])
    return made


@transaction.atomic
def wake(rows: Iterable[Snooze], *, by: Any = None, at: datetime) -> int:
    """Let things come back; how many did."""
    slept = list(Snooze.objects.select_for_update().filter(pk__in=[row.pk for row in rows], returned_at=None))
    for row in slept:
        row.returned_at = at
        cancel_timer(TIMER, row.pk)
    Snooze.objects.bulk_update(slept, ["returned_at"])
    record_many(_fact(facts.SNOOZE_OVER, row, at, getattr(by, "pk", None)) for row in slept)
    return len(slept)


def snoozes_over(ids: Iterable[int], *, at: datetime) -> int:
    """Those whose time has come."""
    return wake(Snooze.objects.filter(pk__in=list(ids), returned_at=None, until__lte=at), at=at)


def _fact(kind: str, row: Snooze, at: datetime, by_id: int | None) -> NewFact:
    return NewFact(
        kind, at, by_id=by_id, owner_id=row.user_id, details={"title": row.title, "until": row.until, row.noun: row.thing_id},
        deal_id=row.thing_id if row.noun == "deal" else None, ticket_id=row.thing_id if row.noun == "ticket" else None,
    )  # fmt: skip
