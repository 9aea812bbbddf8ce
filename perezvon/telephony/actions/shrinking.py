"""Making recordings small: not while clients call, for an MP3 costs more of the processor than the call itself.

A recording can be heard as soon as it is taken, as WAV; ``next_try_at`` of a ready one says from when it may be made
small. That is done when nobody has called for ``QUIET``, or after ``LONGEST`` where somebody always calls. The small
file has a name of its own, so dying between two steps loses nothing: it is made again under the same name, and whoever
deletes a recording removes both.
"""

import logging
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.db.models import QuerySet

from ..models import Listening, Recording
from ..records.media import ENDINGS, MEDIA
from ..records.shelf import Gone, shelf

log = logging.getLogger(__name__)

QUIET = timedelta(minutes=10)
LONGEST = timedelta(hours=12)
LEASE = timedelta(hours=1)
_CLAIM = """
UPDATE telephony_recording SET next_try_at = %(lease)s
 WHERE id = (SELECT id FROM telephony_recording
              WHERE state = 'ready' AND next_try_at <= %(at)s
                AND (ready_at <= %(old)s OR NOT EXISTS (SELECT 1 FROM telephony_call WHERE state <> 'ended')
                     AND NOT EXISTS (SELECT 1 FROM telephony_call WHERE ended_at > %(recent)s))
              ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def shrink_next(*, at: datetime) -> int:
    """Make one recording small whose time has come; 0 when there is none, or clients call just now."""
    times = {"at": at, "lease": at + LEASE, "old": at - LONGEST, "recent": at - QUIET}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, times)
        row = cursor.fetchone()
    if row is None:
        return 0
    if not Listening.objects.filter(recording=row[0], last_at__gt=at - LEASE).exists():
        shrink(Recording.objects.select_related("call", "provider").get(pk=row[0]))
    return 1  # one that somebody listens to has its turn when the lease is over


def shrink(recording: Recording) -> bool:
    """Put an MP3 in the place of a WAV; False when that cannot be, and the WAV is kept."""
    from ..records import sound  # brings NumPy, which only this needs
    from .recordings import name_of

    old, media = recording.name, MEDIA["MP3"]
    name = name_of(recording, ENDINGS[media])
    with tempfile.TemporaryDirectory(prefix="perezvon-sound-") as folder:
        source, target = Path(folder) / "sound.wav", Path(folder) / "small"
        try:
            with source.open("wb") as file:
                file.writelines(shelf().pieces(old, 0, recording.bytes))
            made = sound.make([source], target)
        except (Gone, sound.NoSound) as reason:
            log.warning("a recording stays as it is", extra={"recording": recording.pk, "why": str(reason)})
            made = None
        if made is None or made.media != media:
            _ready(recording, old).update(next_try_at=None)
            return False
        size = shelf().put(name, target)
    is_changed = _ready(recording, old).update(name=name, media=media, bytes=size, next_try_at=None) == 1
    shelf().drop(old if is_changed else name)
    return is_changed


def _ready(recording: Recording, name: str) -> QuerySet[Recording]:
    """The row, unless it was deleted meanwhile."""
    return Recording.objects.filter(pk=recording.pk, state=Recording.State.READY, name=name)


def names_of(name: str) -> list[str]:
    """Everything that may lie in the storage for a recording of this name."""
    stem, _dot, ending = name.rpartition(".")
    return [name, *(f"{stem}.{other}" for other in ("wav", "mp3") if ending in ("wav", "mp3") and other != ending)]
