"""Calls whose end nobody told us: closed by our own raw event, so that a replay gives the same."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from perezvon.journey.actions import wake

from ..models import Call, Provider, RawEvent
from ..providers.contract import INFERRED_END, Event, digest_of
from .intake import account_of, store

SILENT = timedelta(minutes=30)
SILENT_IN_TALK = timedelta(hours=4)
_MOST = 1000


@transaction.atomic
def close_silent(at: datetime) -> int:
    """Close calls that have been silent too long: 30 minutes, in a talk 4 hours; how many."""
    live = Call.objects.live().filter(started_at__lt=at - SILENT).select_related("provider").order_by("started_at")
    calls = list(live[:_MOST])
    last = _last_signs(calls)
    silent = [c for c in calls if last.get((c.provider_id, c.key), c.started_at) < at - _patience(c)]
    return close(silent, at=at, reason="silent")


def _patience(call: Call) -> timedelta:
    return SILENT_IN_TALK if call.state in (Call.State.TALKING, Call.State.HELD) else SILENT


def _last_signs(calls: list[Call]) -> dict[tuple[int, str], datetime]:
    keys = {call.key for call in calls}
    rows = RawEvent.objects.filter(provider__in={call.provider_id for call in calls}, call_key__in=keys)
    signs = rows.values_list("provider_id", "call_key").annotate(last=Max("received_at"))
    return {(provider_id, key): last for provider_id, key, last in signs}


@transaction.atomic
def close(calls: Iterable[Call], *, at: datetime, reason: str) -> int:
    """Store that these calls are over as far as we can tell; the interpreter does the rest."""
    by_provider: dict[Provider, list[Call]] = {}
    for call in calls:
        by_provider.setdefault(call.provider, []).append(call)
    closed = 0
    for provider, own in by_provider.items():
        events = [(ended(call.key, at, reason), at) for call in own]
        closed += store(account_of(provider), events)
    if closed:
        wake("telephony.interpret")
    return closed


def ended(key: str, at: datetime, reason: str) -> Event:
    """Our own raw event: this call is over, as far as we can tell."""
    payload = {"at": at.isoformat(), "reason": reason}
    return Event(INFERRED_END, key, payload, digest_of(INFERRED_END, key, reason))
