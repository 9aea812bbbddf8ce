"""Making of an uploaded file what a telephone plays: 8 kHz, 16 bits, mono, WAV."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from . import wav
from .wav import RATE, BadSound

MOST_BYTES = 30 * 1024 * 1024
LEAST_SECONDS = 0.2
_LOUD, _SILENT = 23_000, 40  # of 32,767: the peak we bring a sound to; less than this is silence
_PIECE = 24_000
_MIDDLE = 24_000  # the library's own filter is too soft for 8 kHz: it goes half of the way, ours the rest


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound ready for the telephone: the whole WAV file and its length."""

    wav: bytes
    seconds: float


@lru_cache
def library() -> Any:
    """The decoder of MP3, OGG and FLAC, or None where its wheel could not be installed."""
    try:
        import miniaudio
    except (ImportError, OSError):
        return None
    return miniaudio


def formats() -> str:
    """What can be taken here, for the hint beside the field."""
    return "WAV, MP3, OGG, FLAC" if library() else "WAV"


def for_telephone(data: bytes, most_seconds: float) -> Sound:
    """Convert a whole file.

    The peak is brought to -3 dB, so that phrases of different microphones are equally loud. BadSound with a code:
    "too_big", "not_audio", "kind" (cannot be read here), "silent", "too_short", "too_long".
    """
    if len(data) > MOST_BYTES:
        raise BadSound("too_big")
    most = int(most_seconds * RATE)
    samples = _decoded(data, most)
    if len(samples) > most:
        raise BadSound("too_long")
    if len(samples) < LEAST_SECONDS * RATE:
        raise BadSound("too_short")
    return Sound(wav.write(_levelled(samples)), len(samples) / RATE)


def _decoded(data: bytes, most: int) -> array[int]:
    kind = _kind(data)
    if library():
        return _by_library(data, most)
    if kind != "wav":
        raise BadSound("kind")
    rate, samples = wav.read(data)
    if len(samples) > most * rate / RATE + rate:
        raise BadSound("too_long")
    return wav.resample(samples, rate)


def _kind(data: bytes) -> str:
    """By the first bytes, whatever the file is called."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    if data[:4] in (b"OggS", b"fLaC"):
        return "other"
    if data[:3] == b"ID3" or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 in (0xE2, 0xE4, 0xE6)):
        return "other"
    raise BadSound("not_audio")


def _by_library(data: bytes, most: int) -> array[int]:
    """Decode piece by piece and stop where it becomes too long: a small file may hold hours."""
    sound = library()
    try:
        pieces = sound.stream_memory(data, sound.SampleFormat.SIGNED16, 1, _MIDDLE, _PIECE)
        samples = array("h", chain.from_iterable(_until(pieces, most * _MIDDLE // RATE)))
    except sound.MiniaudioError:
        raise BadSound("not_audio") from None
    if len(samples) * RATE > most * _MIDDLE:
        raise BadSound("too_long")
    return wav.resample(samples, _MIDDLE)


def _until(pieces: Iterator[Any], most: int) -> Iterator[Any]:
    taken = 0
    for piece in pieces:
        yield piece
        taken += len(piece)
        if taken > most:
            return


def _levelled(samples: array[int]) -> array[int]:
    peak = max(max(samples), -min(samples))
    if peak < _SILENT:
        raise BadSound("silent")
    share = _LOUD / peak
    return array("h", (round(value * share) for value in samples))
