"""Which facts of a call the ledger has not been told yet.

``Call.said`` lists what was told: "started", "queued:<queue>@<second>", "promised@<second>",
"ringing:<extension>@<second>", "connected:<extension>@<second>", and "ended:<outcome>". A call whose outcome differs from the last
one told is told as revised. Internal calls and those of blocked callers are nobody's business.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from perezvon.journey.actions import NewFact

from .. import facts
from ..canonical import ENDED, INTERNAL, QUEUED
from ..canonical import Call as Told
from ..models import Call
from ..stages import Cause
from .directory import Directory

ANSWERED = "answered"
INT_MOST = 2_147_483_647


@dataclass(frozen=True, slots=True)
class News:
    """One thing that may be told: its mark in ``said`` and the fact."""

    mark: str
    fact: NewFact


def untold(call: Call, told: Told, directory: Directory) -> list[NewFact]:
    """Facts to record now; their marks are added to ``call.said``."""
    if told.direction == INTERNAL or (told.cause == Cause.BARRED and not call.said):
        return []
    said, new = set(call.said), []
    for news in _everything(call, told, directory):
        if news.mark not in said:
            new.append(news)
    if not new:
        return []
    call.said = [*call.said, *(news.mark for news in new)]
    return [news.fact for news in new]


def _everything(call: Call, told: Told, directory: Directory) -> Iterator[News]:
    seat = _seat(call)
    line, provider = told.line, call.provider_id
    about = {"direction": told.direction, "line": line, "provider": provider}
    yield News("started", NewFact(facts.CALL_STARTED, told.started_at, details=about, **seat))
    for span in told.path:
        if span.state == QUEUED:
            name = directory.queue_name(provider, span.what)
            fact = NewFact(facts.CALL_QUEUED, span.at, details={"queue": name}, **seat)
            yield News(f"queued:{span.what}@{_second(span.at)}", fact)
    if told.promised_at:
        fact = NewFact(facts.CALL_PROMISED, told.promised_at, details={"queue": told.queue}, **seat)
        yield News(f"promised@{_second(told.promised_at)}", fact)
    yield from _rings(call, told, directory, seat)
    if told.state == ENDED and told.ended_at:
        yield from _end(call, told, about, seat)


def _rings(call: Call, told: Told, directory: Directory, seat: dict[str, Any]) -> Iterator[News]:
    first = True
    for attempt in told.attempts:
        user = directory.user_of(call.provider_id, attempt.extension)
        details = {"extension": attempt.extension}
        ring = NewFact(facts.CALL_RINGING, attempt.at, owner_id=user, details=details, **seat)
        yield News(f"ringing:{attempt.extension}@{_second(attempt.at)}", ring)
        if attempt.cause == ANSWERED and attempt.until:
            waited = told.wait_seconds if first else _between(attempt.at, attempt.until)
            first = False
            fact = NewFact(
                facts.CALL_CONNECTED, attempt.until, by_id=user, owner_id=user, seconds=waited, details=details, **seat
            )
            yield News(f"connected:{attempt.extension}@{_second(attempt.until)}", fact)


def _end(call: Call, told: Told, about: dict[str, Any], seat: dict[str, Any]) -> Iterator[News]:
    earlier = [mark for mark in call.said if mark.startswith("ended:")]
    mark = f"ended:{told.stage}|{told.cause}|{told.talk_seconds}|{call.user_id or ''}|{told.observed:d}"
    if earlier and earlier[-1] == mark:
        return
    details = {
        **about, "stage": told.stage, "cause": told.cause, "wait": told.wait_seconds, "observed": told.observed,
    }  # fmt: skip
    kind = facts.CALL_REVISED if earlier else facts.CALL_ENDED
    fact = NewFact(
        kind, told.ended_at or told.started_at, by_id=call.user_id, owner_id=call.user_id,
        seconds=min(told.talk_seconds, INT_MOST), details=details, **seat,
    )  # fmt: skip
    # A mark that was told before and comes back is a revision again: it must differ from all the earlier ones.
    yield News(mark if mark not in earlier else f"{mark}#{len(earlier)}", fact)


def _seat(call: Call) -> dict[str, Any]:
    return {
        "call_id": call.pk, "person_id": call.person_id, "department_id": call.department_id, "channel": "call",
    }  # fmt: skip


def _second(at: datetime) -> int:
    return int(at.timestamp())


def _between(start: datetime, end: datetime) -> int:
    return min(INT_MOST, max(0, int((end - start).total_seconds())))
