"""Making of an uploaded file what a telephone plays: 8 kHz, 16 bits, mono, WAV.

The work is done in a short-lived process: it costs seconds, brings NumPy along, and a decoder that a broken file confuses
must not take a web process with it. WAV needs no library at all; for MP3, OGG and FLAC there is ``soundfile``.
"""

from __future__ import annotations

import io
import subprocess
import sys
from array import array
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec

from . import wav
from .wav import RATE, BadSound

MOST_BYTES = 30 * 1024 * 1024
LEAST_SECONDS = 0.2
_LOUD, _SILENT = 23_000, 40  # of 32,767: the peak we bring a sound to; less than this is silence
_PIECE = 65_536  # frames
_REFUSED, _PATIENCE = 3, 120.0


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound ready for the telephone: the whole WAV file and its length."""

    wav: bytes
    seconds: float


@lru_cache
def has_library() -> bool:
    """Whether the decoder of MP3, OGG and FLAC is installed; it is not imported here."""
    return find_spec("soundfile") is not None


def formats() -> str:
    """What can be taken here, for the hint beside the field."""
    return "WAV, MP3, OGG, FLAC" if has_library() else "WAV"


def for_telephone(data: bytes, most_seconds: float) -> Sound:
    """Convert a whole file; see ``convert``. The errors are the same, "not_audio" also for a file that kills the decoder."""
    if len(data) > MOST_BYTES:
        raise BadSound("too_big")
    kind_of(data)
    command = [sys.executable, "-m", __name__, str(most_seconds)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise BadSound("not_audio") from None
    if done.returncode:
        raise BadSound(done.stderr.decode(errors="replace") if done.returncode == _REFUSED else "not_audio")
    return Sound(done.stdout, (len(done.stdout) - wav.HEAD) / (2 * RATE))


def convert(data: bytes, most_seconds: float, *, with_library: bool) -> bytes:
    """The whole WAV file for the telephone, in this very process.

    The peak is brought to -3 dB, so that phrases of different microphones are equally loud. BadSound with a code:
    "not_audio", "kind" (cannot be read here), "silent", "too_short", "too_long".
    """
    if with_library:
        rate, samples = _by_library(data, most_seconds)
    elif kind_of(data) == "wav":
        rate, samples = wav.read(data)
    else:
        raise BadSound("kind")
    seconds = len(samples) / rate
    if not LEAST_SECONDS <= seconds <= most_seconds:
        raise BadSound("too_short" if seconds < LEAST_SECONDS else "too_long")
    return wav.write(_levelled(wav.resample(samples, rate)))


def kind_of(data: bytes) -> str:
    """ "wav" or "other" by the first bytes, whatever the file is called. BadSound "not_audio"."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    is_mp3 = data[:3] == b"ID3" or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 in (0xE2, 0xE4, 0xE6))
    if is_mp3 or data[:4] in (b"OggS", b"fLaC"):
        return "other"
    raise BadSound("not_audio")


def _by_library(data: bytes, most_seconds: float) -> tuple[int, array[int]]:
    """Decode piece by piece and stop where it becomes too long: a small file may hold hours."""
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            samples, most = array("h"), most_seconds * file.samplerate
            while len(samples) <= most:
                piece = file.read(_PIECE, dtype="float32", always_2d=True)
                if not len(piece):
                    break
                mono = piece.mean(axis=1).clip(-1, 1) * 32_767
                samples.frombytes(mono.astype("int16").tobytes())
            return int(file.samplerate), samples
    except (soundfile.SoundFileError, ValueError, TypeError):
        raise BadSound("not_audio") from None


def _levelled(samples: array[int]) -> array[int]:
    peak = max(max(samples), -min(samples))
    if peak < _SILENT:
        raise BadSound("silent")
    share = _LOUD / peak
    return array("h", (round(value * share) for value in samples))


def main() -> int:
    """The short-lived process: the file comes in, the WAV goes out; a refusal is its code and the exit status."""
    try:
        done = convert(sys.stdin.buffer.read(MOST_BYTES), float(sys.argv[1]), with_library=has_library())
    except BadSound as error:
        sys.stderr.write(error.code)
        return _REFUSED
    sys.stdout.buffer.write(done)
    return 0


if __name__ == "__main__":
    sys.exit(main())
