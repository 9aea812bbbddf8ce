"""A contact centre for the tests of the board: calls at any place of their way."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from perezvon.telephony.models import Call, Provider, Queue

_numbers = count(1)


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def call(provider: Provider, at: datetime, *, queue: Queue | None = None, menu: float = 5, **fields: Any) -> Call:
    """A call that began ``menu`` seconds before it came into its queue at ``at``; ``fields`` are columns."""
    number = next(_numbers)
    start = at - seconds(menu)
    path = [{"state": "ivr", "at": start.isoformat()}]
    if queue is not None:
        path.append({"state": "queued", "at": at.isoformat(), "what": queue.key})
    values = {
        "direction": "in", "state": "queued" if queue else "ivr", "phone": f"+7916000{number:04d}", "started_at": start,
        "queue": queue.key if queue else "", "department": queue.department if queue else None, "path": path,
    }  # fmt: skip
    return Call.objects.create(provider=provider, key=f"c{number}", **{**values, **fields})


def answered(provider: Provider, at: datetime, wait: float, talk: float, **fields: Any) -> Call:
    """A talk that is over: into the queue at ``at``, answered after ``wait`` seconds."""
    start, end = at + seconds(wait), at + seconds(wait + talk)
    return call(provider, at, state="ended", stage="talked", answered_at=start, ended_at=end, talk_seconds=int(talk), **fields)  # fmt: skip


def lost(provider: Provider, at: datetime, wait: float, stage: str = "L05", **fields: Any) -> Call:
    """A client who was lost ``wait`` seconds after he came into the queue at ``at``."""
    return call(provider, at, state="ended", stage=stage, cause="caller_hangup", ended_at=at + seconds(wait), **fields)


def talking(provider: Provider, at: datetime, user: Any, wait: float = 10, **fields: Any) -> Call:
    """A talk that lasts, answered ``wait`` seconds after the client came into the queue."""
    one = call(provider, at, state="talking", user=user, answered_at=at + seconds(wait), **fields)
    one.path = [*one.path, {"state": "talking", "at": (at + seconds(wait)).isoformat(), "what": user.extension}]
    one.save()
    return one


def ringing(provider: Provider, at: datetime, extension: str, **fields: Any) -> Call:
    """A client in the queue for whom a telephone rings."""
    attempts = [{"extension": extension, "leg": "b", "at": at.isoformat()}]
    return call(provider, at, **{"state": "ringing", "attempts": attempts, **fields})
