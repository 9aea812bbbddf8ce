"""How long recordings are kept: deleting leaves the row with who, when and why; a hold keeps the sound."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from perezvon.crm.actions.errors import Refused
from perezvon.journey.actions import record_many

from .. import facts
from ..models import Recording, RecordingHold
from ..records.shelf import shelf
from .recordings import KEEP_DAYS, fact
from .shrinking import names_of

TOO_OLD = gettext_noop("kept as long as the rule of its queue says")
_BATCH = 500

# Rules change; what is kept already follows the rule of today.
_RULES = """
UPDATE telephony_recording r SET keep_until = n.until
  FROM (SELECT r.id, CASE WHEN coalesce(q.keep_days, %(days)s) = 0 THEN NULL
                          ELSE r.made_at + make_interval(days => coalesce(q.keep_days, %(days)s)) END AS until
          FROM telephony_recording r JOIN telephony_call c ON c.id = r.call_id
          LEFT JOIN telephony_queue q ON q.provider_id = c.provider_id AND q.key = c.queue
         WHERE r.state = 'ready') n
 WHERE n.id = r.id AND r.keep_until IS DISTINCT FROM n.until
"""


class ReasonNeeded(Refused):
    """A sound is not deleted or held without a word why."""

    text = _("Say why.")


class Held(Refused):
    """A held recording is not deleted."""

    text = _("This recording is on hold: take the hold off first.")


class NothingThere(Refused):
    """There is no sound any more, or not yet."""

    text = _("There is no sound here.")


def expire(*, at: datetime) -> int:
    """Delete what has been kept long enough; how many. Held ones stay."""
    with connection.cursor() as cursor:
        cursor.execute(_RULES, {"days": KEEP_DAYS})
    for pk, name in Recording.objects.doomed().values_list("pk", "name")[:_BATCH]:
        _drop(pk, name)
    done = 0
    while ids := _old(at):
        for pk in ids:
            done += _delete(pk, why=TOO_OLD, by=None, at=at)
        if len(ids) < _BATCH:
            break
    return done


def _old(at: datetime) -> list[int]:
    rows = Recording.objects.ready().filter(keep_until__lte=at, hold=None).order_by("keep_until")
    return list(rows.values_list("pk", flat=True)[:_BATCH])


def delete_recording(recording: Recording, *, why: str, by: Any, at: datetime) -> None:
    """Delete one sound by hand. ReasonNeeded, Held, NothingThere."""
    if not why.strip():
        raise ReasonNeeded
    if RecordingHold.objects.filter(recording=recording).exists():
        raise Held
    if not _delete(recording.pk, why=why.strip()[:200], by=by, at=at):
        raise NothingThere
    recording.refresh_from_db()


def _delete(pk: int, *, why: str, by: Any, at: datetime) -> int:
    """The row says that it is deleted, then the sound goes, then its name: dying in between leaves it to ``expire``."""
    with transaction.atomic():
        recording = Recording.objects.select_for_update(of=("self",)).select_related("call").get(pk=pk)
        if not recording.is_ready or RecordingHold.objects.filter(recording=recording).exists():
            return 0
        Recording.objects.filter(pk=pk).update(
            state=Recording.State.DELETED, peaks=[], why=why, deleted_at=at, deleted_by=by
        )
        record_many([fact(facts.RECORDING_DELETED, recording, at, by=by, why=why)])
        transaction.on_commit(lambda: _drop(pk, recording.name), robust=True)
    return 1


def _drop(pk: int, name: str) -> None:
    for each in names_of(name):
        shelf().drop(each)
    Recording.objects.filter(pk=pk, state=Recording.State.DELETED).update(name="")


@transaction.atomic
def hold(recording: Recording, *, why: str, by: Any, at: datetime) -> RecordingHold:
    """Keep a recording whatever the rule says. ReasonNeeded; NothingThere when there is no sound to keep."""
    if not why.strip():
        raise ReasonNeeded
    row = Recording.objects.select_for_update().filter(pk=recording.pk, state=Recording.State.READY).first()
    if row is None:
        raise NothingThere
    held, made = RecordingHold.objects.get_or_create(
        recording=recording, defaults={"reason": why.strip()[:200], "by": by, "at": at}
    )
    if made:
        record_many([fact(facts.RECORDING_HELD, recording, at, by=by, why=held.reason)])
    return held


@transaction.atomic
def release(recording: Recording, *, by: Any, at: datetime) -> None:
    """Take the hold off; nothing happens when there is none."""
    gone, _rows = RecordingHold.objects.filter(recording=recording).delete()
    if gone:
        record_many([fact(facts.RECORDING_RELEASED, recording, at, by=by)])
