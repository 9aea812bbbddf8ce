"""Building calls again from what was stored, and saying what comes out differently."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from ..models import Call, Provider, RawEvent
from .interpret import Key, claim_calls, settle, would_be

_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One column of one call that was stored otherwise than the events tell."""

    key: str
    column: str
    stored: Any
    rebuilt: Any


@dataclass(slots=True)
class Report:
    """What a replay did: calls rebuilt, calls that were missing, differences found, events left out."""

    calls: int = 0
    added: int = 0
    rejected: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether the stored calls were just what the events tell."""
        return not self.differences and not self.added


def replay(provider: Provider, since: datetime, until: datetime, *, progress: Any = None) -> Report:
    """Rebuild the calls of events received in [since, until) and store them; a second run finds nothing.

    Outcomes that change are told to the ledger as revised. ``progress(done)`` is called per chunk.
    """
    report = Report()
    for keys in _chunks(provider, since, until):
        with transaction.atomic():
            _rebuild({(provider.pk, key): [] for key in keys}, report)
        if progress:
            progress(report.calls)
    return report


def _chunks(provider: Provider, since: datetime, until: datetime) -> Iterator[list[str]]:
    events = RawEvent.objects.filter(provider=provider, received_at__gte=since, received_at__lt=until)
    told = events.exclude(call_key="").exclude(state=RawEvent.State.IGNORED)
    last = ""
    while True:
        rows = told.filter(call_key__gt=last).order_by("call_key").values_list("call_key", flat=True).distinct()
        keys = list(rows[:_CHUNK])
        if not keys:
            return
        yield keys
        last = keys[-1]


def _rebuild(wanted: dict[Key, list[int]], report: Report) -> None:
    claim_calls(wanted)
    before = {
        call.key: call for call in Call.objects.filter(provider=next(iter(wanted))[0], key__in=[k for _p, k in wanted])
    }
    for key, columns in would_be(wanted).items():
        report.calls += 1
        call = before.get(key[1])
        if call is None:
            report.added += 1
            continue
        for name, value in columns.items():
            stored = getattr(call, name)
            if stored != value:
                report.differences.append(Difference(key[1], name, stored, value))
    settle(wanted)
    report.rejected += RawEvent.objects.filter(
        provider=next(iter(wanted))[0], call_key__in=[k for _p, k in wanted], state=RawEvent.State.REJECTED
    ).count()
