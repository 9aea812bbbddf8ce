"""Measuring a sound and making it small.

Two one-channel files of a call (the client's side, the employee's side) become one file of two channels. Telephone
speech as WAV takes 16 kB a second and channel; as MP3 of 16 kbit/s an eighth of that, and every browser, telephone
and accounting programme plays it (docs/decisions/012-recordings.md). libsndfile reads and writes both.

This module is imported when there is a sound to work on: the library brings NumPy, which takes 30 MB.
"""

import struct
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from .media import MEDIA

PIECES = 600  # of the waveform: more than a screen has room for
MP3_RATES = frozenset({8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000})
_COMPRESSION = 0.5  # constant 16 kbit/s a channel at 8 kHz
_AT_ONCE = 400_000  # frames read at one go: a step in Python for each piece would cost more than the sound itself
_QUIET = 0.002  # below this share of full scale it is the noise of the line


class NoSound(Exception):
    """The file holds no sound that can be read; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What is known of a sound: seconds, channels (1 or 2), media type, loudness in equal pieces (0..100)."""

    seconds: float
    channels: int
    media: str
    peaks: list[list[int]]


def measure(path: Path) -> Sound:
    """Measure a file as it is. NoSound when it cannot be read or is empty."""
    with ExitStack() as stack:
        source = _Source(stack, [path])
        return _through(source, None, source.media)


def make(sides: Sequence[Path], target: Path, *, small: bool = True) -> Sound:
    """Write the sides of a call (both in one; or the client's, then the employee's) as one file at ``target``.

    MP3 when ``small``, else 16-bit WAV. NoSound when nothing can be read.
    """
    with ExitStack() as stack:
        source = _Source(stack, sides)
        is_mp3 = small and source.rate in MP3_RATES
        options: dict[str, Any] = {"format": "WAV", "subtype": "PCM_16"}
        if is_mp3:
            options = {"format": "MP3", "bitrate_mode": "CONSTANT", "compression_level": _COMPRESSION}
        sink = stack.enter_context(
            soundfile.SoundFile(target, "w", samplerate=source.rate, channels=source.channels, **options)
        )
        return _through(source, sink, MEDIA["MP3" if is_mp3 else "WAV"])


class _Source:
    """One file, or two that are read side by side; what one lacks at its end is silence."""

    def __init__(self, stack: ExitStack, paths: Sequence[Path]) -> None:
        try:
            self.files = [stack.enter_context(soundfile.SoundFile(path)) for path in paths]
        except (soundfile.SoundFileError, OSError) as error:
            raise NoSound(f"the sound cannot be read: {error}"[:180]) from None
        if len({file.samplerate for file in self.files}) != 1:
            raise NoSound("the sides of the call were recorded at different rates")
        self.rate: int = self.files[0].samplerate
        self.frames: int = max(file.frames for file in self.files)
        self.channels = 2 if len(self.files) > 1 or self.files[0].channels > 1 else 1
        self.media = MEDIA.get(self.files[0].format, "application/octet-stream")

    def pieces(self, size: int) -> Iterator[Any]:
        """Arrays of shape (frames, channels), int16, ``size`` frames each but the last."""
        while True:
            try:
                parts = [file.read(size, dtype="int16", always_2d=True) for file in self.files]
            except soundfile.SoundFileError as error:
                raise NoSound(f"the sound breaks off: {error}"[:180]) from None
            longest = max(len(part) for part in parts)
            if not longest:
                return
            if len(parts) == 1:
                yield parts[0][:, :2]
            else:
                yield np.stack([_padded(part[:, 0], longest) for part in parts], axis=1)


def _padded(samples: Any, length: int) -> Any:
    return samples if len(samples) == length else np.pad(samples, (0, length - len(samples)))


def _through(source: _Source, sink: Any, media: str) -> Sound:
    """Read to the end, write where it is wanted, and measure on the way."""
    size = max(1, -(-source.frames // PIECES))
    frames, loudest = 0, []
    for part in source.pieces(size * max(1, _AT_ONCE // size)):
        frames += len(part)
        begins = np.arange(0, len(part), size)
        highest, lowest = np.maximum.reduceat(part, begins), np.minimum.reduceat(part, begins)
        loudest.append(np.maximum(highest.astype(np.int32), -lowest.astype(np.int32)))
        if sink is not None:
            sink.write(part)
    if not frames:
        raise NoSound("there is no sound in it")
    return Sound(frames / source.rate, source.channels, media, _peaks(np.concatenate(loudest)))


def _peaks(loudest: Any) -> list[list[int]]:
    """0..100 by channel, the loudest piece of the call being 100; a silent call stays flat."""
    most = max(float(loudest.max()), 32768 * _QUIET)
    return np.rint(loudest.T * (100 / most)).astype(int).tolist()  # type: ignore[no-any-return]


def mend(path: Path) -> bool:
    """Give a WAV that was never closed (the exchange died) a true header; whether it needed one.

    Source of the layout: "Multimedia Programming Interface and Data Specifications 1.0", RIFF and WAVE.
    """
    size = path.stat().st_size
    with path.open("r+b") as file:
        head = file.read(4096)
        at = head.find(b"data")
        if head[:4] != b"RIFF" or head[8:12] != b"WAVE" or at < 0 or len(head) < at + 8:
            return False
        told = struct.unpack("<I", head[at + 4 : at + 8])[0]
        whole = size - at - 8
        if told == whole or told + whole % 2 == whole:
            return False
        file.seek(4)
        file.write(struct.pack("<I", size - 8))
        file.seek(at + 4)
        file.write(struct.pack("<I", whole))
    return True
