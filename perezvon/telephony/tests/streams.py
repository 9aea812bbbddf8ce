"""Streams of real Asterisk calls, and the typed events of any stored set."""

import json
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from perezvon.telephony.canonical import QUEUED, RINGING, Call, Rules, Span
from perezvon.telephony.pbx import cel
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


# --- calls of our own dialplan, with what the exchange wrote down of them -----------------

OWN = PAYLOADS / "asterisk" / "own"
# What is to be the same however a call became known; the path without moments of holding, which the diary does not know.
FIELDS = (
    "direction", "state", "phone", "line", "queue", "menu_node", "extension", "stage", "cause", "observed", "record",
)  # fmt: skip


def own_streams() -> list[str]:
    """Their names."""
    return sorted(path.stem for path in OWN.glob("*.jsonl"))


def own_stream(name: str) -> tuple[list[dict[str, Any]], list[str]]:
    """What was heard of a call, and the lines of the diary."""
    heard = [json.loads(line) for line in (OWN / f"{name}.jsonl").read_text().splitlines()]
    return heard, (OWN / f"{name}.csv").read_text().splitlines()


def write_stream(folder: Path, name: str, heard: list[dict[str, Any]], diary: list[str]) -> None:
    """Keep a call as a fixture."""
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in heard)
    (folder / f"{name}.jsonl").write_text(text)
    (folder / f"{name}.csv").write_text("".join(line + "\n" for line in diary))


def read_back(lines: list[str]) -> list[dict[str, Any]]:
    """Lines of the diary as events of the one call they belong to."""
    rows = [row for line in lines if (row := cel.row_of(line))]
    return cel.events(rows[0]["call"], rows)


def call_of(events: list[dict[str, Any]]) -> Call:
    """The call that these events of our own dialplan make."""
    call = told("asterisk", [raw_event(fields) for fields in events], Rules(says_stages=True))
    assert call is not None
    return call


def essence(call: Call) -> dict[str, Any]:
    """What must not depend on who told it."""
    # Of a telephone given up in the very moment when the queue is left for another, the diary does not tell what was first.
    told = [span for span in call.path if span.state != "held"]
    path = [
        (span.state, span.what)
        for before, span in zip([None, *told], told, strict=False)
        if not _is_a_moment(before, span)
    ]
    merged = [step for index, step in enumerate(path) if index == 0 or step != path[index - 1]]
    attempts = sorted((a.extension, a.cause) for a in call.attempts)
    return {**{name: getattr(call, name) for name in FIELDS}, "attempts": attempts, "path": merged}


def _is_a_moment(before: Span | None, span: Span) -> bool:
    passes = before is not None and before.state in (RINGING, QUEUED) and span.state == QUEUED
    return passes and span.until is not None and span.until - span.at < timedelta(seconds=0.5)


def same_by_the_diary(heard: list[dict[str, Any]], diary: list[str]) -> None:
    """Assert that the diary alone makes the call that was heard; seconds may differ by the rounding."""
    live, back = call_of(heard), call_of(read_back(diary))
    assert essence(back) == essence(live), (essence(back), essence(live))
    for seconds in ("wait_seconds", "talk_seconds"):
        assert abs(getattr(back, seconds) - getattr(live, seconds)) <= 1
