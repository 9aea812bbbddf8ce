"""Calls with recordings for tests: an own Asterisk's spool, a call that ended, a sound that is ready."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from perezvon.telephony.actions.recordings import keep, note_recordings
from perezvon.telephony.models import Call, Provider, Recording
from perezvon.telephony.records import voices

from .conftest import CLIENT, LINE, NOON

NAME = "node1-1764000000.7.wav"


def own_exchange() -> Provider:
    """An own Asterisk."""
    return Provider.objects.get_or_create(slug="own", defaults={"kind": "asterisk", "name": "Own", "created_at": NOON})[
        0
    ]


def ended_call(key: str = "1764000000.7", *, at: datetime = NOON, record: str = NAME, **fields: Any) -> Call:
    """A talk of a minute that ended at ``at``."""
    return Call.objects.create(
        **{
            "provider": own_exchange(), "key": key, "direction": "in", "state": "ended", "phone": CLIENT, "line": LINE,
            "started_at": at - timedelta(seconds=70), "answered_at": at - timedelta(seconds=60), "ended_at": at,
            "talk_seconds": 60, "wait_seconds": 10, "stage": "talked", "cause": "caller_hangup", "record": record,
        } | fields
    )  # fmt: skip


def spooled(folder: Path, name: str = NAME, *, seconds: float = 3.0, sides: bool = True) -> Path:
    """The files that MixMonitor leaves: the mix, and both sides."""
    folder.mkdir(parents=True, exist_ok=True)
    client, employee = voices.talk(seconds)
    stem = folder / name.removesuffix(".wav")
    if sides:
        voices.write(Path(f"{stem}-rx.wav"), client)
        voices.write(Path(f"{stem}-tx.wav"), employee)
    return voices.write(folder / name, client // 2 + employee // 2)


def ready_recording(
    folder: Path, *, seconds: float = 3.0, at: datetime = NOON, key: str = "", **fields: Any
) -> Recording:
    """A recording that can be heard; ``folder`` is for the files on their way."""
    name = f"{key or '1764000000.7'}.wav"
    call = ended_call(key or "1764000000.7", at=at, record=name, **fields)
    recording = note_recordings([call.pk])[0]
    recording = Recording.objects.select_related("call", "provider").get(call=call)
    sides = [voices.write(folder / f"{n}-{name}", side) for n, side in enumerate(voices.talk(seconds))]
    return keep(recording, sides, at=at)
