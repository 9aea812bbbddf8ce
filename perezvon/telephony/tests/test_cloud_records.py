"""Recordings of cloud exchanges: asked for when they may be there, again while they are not, over the safe door only."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from perezvon.telephony.actions.recordings import LEASE, PAUSES, note_recordings, take_next
from perezvon.telephony.models import Provider, Recording
from perezvon.telephony.records import sound, voices
from perezvon.telephony.records.shelf import shelf

from .conftest import NOON
from .fake_exchange import Asked, FakeExchange, Said, served
from .recordings import ended_call


class Cloud(FakeExchange):
    """A host that keeps recordings; ``said`` is what it answers to anything."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.said = Said(body, 200, {"Content-Type": "audio/mpeg"})

    def answer(self, asked: Asked) -> Said:
        return self.said


@pytest.fixture(scope="module")
def mp3(tmp_path_factory: Any) -> bytes:
    folder = tmp_path_factory.mktemp("mp3")
    sound.make([voices.write(folder / f"{n}.wav", side) for n, side in enumerate(voices.talk(3))], folder / "a.mp3")
    return (folder / "a.mp3").read_bytes()


@pytest.fixture
def cloud(mp3: bytes, settings: Any, spool: Path) -> Iterator[Cloud]:
    with served(Cloud(mp3)) as fake:
        settings.PRIVATE_HOSTS = {fake.host}
        yield fake


@pytest.fixture
def recording(cloud: Cloud, db: Any) -> Recording:
    """A call at an exchange whose event has brought the link."""
    provider = Provider.objects.create(slug="itl", kind="itoolabs", name="Cloud", created_at=NOON)
    call = ended_call("c1", provider=provider, record=f"{cloud.address}/records/1.mp3?token=secret")
    note_recordings([call.pk])
    return Recording.objects.get()


def test_it_is_asked_for_when_it_may_be_there_and_kept_as_it_is(
    recording: Recording, cloud: Cloud, mp3: bytes, client_of: Any, admin: Any
) -> None:
    assert take_next(at=NOON + timedelta(seconds=20)) == 0
    assert take_next(at=NOON + timedelta(seconds=31)) == 1
    recording.refresh_from_db()
    assert (recording.state, recording.media, recording.channels) == ("ready", "audio/mpeg", 2)
    assert recording.bytes == len(mp3) and len(cloud.asked) == 1
    assert b"".join(shelf().pieces(recording.name, 0, recording.bytes)) == mp3
    assert "secret" not in client_of(admin).get("/recordings/").content.decode()


@pytest.mark.parametrize(
    "said", [Said(b"", 404), Said(b"", 503), Said(b"{}", 200, {"Content-Type": "application/json"}), Said(b"x", 200)]
)
def test_what_is_not_there_yet_is_asked_for_again(recording: Recording, cloud: Cloud, mp3: bytes, said: Said) -> None:
    good, cloud.said = cloud.said, said
    at = NOON + timedelta(minutes=1)
    take_next(at=at)
    recording.refresh_from_db()
    assert (recording.state, recording.next_try_at) == ("waiting", at + PAUSES[0]) and recording.why
    assert take_next(at=at) == 0
    cloud.said = good
    assert take_next(at=at + LEASE) == 1
    recording.refresh_from_db()
    assert recording.state == "ready"


def test_a_link_into_our_own_network_is_not_followed(recording: Recording, cloud: Cloud, settings: Any) -> None:
    settings.PRIVATE_HOSTS = set()
    take_next(at=NOON + timedelta(minutes=1))
    recording.refresh_from_db()
    assert cloud.asked == [] and recording.state in ("failed", "waiting")
    assert "secret" not in recording.why


def test_an_exchange_that_hands_nothing_over_says_so(db: Any, spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from perezvon.telephony.actions import recordings

    provider = Provider.objects.create(slug="m", kind="mango", name="Mango", created_at=NOON)
    call = ended_call("m1", provider=provider, record="abc")
    note_recordings([call.pk])
    real = recordings.adapter
    monkeypatch.setattr(recordings, "adapter", lambda kind: _without(real(kind)))
    take_next(at=NOON + timedelta(hours=1))
    assert Recording.objects.get().why == "this exchange hands over no recordings"


def _without(adapter: Any) -> Any:
    from dataclasses import replace

    return replace(adapter, fetch_record=None)
