"""Signed events of made-up calls, ready to be posted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bench.world import LINE, phone

KIND = "application/x-www-form-urlencoded"
KINDS = ("answered", "queue_abandoned", "answered", "no_answer", "answered", "ivr_hangup", "answered", "lines_busy")


def call_events(provider: Any, number: int, people: int, started_at: datetime, mark: str) -> list[tuple[str, bytes]]:
    """The requests of one call: (path, body). Every second caller is unknown."""
    from perezvon.telephony.testing import mango_body, mango_call

    caller = phone(1 + number * 7919 % people) if number % 2 else f"+7901{number % 10_000_000:07d}"
    events = mango_call(
        KINDS[number % len(KINDS)], caller=caller, line=LINE, started_at=started_at + timedelta(seconds=number % 50),
        extension=str(101 + number % 20), talk=60, wait=15, call_id=f"{mark}-{number}",
    )  # fmt: skip
    return [(f"/hooks/{provider.slug}/{path}", mango_body(provider, payload)) for path, payload in events]
