"""Sounds for tests, made by arithmetic."""

import struct
from array import array
from math import pi, sin

PCM = 1


def samples(seconds: float, rate: int = 8000, frequency: float = 440.0, loud: int = 12_000) -> list[int]:
    """A tone as whole numbers."""
    return [round(loud * sin(2 * pi * frequency * n / rate)) for n in range(int(seconds * rate))]


def riff(body: bytes, *, kind: int = PCM, channels: int = 1, rate: int = 8000, bits: int = 16) -> bytes:
    """A whole WAV file around samples that are ready."""
    block = channels * bits // 8
    head = struct.pack("<HHIIHH", kind, channels, rate, rate * block, block, bits)
    chunks = b"fmt " + struct.pack("<I", len(head)) + head + b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def tone(seconds: float, rate: int = 8000, channels: int = 1, frequency: float = 440.0) -> bytes:
    """A WAV file with a tone, 16 bits."""
    each = samples(seconds, rate, frequency)
    return riff(array("h", [value for value in each for _ in range(channels)]).tobytes(), channels=channels, rate=rate)
