"""Sounds for the telephone: reading, converting, refusing, speaking, serving."""

import io
import wave
from array import array
from contextlib import suppress
from math import cos, hypot, pi, sin
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from perezvon.journey.models import Fact
from perezvon.staff.testing import JOINED
from perezvon.telephony import actions
from perezvon.telephony.models import Prompt
from perezvon.telephony.sounds import audio, files, speech, wav

from .setting_contract import phrase
from .sounds import riff, samples, tone

SAMPLES = Path(__file__).parent / "payloads" / "sounds"


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Any) -> None:
    settings.HOME = tmp_path


@pytest.fixture(params=["with the library", "without it"])
def convert(request: Any) -> Any:
    """Converting in this process, with the decoder and without it."""
    with_library = request.param == "with the library"
    if with_library and not audio.has_library():
        pytest.skip("the decoder's wheel is not installed")

    def work(data: bytes, most_seconds: float = 10) -> "array[int]":
        return heard(audio.convert(data, most_seconds, with_library=with_library))

    return work


def loudness(sound: "array[int]", frequency: float) -> float:
    """The amplitude of one frequency at 8 kHz, the ends left out."""
    middle = sound[400:-400]
    across = sum(v * cos(2 * pi * frequency * n / 8000) for n, v in enumerate(middle))
    along = sum(v * sin(2 * pi * frequency * n / 8000) for n, v in enumerate(middle))
    return 2 * hypot(across, along) / len(middle)


def heard(data: bytes) -> "array[int]":
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        return array("h", file.readframes(file.getnframes()))


class TestConverting:
    @pytest.mark.parametrize(
        ("rate", "channels"), [(8000, 1), (44_100, 2), (48_000, 1), (11_025, 1), (22_050, 2), (6000, 1)]
    )
    def test_any_rate_and_channels(self, convert: Any, rate: int, channels: int) -> None:
        sound = convert(tone(1.0, rate, channels, 1000.0))
        assert len(sound) == pytest.approx(8000, abs=100)
        assert loudness(sound, 1000.0) == pytest.approx(23_000, rel=0.06)

    def test_what_does_not_fit_the_telephone_is_filtered_out(self, convert: Any) -> None:
        low, high = samples(1.0, 44_100, 1000.0), samples(1.0, 44_100, 6000.0)
        mixed = array("h", [(a + b) // 2 for a, b in zip(low, high, strict=True)]).tobytes()
        sound = convert(riff(mixed, rate=44_100))
        assert loudness(sound, 2000.0) < 0.01 * loudness(sound, 1000.0)  # 6 kHz would fold onto 2 kHz

    @pytest.mark.parametrize(
        ("kind", "bits", "body"),
        [
            (wav.PCM, 8, bytes(128 + value // 256 for value in samples(0.5))),
            (wav.PCM, 24, b"".join((value << 8).to_bytes(3, "little", signed=True) for value in samples(0.5))),
            (wav.PCM, 32, b"".join((value << 16).to_bytes(4, "little", signed=True) for value in samples(0.5))),
            (wav.FLOAT, 32, array("f", [value / 32_768 for value in samples(0.5)]).tobytes()),
            (wav.FLOAT, 64, array("d", [value / 32_768 for value in samples(0.5)]).tobytes()),
        ],
    )
    def test_every_kind_of_sample(self, convert: Any, kind: int, bits: int, body: bytes) -> None:
        assert loudness(convert(riff(body, kind=kind, bits=bits)), 440.0) == pytest.approx(23_000, rel=0.05)

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"RIFF", "not_audio"), (tone(1.0)[:44], "not_audio"),
            (riff(b"\x00\x00" * 8000), "silent"), (tone(0.05), "too_short"), (tone(3.0), "too_long"),
            (tone(30.0, 44_100), "too_long"),
        ],
    )  # fmt: skip
    def test_what_is_refused(self, convert: Any, data: bytes, code: str) -> None:
        with pytest.raises(audio.BadSound) as refused:
            convert(data, 2)
        assert refused.value.code in (code, "too_short" if len(data) < 50 else code)

    def test_the_process_of_its_own(self) -> None:
        sound = audio.for_telephone(tone(1.0, 44_100, 2), 10)
        assert sound.seconds == pytest.approx(1.0, abs=0.01)
        assert loudness(heard(sound.wav), 440.0) == pytest.approx(23_000, rel=0.05)
        junk = (b"", b"MZ" + bytes(4000), b"%PDF-1.7" + bytes(500), b"ID3" + bytes(9000), b"OggS" + bytes(9000))
        refusals = [(data, "not_audio") for data in junk]
        for data, code in [*refusals, (tone(3.0), "too_long"), (bytes(audio.MOST_BYTES + 1), "too_big")]:
            with pytest.raises(audio.BadSound) as refused:
                audio.for_telephone(data, 2)
            assert refused.value.code == code


@given(st.binary(max_size=400), st.integers(0, 60))
def test_whatever_bytes_come_nothing_but_our_own_error(junk: bytes, at: int) -> None:
    whole = tone(0.1)
    for data in (junk, whole[:at] + junk, whole[:at] + junk + whole[at + len(junk) :]):
        with suppress(wav.BadSound):
            wav.read(data)


def test_g711_expands_as_the_standard_says() -> None:
    assert [wav._mulaw(code) for code in (0x00, 0x80, 0x7F, 0xFF)] == [-32_124, 32_124, 0, 0]
    assert [wav._alaw(code) for code in (0x55, 0xD5, 0x2A, 0xAA)] == [-8, 8, -32_256, 32_256]


@pytest.mark.skipif(not audio.has_library(), reason="the decoder's wheel is not installed")
@pytest.mark.parametrize("name", ["tone.mp3", "tone.ogg", "tone.flac"])
def test_other_formats_with_the_library(name: str) -> None:
    sound = audio.for_telephone((SAMPLES / name).read_bytes(), 10)
    assert sound.seconds == pytest.approx(1.0, abs=0.1)
    assert loudness(heard(sound.wav), 440.0) > 18_000


def test_without_the_library_it_is_said_what_is_taken(monkeypatch: Any) -> None:
    monkeypatch.setattr(audio, "has_library", lambda: False)
    with pytest.raises(audio.BadSound, match="kind"):
        audio.convert(b"ID3\x04" + bytes(2000), 10, with_library=False)
    assert audio.formats() == "WAV"


class TestScreens:
    def given(self, **more: Any) -> dict[str, Any]:
        upload = SimpleUploadedFile("hello.wav", tone(1.0, 44_100), "audio/wav")
        words = {"name": "Hello", "use": "phrase", "kind": "uploaded", "text": "Good day", "language": "en"}
        return {**words, "upload": upload, **more}

    def test_uploading_listening_replacing(self, client_of: Any, admin: Any, anna: Any) -> None:
        client, add = client_of(admin), reverse("telephony:prompt_add")
        assert client.post(add, self.given(upload="")).status_code == 422
        liar = SimpleUploadedFile("hello.wav", b"<html>" * 100, "audio/wav")
        assert "not a sound file" in client.post(add, self.given(upload=liar)).content.decode()
        assert client.post(add, self.given()).status_code == 302
        prompt = Prompt.objects.get()
        assert (prompt.seconds, files.path_of(prompt.file) is not None) == (1.0, True)
        change = reverse("telephony:prompt", args=[prompt.pk])
        assert client.post(change, self.given(upload="", name="Hello again")).status_code == 302
        first = prompt.file
        louder = SimpleUploadedFile("b.wav", tone(0.5, frequency=300.0), "audio/wav")
        assert client.post(change, self.given(upload=louder)).status_code == 302
        prompt.refresh_from_db()
        assert prompt.file != first and files.path_of(first) is not None  # earlier versions still have it
        assert client_of(anna).get(reverse("telephony:prompt_sound", args=[prompt.pk])).status_code == 404
        assert client.post(reverse("telephony:prompt_remove", args=[prompt.pk])).status_code == 302
        told = [
            kind for kind in Fact.objects.order_by("id").values_list("kind", flat=True) if kind.startswith("prompt.")
        ]
        assert told == ["prompt.added", "prompt.changed", "prompt.changed", "prompt.removed"]

    @pytest.mark.parametrize(
        ("asked", "status", "span"),
        [
            ("", 200, None), ("bytes=0-3", 206, (0, 4)), ("bytes=44-", 206, (44, None)), ("bytes=-10", 206, (-10, None)),
            ("bytes=5-999999999", 206, (5, None)), ("bytes=999999-", 416, None), ("bytes=9-3", 200, None), ("bytes=-", 200, None),
            ("bytes=-0", 416, None), ("bytes=0-1,4-5", 200, None), ("lines=1-2", 200, None),
        ],
    )  # fmt: skip
    def test_parts_of_a_sound(self, client_of: Any, admin: Any, asked: str, status: int, span: Any) -> None:
        prompt = phrase("Hello", JOINED)
        whole = files.path_of(prompt.file).read_bytes()  # type: ignore[union-attr]
        heads = {"headers": {"Range": asked}} if asked else {}
        answer = client_of(admin).get(reverse("telephony:prompt_sound", args=[prompt.pk]), **heads)
        assert answer.status_code == status
        if status != 416:
            assert b"".join(answer) == (whole[slice(*span)] if span else whole)
            assert answer["Content-Type"] == "audio/wav"

    def test_a_sound_in_use_is_not_removed(self, client_of: Any, admin: Any) -> None:
        prompt = phrase("Notice", JOINED)
        actions.add_line("+74951112233", name="Site", notice=prompt, at=JOINED)
        page = client_of(admin).post(reverse("telephony:prompt_remove", args=[prompt.pk]), follow=True)
        assert Prompt.objects.exists() and "Site" in page.content.decode()


class TestSpeaking:
    def speaker(self, monkeypatch: Any, tmp_path: Path, script: str) -> None:
        program = tmp_path / "espeak-ng"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        monkeypatch.setattr(speech, "SPEAKERS", speech.SPEAKERS[1:])

    def test_a_text_is_spoken(self, client_of: Any, admin: Any, monkeypatch: Any, tmp_path: Path) -> None:
        (tmp_path / "said.wav").write_bytes(tone(1.5, 22_050))
        script = f'cat > {tmp_path}/heard; while [ "$1" != -w ]; do shift; done; cp {tmp_path}/said.wav "$2"'
        self.speaker(monkeypatch, tmp_path, script)
        words = {"name": "Hello", "use": "phrase", "kind": "spoken", "text": "--help; rm -rf /", "language": "ru"}
        client, add = client_of(admin), reverse("telephony:prompt_add")
        assert client.post(add, words).status_code == 302
        assert (tmp_path / "heard").read_text() == "--help; rm -rf /"
        prompt = Prompt.objects.get()
        assert (prompt.kind, round(prompt.seconds, 1)) == ("spoken", 1.5)
        (tmp_path / "heard").unlink()
        change = reverse("telephony:prompt", args=[prompt.pk])
        assert client.post(change, {**words, "name": "Renamed"}).status_code == 302
        assert not (tmp_path / "heard").exists()  # the same text is not spoken again
        assert client.post(change, {**words, "text": ""}).status_code == 422

    def test_a_program_that_fails_is_told(self, client_of: Any, admin: Any, monkeypatch: Any, tmp_path: Path) -> None:
        self.speaker(monkeypatch, tmp_path, "exit 3")
        words = {"name": "Hello", "use": "phrase", "kind": "spoken", "text": "Good day", "language": "en"}
        page = client_of(admin).post(reverse("telephony:prompt_add"), words)
        assert page.status_code == 422 and "exit status 3" in page.content.decode()

    def test_where_nothing_can_speak_it_is_said_how_to_change_that(
        self, client_of: Any, admin: Any, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(speech.shutil, "which", lambda _name: None)
        client, add = client_of(admin), reverse("telephony:prompt_add")
        assert "apt install espeak-ng" in client.get(add).content.decode()
        words = {"name": "Hello", "use": "phrase", "kind": "spoken", "text": "Good day", "language": "en"}
        assert client.post(add, words).status_code == 422


def test_files_that_nothing_names_are_removed_after_a_month(db: Any) -> None:
    import os
    from datetime import timedelta

    kept, gone = phrase("Kept", JOINED), files.keep(tone(0.3), "phrase")
    for name in (kept.file, gone):
        path = files.path_of(name)
        assert path is not None
        os.utime(path, (JOINED.timestamp(), JOINED.timestamp()))
    assert actions.tidy_sounds(JOINED + timedelta(days=1)) == 0
    assert actions.tidy_sounds(JOINED + timedelta(days=40)) == 1
    assert files.path_of(kept.file) and not files.path_of(gone)


def test_names_never_lead_out_of_the_folder() -> None:
    for name in ("", "../secret_key", "a/b.wav", ".hidden.wav", "..\\x.wav"):
        assert files.path_of(name) is None
