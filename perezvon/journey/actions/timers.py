"""Timers: looking at a thing again in the future. A million of them cost nothing until they fall due."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ..models import Due


def set_timer(kind: str, key: str | int, due_at: datetime, **payload: Any) -> None:
    """Set or move the timer (kind, key) to ``due_at``."""
    set_timers([Due(kind=kind, key=str(key), due_at=due_at, payload=payload)])


def set_timers(dues: Sequence[Due]) -> None:
    """Set or move many timers with one statement; of two with one (kind, key) the last counts."""
    one_per_key = {(due.kind, due.key): due for due in dues}
    Due.objects.bulk_create(
        one_per_key.values(),
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["due_at", "payload", "tries", "error"],
    )


def cancel_timer(kind: str, *keys: str | int) -> None:
    """Forget timers; those that are not set are no error."""
    Due.objects.filter(kind=kind, key__in=[str(key) for key in keys]).delete()
