"""WAV read, brought to the telephone's rate and written, in plain Python.

Source of the format: RIFF/WAVE with WAVE_FORMAT_PCM (1), IEEE_FLOAT (3), ALAW (6), MULAW (7) and EXTENSIBLE;
G.711 expansion after ITU-T G.711; the filter is a windowed sinc, applied phase by phase.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterator
from functools import lru_cache
from math import ceil, cos, gcd, pi, sin
from operator import mul

RATE = 8000
HEAD = 44  # bytes before the samples in what ``write`` makes
PCM, FLOAT, ALAW, MULAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_CROSSINGS = 8  # of the sinc on each side: about 60 dB of quiet above the telephone's band
_MOST = 32_767


class BadSound(ValueError):
    """Not audio, or not of a kind that can be read; ``code`` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read(data: bytes) -> tuple[int, array[int]]:
    """(rate, samples): 16-bit mono out of a whole WAV file. BadSound "not_audio" or "kind"."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise BadSound("not_audio")
    shape, body = b"", b""
    for name, chunk in _chunks(data):
        if name == b"fmt ":
            shape = chunk
        elif name == b"data" and shape:
            body = chunk
            break
    if len(shape) < 16 or not body:
        raise BadSound("not_audio")
    kind, channels, rate, _bytes, block, bits = struct.unpack("<HHIIHH", shape[:16])
    if kind == EXTENSIBLE and len(shape) >= 26:
        kind = struct.unpack("<H", shape[24:26])[0]
    if not 1 <= channels <= 8 or not 4000 <= rate <= 192_000 or block != channels * bits // 8:
        raise BadSound("kind")
    return rate, _mono(_samples(body[: len(body) // block * block], kind, bits), channels)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])[0]
        yield name, data[at + 8 : at + 8 + size]  # a size that promises too much gives what is there
        at += 8 + size + size % 2


def _samples(body: bytes, kind: int, bits: int) -> array[int]:
    """Interleaved samples as 16 bits."""
    if kind == PCM and bits == 8:
        return array("h", ((value - 128) << 8 for value in body))
    if kind == PCM and bits in (16, 24, 32):
        width = bits // 8
        high = bytearray(len(body) // width * 2)  # the two upper bytes of each sample
        high[0::2], high[1::2] = body[width - 2 :: width], body[width - 1 :: width]
        return _native(array("h", bytes(high)))
    if kind == FLOAT and bits in (32, 64):
        values = array("f" if bits == 32 else "d", body)
        return array("h", map(_clipped, _native(values)))
    if kind in (ALAW, MULAW) and bits == 8:
        table = _expansion(kind)
        return array("h", map(table.__getitem__, body))
    raise BadSound("kind")


def _native(values: array) -> array:  # type: ignore[type-arg]
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _clipped(value: float) -> int:
    if value != value:  # noqa: PLR0124 - not a number
        return 0
    return int(max(-1.0, min(1.0, value)) * _MOST)


@lru_cache
def _expansion(kind: int) -> list[int]:
    return [_alaw(code) if kind == ALAW else _mulaw(code) for code in range(256)]


def _mulaw(code: int) -> int:
    code = ~code & 0xFF
    value = (((code & 0x0F) << 3) + 0x84) << (code >> 4 & 7)
    return 0x84 - value if code & 0x80 else value - 0x84


def _alaw(code: int) -> int:
    code ^= 0x55
    step, value = code >> 4 & 7, (code & 0x0F) << 4
    value = value + 8 if step == 0 else (value + 0x108) << (step - 1)
    return value if code & 0x80 else -value


def _mono(samples: array[int], channels: int) -> array[int]:
    if channels == 1:
        return samples
    sides = [samples[n::channels] for n in range(channels)]
    return array("h", (sum(frame) // channels for frame in zip(*sides, strict=True)))


def resample(samples: array[int], rate: int, to: int = RATE) -> array[int]:
    """The same sound at another rate; what does not fit under half of it is filtered out first."""
    if rate == to:
        return samples
    shared = gcd(rate, to)
    up, down = to // shared, rate // shared
    half = ceil(_CROSSINGS * max(1.0, rate / to))
    phases = [_taps(phase / up, half, min(1.0, to / rate) * 0.93) for phase in range(min(up, len(samples) * up))]
    padded = array("h", bytes(2 * half)) + samples + array("h", bytes(2 * half))
    out = array("h", bytes(2 * (len(samples) * to // rate)))
    for n in range(len(out)):
        at, phase = divmod(n * down, up)
        value = sum(map(mul, phases[phase], padded[at : at + 2 * half]))
        out[n] = _MOST if value > _MOST else -_MOST if value < -_MOST else round(value)
    return out


def _taps(shift: float, half: int, cutoff: float) -> list[float]:
    """Windowed sinc whose middle lies ``shift`` after the sample number ``half``; adds up to one."""
    found = []
    for n in range(2 * half):
        x = n - half - shift
        window = 0.5 + 0.5 * cos(pi * max(-1.0, min(1.0, x / half)))
        found.append(window * (sin(pi * cutoff * x) / (pi * x) if abs(x) > 1e-9 else cutoff))
    total = sum(found)
    return [tap / total for tap in found]


def write(samples: array[int]) -> bytes:
    """A whole WAV file: 8 kHz, 16 bits, mono."""
    body = _native(array("h", samples)).tobytes()
    head = struct.pack("<HHIIHH", PCM, 1, RATE, 2 * RATE, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(body))
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + head
        + (b"data" + struct.pack("<I", len(body)) + body)
    )
