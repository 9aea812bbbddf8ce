"""From the spool of an own exchange into the storage: whole, once, whatever dies in between."""

import os
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from perezvon.journey.models import Fact
from perezvon.telephony.actions import recordings, retention
from perezvon.telephony.actions.recordings import (
    LEASE,
    PAUSES,
    note_recordings,
    sweep,
    take_next,
    try_again,
    unknown_files,
)
from perezvon.telephony.actions.shrinking import LONGEST, QUIET, shrink, shrink_next
from perezvon.telephony.models import Queue, Recording
from perezvon.telephony.records import sound, voices
from perezvon.telephony.records.shelf import Gone, shelf

from .conftest import NOON
from .recordings import NAME, ended_call, own_exchange, spooled

MINUTE = timedelta(minutes=1)
LATER = NOON + MINUTE


def taken(at: datetime = LATER) -> Recording:
    take_next(at=at)
    return Recording.objects.get()


@pytest.fixture
def call(db: Any, spool: Path) -> Any:
    return ended_call()


def test_a_call_names_its_recordings_once(call: Any) -> None:
    call.record = "a.wav b.wav"
    call.save()
    note_recordings([call.pk])
    note_recordings([call.pk])
    assert list(Recording.objects.values_list("key", "state")) == [("a.wav", "waiting"), ("b.wav", "waiting")]


def test_a_call_that_lasts_has_no_recording_yet(call: Any) -> None:
    call.state = "talking"
    call.save()
    assert note_recordings([call.pk]) == []


def test_both_sides_become_one_small_file_of_two_channels(call: Any, spool: Path) -> None:
    spooled(spool, seconds=4)
    note_recordings([call.pk])
    assert take_next(at=NOON + timedelta(seconds=2)) == 0  # the file may still be open
    kept = taken()
    assert (kept.state, kept.channels, kept.media) == ("ready", 2, "audio/wav")
    assert kept.seconds == pytest.approx(4, abs=0.2)
    assert kept.bytes == shelf().size(kept.name)
    large = kept.name
    assert shrink_next(at=LATER + QUIET) == 1
    kept.refresh_from_db()
    assert (kept.media, kept.next_try_at) == ("audio/mpeg", None)
    assert kept.bytes == shelf().size(kept.name) < 4 * 16_000 * 2 / 4
    with pytest.raises(Gone):
        shelf().size(large)
    assert [len(side) for side in kept.peaks] == [len(kept.peaks[0])] * 2
    assert max(map(max, kept.peaks)) == 100
    assert kept.keep_until == kept.made_at + timedelta(days=365)
    assert list(spool.iterdir()) == []
    assert [f.kind for f in Fact.objects.all()] == ["recording.ready"]


def test_nothing_is_made_small_while_clients_call(call: Any, spool: Path) -> None:
    spooled(spool)
    note_recordings([call.pk])
    kept, later = taken(), LATER + QUIET
    talk = ended_call("lasts", at=later, state="talking", ended_at=None, record="")
    assert shrink_next(at=later) == 0
    type(talk).objects.filter(pk=talk.pk).update(state="ended", ended_at=later)
    assert shrink_next(at=later + QUIET / 2) == 0  # a lull
    assert shrink_next(at=later + LONGEST - QUIET / 2) == 1  # where somebody always calls it is done all the same
    assert Recording.objects.get(pk=kept.pk).media == "audio/mpeg"


def test_who_deletes_a_recording_removes_what_a_worker_left_half_done(
    call: Any, spool: Path, admin: Any, django_capture_on_commit_callbacks: Any
) -> None:
    spooled(spool)
    note_recordings([call.pk])
    kept = taken()
    small = kept.name.replace(".wav", ".mp3")
    shelf().put(small, voices.write(spool / "half.wav", voices.talk(1)[0]))  # it died before the row was changed
    with django_capture_on_commit_callbacks(execute=True):
        retention.delete_recording(Recording.objects.get(), why="asked to", by=admin, at=LATER)
    assert not shrink(kept)  # it had been claimed a moment before
    for name in (small, kept.name):
        with pytest.raises(Gone):
            shelf().size(name)


def test_the_client_is_on_the_left_also_when_we_called(db: Any, spool: Path) -> None:
    """In a call of ours the recorded channel is the employee's, so what came from it is his."""
    quiet, loud = voices.talk(2)[0], voices.talk(2)[1]
    for direction, louder in (("in", 1), ("out", 0)):
        call = ended_call(direction, record=f"{direction}.wav", direction=direction)
        spooled(spool, f"{direction}.wav", seconds=2)
        voices.write(spool / f"{direction}-rx.wav", quiet * 0)  # says nothing
        voices.write(spool / f"{direction}-tx.wav", loud)
        note_recordings([call.pk])
        take_next(at=LATER)
        peaks = Recording.objects.get(call=call).peaks
        assert max(peaks[louder]) == 100 and max(peaks[1 - louder]) == 0


def test_only_a_mix_is_one_channel(call: Any, spool: Path, settings: Any) -> None:
    settings.RECORDINGS_FORMAT = "wav"
    spooled(spool, sides=False)
    note_recordings([call.pk])
    kept = taken()
    assert (kept.channels, kept.media, kept.name[-4:]) == (1, "audio/wav", ".wav")


def test_what_nobody_said_is_empty_and_not_shown(call: Any, spool: Path) -> None:
    spool.mkdir()
    voices.write(spool / NAME, voices.talk(0)[0])
    assert (spool / NAME).stat().st_size == 44
    note_recordings([call.pk])
    assert taken(NOON + timedelta(seconds=10)).state == "waiting"
    assert taken(LATER + MINUTE).state == "empty"
    assert not Recording.objects.shown().exists()
    assert list(spool.iterdir()) == []


def test_an_open_file_is_left_until_it_is_closed(call: Any, spool: Path) -> None:
    path = spooled(spool, sides=False)
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + struct.pack("<I", 0) + whole[8:])
    moment = NOON.timestamp()
    os.utime(path, (moment, moment))
    note_recordings([call.pk])
    kept = taken()
    assert (kept.state, kept.why) == ("waiting", "the exchange is still writing")
    path.write_bytes(whole)
    assert taken(NOON + 5 * MINUTE).state == "ready"


def test_a_file_whose_writer_died_is_mended_and_taken(call: Any, spool: Path) -> None:
    path = spooled(spool, sides=False, seconds=3)
    broken = bytearray(path.read_bytes())
    broken[4:8] = broken[40:44] = struct.pack("<I", 0)
    path.write_bytes(broken)
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    note_recordings([call.pk])
    taken()
    kept = taken(NOON + 30 * MINUTE)
    assert kept.state == "ready" and kept.seconds == pytest.approx(3, abs=0.2)


def test_a_missing_file_is_waited_for_then_given_up(call: Any, spool: Path) -> None:
    note_recordings([call.pk])
    moment = LATER
    for _ in range(len(PAUSES) + 1):
        lost = taken(moment)
        moment += timedelta(hours=9)
    assert (lost.state, lost.why) == ("failed", "the file is not in the spool folder")
    spooled(spool)
    assert try_again(lost, at=moment)
    assert taken(moment).state == "ready"
    assert not try_again(lost, at=moment)


def test_nonsense_is_no_sound(call: Any, spool: Path) -> None:
    spool.mkdir()
    (spool / NAME).write_bytes(b"RIFF" + struct.pack("<I", 92) + b"x" * 92)
    note_recordings([call.pk])
    assert taken().state == "failed"
    assert (spool / NAME).exists(), "what could not be read stays for somebody to look at"


@pytest.mark.parametrize("where", ["put", "settle", "remove"])
def test_dying_in_the_middle_loses_nothing_and_doubles_nothing(
    call: Any, spool: Path, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spooled(spool)
    note_recordings([call.pk])

    class Died(BaseException):
        """The process is gone: no handler of ours runs."""

    def die(*_args: Any, **_kwargs: Any) -> None:
        raise Died

    target = {
        "put": (recordings.shelf().__class__, "put"), "settle": (recordings, "_ready"),
        "remove": (recordings.spool.Spooled, "remove"),
    }[where]  # fmt: skip
    with monkeypatch.context() as patch, pytest.raises(Died):
        patch.setattr(*target, die)
        with transaction.atomic():
            take_next(at=LATER)
    Recording.objects.filter(state="waiting").update(next_try_at=LATER + LEASE)  # the claim was committed by itself
    assert take_next(at=LATER + MINUTE) == 0, "the lease still holds"
    take_next(at=LATER + LEASE)
    sweep(own_exchange(), at=datetime.now(UTC) + LEASE + MINUTE)
    kept = Recording.objects.get()
    assert kept.state == "ready"
    assert list(spool.iterdir()) == []
    files = [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]
    assert [str(path.relative_to(tmp_path / "kept")) for path in files] == [kept.name]
    assert Fact.objects.filter(kind="recording.ready").count() == 1


def test_the_sweep_removes_what_is_kept_and_names_what_nobody_knows(call: Any, spool: Path) -> None:
    spooled(spool)
    note_recordings([call.pk])
    taken()
    spooled(spool)
    spooled(spool, "stranger.wav")
    late = datetime.now(UTC) + timedelta(hours=1)
    assert sweep(own_exchange(), at=late) == 1
    assert unknown_files(own_exchange(), at=late) == ["stranger.wav"]
    assert sorted(path.name for path in spool.iterdir()) == [
        "stranger-rx.wav", "stranger-tx.wav", "stranger.wav",
    ]  # fmt: skip


def test_a_name_cannot_lead_out_of_the_spool(call: Any, spool: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.wav").write_bytes(b"x" * 100)
    spool.mkdir()
    call.record = "../secret.wav"
    call.save()
    note_recordings([call.pk])
    assert taken().state == "waiting"


def test_the_queue_says_how_long_it_is_kept(call: Any, spool: Path) -> None:
    Queue.objects.create(provider=own_exchange(), key="sales", name="Sales", keep_days=0)
    call.queue = "sales"
    call.save()
    spooled(spool)
    note_recordings([call.pk])
    assert taken().keep_until is None


def test_two_workers_never_take_one_recording(call: Any, spool: Path) -> None:
    note_recordings([call.pk])
    assert [take_next(at=LATER), take_next(at=LATER)] == [1, 0]


def test_the_database_keeps_the_rows(call: Any, spool: Path) -> None:
    note_recordings([call.pk])
    row = Recording.objects.get()
    for change in ({"state": "ready"}, {"state": "deleted", "deleted_at": NOON}, {"channels": 3}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Recording.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_a_cloud_s_file_is_only_measured(tmp_path: Path) -> None:
    wav = voices.write(tmp_path / "a.wav", *voices.talk(2))
    small = tmp_path / "b.mp3"
    made = sound.make([wav], small)
    again = sound.measure(small)
    assert (again.channels, again.media) == (2, "audio/mpeg")
    assert again.seconds == pytest.approx(made.seconds, abs=0.3)
    with pytest.raises(sound.NoSound):
        sound.measure(Path(__file__))
