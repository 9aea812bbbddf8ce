"""Streams of real Asterisk calls, and the typed events of any stored set."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from perezvon.telephony.canonical import Call, Rules
from perezvon.telephony.providers import adapter
from perezvon.telephony.providers.asterisk.events import is_kept, raw_event
from perezvon.telephony.providers.contract import Event, Stored

from .conftest import NOON

PAYLOADS = Path(__file__).parent / "payloads"
STREAMS = sorted(path.stem for path in (PAYLOADS / "asterisk").glob("*.jsonl"))


@cache
def stream(name: str) -> tuple[dict[str, Any], ...]:
    """All AMI events of a recorded call, in the order they came."""
    lines = (PAYLOADS / "asterisk" / f"{name}.jsonl").read_text().splitlines()
    return tuple(json.loads(line) for line in lines)


def raw(name: str, *, natural: bool = False) -> list[Event]:
    """What the listener stores of it; ``natural`` leaves out what our own dialplan says."""
    kept = [fields for fields in stream(name) if is_kept(fields)]
    return [raw_event(fields) for fields in kept if not (natural and fields["Event"] == "UserEvent")]


def told(kind: str, events: list[Event], rules: Rules | None = None) -> Call | None:
    """The canonical call of these events, as the interpreter would read them from the store."""
    exchange = adapter(kind)
    typed = [exchange.read(Stored(event.name, event.payload, NOON)) for event in events]
    return exchange.interpret(events[0].call_key, typed, rules or Rules())
