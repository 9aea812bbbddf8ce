"""Recordings from the exchange to the storage.

A row is made when the call has ended; the sound is taken later, outside of any transaction, under a lease: whoever
takes a recording moves its ``next_try_at`` first, so another worker leaves it alone, and comes to it when the first
died. The sound gets its final name before the row says that it is there, and leaves the spool after that: dying at
any point loses nothing, and doing it twice writes the same bytes under the same name.
"""

import logging
import shutil
import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from perezvon.journey.actions import NewFact, record_many

from .. import facts
from ..canonical import OUT
from ..models import HEADER_BYTES, Call, Provider, Queue, Recording
from ..providers import ExchangeError, adapter
from ..providers.capabilities import Record
from ..records import spool
from ..records.media import ENDINGS, MEDIA
from ..records.shelf import shelf
from .intake import account_of
from .shrinking import QUIET

log = logging.getLogger(__name__)

SPOOLED = "asterisk"  # the kind of exchange that records into a folder of ours
GRACE = timedelta(seconds=3)  # Asterisk closes the file some moments after the call
EMPTY_GRACE = timedelta(minutes=1)  # an empty file may be one whose sound is still in a buffer
LEASE = timedelta(minutes=10)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (0.25, 1, 2, 5, 15, 30, 60, 120, 240, 480))
KEEP_DAYS = 365  # of calls that came through no queue
_KEY = 500


class NotYet(Exception):
    """The recording is not there yet; the text says what is missing. It is tried again."""


class Never(Exception):
    """The recording cannot be had; the text says why."""


@transaction.atomic
def note_recordings(call_ids: Iterable[int]) -> list[Recording]:
    """Make a row for every recording that the exchange names in these calls, once."""
    calls = Call.objects.filter(pk__in=list(call_ids), state=Call.State.ENDED).exclude(record="")
    new = [
        Recording(
            call=call, provider_id=call.provider_id, key=key[:_KEY], made_at=call.answered_at or call.started_at,
            next_try_at=(call.ended_at or call.started_at) + after(call.provider),
        )
        for call in calls.select_related("provider").order_by("pk")
        for key in call.record.split()
    ]  # fmt: skip
    return Recording.objects.bulk_create(new, ignore_conflicts=True) if new else []


def after(provider: Provider) -> timedelta:
    """How long after the end of a call its recording may be there."""
    if provider.kind == SPOOLED:
        return GRACE
    return max(GRACE, timedelta(seconds=adapter(provider.kind).record_after))


_CLAIM = """
UPDATE telephony_recording SET next_try_at = %s, tries = tries + 1
 WHERE id = (SELECT id FROM telephony_recording WHERE state = 'waiting' AND next_try_at <= %s
              ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def take_next(*, at: datetime) -> int:
    """Take one recording that is due into the storage; 0 when none is."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [at + LEASE, at])
        row = cursor.fetchone()
    if row is None:
        return 0
    take(Recording.objects.select_related("call", "provider").get(pk=row[0]), at=at)
    return 1


def take(recording: Recording, *, at: datetime) -> Recording:
    """Bring the sound of a claimed recording into the storage, or put down why not and when to try again."""
    try:
        if recording.provider.kind == SPOOLED:
            _take_spooled(recording, at)
        else:
            _take_from_cloud(recording, at)
    except NotYet as reason:
        _later(recording, str(reason), at)
    except Never as reason:
        _fail(recording, str(reason), at)
    except Exception as error:
        log.exception("a recording could not be taken", extra={"recording": recording.pk})
        _later(recording, type(error).__name__, at)
    return recording


def _take_spooled(recording: Recording, at: datetime) -> None:
    found = spool.find(spool_of(recording.provider), recording.key)
    if found is None:
        raise NotYet(gettext_noop("the file is not in the spool folder"))
    ended = recording.call.ended_at or recording.made_at
    if found.is_empty:
        if at < ended + EMPTY_GRACE:
            raise NotYet(gettext_noop("the exchange is still writing"))
        _empty(recording, at)
    elif not found.is_complete(at):
        raise NotYet(gettext_noop("the exchange is still writing"))
    else:
        sides = found.sides(is_outgoing=recording.call.direction == OUT)
        keep(recording, sides, at=at, at_once=False)
    found.remove()


def _take_from_cloud(recording: Recording, at: datetime) -> None:
    """Ask the exchange for the sound; what comes is written to a file piece by piece, never kept in memory."""
    provider, call = recording.provider, recording.call
    fetch = adapter(provider.kind).fetch_record
    if fetch is None:
        raise Never(gettext_noop("this exchange hands over no recordings"))
    with tempfile.TemporaryDirectory(prefix="perezvon-cloud-") as folder:
        path = Path(folder) / "sound"
        try:
            record = Record(recording.key, call.key, call.ended_at)
            with path.open("wb") as file, fetch(account_of(provider), record) as stream:
                file.writelines(stream.pieces)
        except ExchangeError as error:
            again = error.retry_after is not None
            raise (NotYet if again else Never)(error.reason) from None
        if path.stat().st_size <= HEADER_BYTES:
            raise NotYet(gettext_noop("there is no sound in it"))
        with path.open("rb") as file:
            is_wav = file.read(4) == b"RIFF"
        keep(recording, [path.rename(path.with_suffix(".wav")) if is_wav else path], at=at, at_once=False)


def spool_of(provider: Provider) -> Path:
    """The folder into which an own exchange records; its settings may name another one."""
    told = provider.settings.get("spool")
    return Path(told) if told else Path(settings.RECORDINGS_SPOOL)


def keep(recording: Recording, sides: list[Path], *, at: datetime, at_once: bool = True) -> Recording:
    """Measure the files, make them small, put them away, and say that they are there. Never when they hold no sound.

    Not ``at_once``: they can be heard now, and are made small when nobody calls (shrinking.py).
    """
    from ..records import sound  # brings NumPy, which only this needs

    is_wanted = settings.RECORDINGS_FORMAT == "mp3"
    with tempfile.TemporaryDirectory(prefix="perezvon-sound-") as folder:
        try:
            files = [_own_copy(path, Path(folder)) for path in sides]
            if len(files) == 1 and files[0].suffix != ".wav":
                made, target = sound.measure(files[0]), files[0]
            else:
                target = Path(folder) / "sound"
                made = sound.make(files, target, small=is_wanted and at_once)
        except sound.NoSound as reason:
            raise Never(str(reason)) from None
        name = name_of(recording, ENDINGS.get(made.media, "bin"))
        size = shelf().put(name, target)
    if size <= HEADER_BYTES:
        raise Never(gettext_noop("there is no sound in it"))
    later = is_wanted and not at_once and made.media == MEDIA["WAV"]
    return _ready(recording, made, name, size, at, small_from=at + QUIET if later else None)


def _own_copy(path: Path, folder: Path) -> Path:
    """The file, or a mended copy of a WAV that nobody closed; the spool's own files are only read."""
    from ..records import sound

    if path.suffix != ".wav" or spool.is_closed(path):
        return path
    copy = folder / path.name
    shutil.copyfile(path, copy)
    sound.mend(copy)
    return copy


def name_of(recording: Recording, ending: str) -> str:
    """Its name in the storage: always the same one, so that putting it twice changes nothing."""
    return f"{recording.made_at:%Y/%m/%d}/{recording.call_id}-{recording.pk}.{ending}"


@transaction.atomic
def _ready(
    recording: Recording, made: Any, name: str, size: int, at: datetime, *, small_from: datetime | None
) -> Recording:
    columns = {
        "state": Recording.State.READY, "seconds": round(made.seconds, 2), "channels": made.channels,
        "media": made.media, "peaks": made.peaks, "bytes": size, "name": name, "ready_at": at, "next_try_at": small_from,
        "why": "", "keep_until": keep_until(recording),
    }  # fmt: skip
    if _settle(recording, columns):
        record_many([fact(facts.RECORDING_READY, recording, at, seconds=round(made.seconds))])
    return recording


def _empty(recording: Recording, at: datetime) -> None:
    _settle(recording, {"state": Recording.State.EMPTY, "bytes": HEADER_BYTES, "next_try_at": None, "why": ""})


def _later(recording: Recording, why: str, at: datetime) -> None:
    """Try again after a pause that grows; after the last one it has failed."""
    if recording.tries > len(PAUSES):
        _fail(recording, why, at)
    else:
        pause = PAUSES[max(0, recording.tries - 1)]
        _settle(recording, {"next_try_at": at + pause, "why": why[:200]})


@transaction.atomic
def _fail(recording: Recording, why: str, at: datetime) -> None:
    if _settle(recording, {"state": Recording.State.FAILED, "next_try_at": None, "why": why[:200]}):
        record_many([fact(facts.RECORDING_FAILED, recording, at, why=why[:200])])


def _settle(recording: Recording, columns: dict[str, Any]) -> bool:
    """Write what came of it, unless somebody has settled it meanwhile."""
    waiting = Recording.objects.filter(pk=recording.pk, state=Recording.State.WAITING)
    if waiting.update(**columns) != 1:
        return False
    for name, value in columns.items():
        setattr(recording, name, value)
    return True


def keep_until(recording: Recording) -> datetime | None:
    """When it may go, by its queue's rule; None = never."""
    call = recording.call
    days = Queue.objects.filter(provider=call.provider_id, key=call.queue).values_list("keep_days", flat=True).first()
    days = KEEP_DAYS if days is None else days
    return recording.made_at + timedelta(days=days) if days else None


@transaction.atomic
def try_again(recording: Recording, *, at: datetime) -> bool:
    """Fetch a failed recording again; False when it has not failed."""
    failed = Recording.objects.filter(pk=recording.pk, state=Recording.State.FAILED)
    return failed.update(state=Recording.State.WAITING, tries=0, next_try_at=at, why="") == 1


def sweep_spools(*, at: datetime) -> int:
    """Sweep the spool of every own exchange; how many recordings were removed."""
    return sum(sweep(provider, at=at) for provider in Provider.objects.filter(kind=SPOOLED))


def sweep(provider: Provider, *, at: datetime) -> int:
    """Remove from the spool what is in the storage already: a worker died between the two steps."""
    folder, removed = spool_of(provider), 0
    names = spool.keys(folder, before=at - LEASE)
    done = (Recording.State.READY, Recording.State.EMPTY, Recording.State.DELETED)
    rows = Recording.objects.filter(provider=provider, key__in=names, state__in=done)
    for name in rows.values_list("key", flat=True):
        found = spool.find(folder, name)
        if found:
            found.remove()
            removed += 1
    return removed


def unknown_files(provider: Provider, *, at: datetime) -> list[str]:
    """Names of old files in the spool that belong to no call we know of; they are never removed by us."""
    names = spool.keys(spool_of(provider), before=at - LEASE)
    known = set(Recording.objects.filter(provider=provider, key__in=names).values_list("key", flat=True))
    return [name for name in names if name not in known]


def fact(kind: str, recording: Recording, at: datetime, *, by: Any = None, **details: Any) -> NewFact:
    """A fact about a recording, with the ledger's columns of its call."""
    call = recording.call
    return NewFact(
        kind, at, by_id=getattr(by, "pk", by), owner_id=call.user_id, department_id=call.department_id,
        person_id=call.person_id, call_id=call.pk, channel="call", seconds=details.get("seconds"),
        details={"recording": recording.pk, **details},
    )  # fmt: skip
