"""Who heard what: written when the bytes are asked for, made exact by the player."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from perezvon.journey.actions import record_many

from .. import facts
from ..models import Listening, Recording
from .recordings import fact

VISIT = timedelta(minutes=15)  # a longer silence begins another visit
MOST = 200  # stretches kept of one visit
Stretch = tuple[int, int]


@transaction.atomic
def note_listening(recording: Recording, stretch: Stretch, *, by: Any, at: datetime) -> Listening:
    """Put down that somebody hears a stretch (seconds from, to) of a recording; one row for one visit."""
    rows = Listening.objects.select_for_update(no_key=True).filter(recording=recording, by=by, way=Listening.Way.PLAYER)
    visit = rows.filter(last_at__gt=at - VISIT).order_by("-last_at").first()
    start, end = _inside(stretch, recording)
    if visit is None:
        record_many([fact(facts.RECORDING_HEARD, recording, at, by=by, start=start)])
        return Listening.objects.create(
            recording=recording, by=by, at=at, last_at=at, heard=[[start, end]] if end > start else []
        )
    visit.last_at = max(at, visit.last_at)
    visit.heard = merged(visit.heard, (start, end))
    visit.save(update_fields=["last_at", "heard"])
    return visit


def _inside(stretch: Stretch, recording: Recording) -> Stretch:
    last = int(recording.seconds) + 1
    start, end = (min(last, max(0, moment)) for moment in stretch)
    return start, max(start, end)


def merged(heard: Sequence[Sequence[int]], new: Stretch) -> list[list[int]]:
    """The stretches with one more, in order; those that touch are one."""
    found: list[list[int]] = []
    for start, end in sorted([*(list(each) for each in heard), list(new)]):
        if end <= start:
            continue
        if found and start <= found[-1][1] + 1:
            found[-1][1] = max(found[-1][1], end)
        else:
            found.append([start, end])
    return found[:MOST]


@transaction.atomic
def note_taking(recording: Recording, *, by: Any, at: datetime) -> Listening:
    """Put down that somebody took the file away: he has all of it."""
    record_many([fact(facts.RECORDING_TAKEN, recording, at, by=by)])
    return Listening.objects.create(
        recording=recording, by=by, at=at, last_at=at, way=Listening.Way.FILE, heard=[[0, int(recording.seconds) + 1]]
    )
