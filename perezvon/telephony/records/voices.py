"""Two made-up voices that talk to each other: for tests and the demo company. Nobody's speech, only its shape.

A voice is a tone of the pitch of a person with its overtones, opened and closed in syllables of a fifth of a second;
the two take turns, and a little of the line's noise lies under both.
"""

from __future__ import annotations

import math
import wave
from array import array
from pathlib import Path
from random import Random

RATE = 8000  # samples a second
CLIENT, EMPLOYEE = 175.0, 118.0  # pitch, Hz
_OVERTONES = ((1, 0.5), (2, 0.3), (3, 0.14), (5, 0.06))


def talk(seconds: float, *, seed: int = 1) -> tuple[array[int], array[int]]:
    """The client's and the employee's side, 16-bit samples of equal length."""
    random = Random(seed)  # noqa: S311 - dice, not secrets
    count = int(seconds * RATE)
    sides = (_hiss(count, random), _hiss(count, random))
    at, speaker = 0.4, 1  # the employee greets first
    while at < seconds:
        turn = random.uniform(1.2, 5.0)
        _speak(sides[speaker], at, min(seconds, at + turn), (CLIENT, EMPLOYEE)[speaker], random)
        at += turn + random.uniform(0.2, 0.9)
        speaker = 1 - speaker
    return sides


def _hiss(count: int, random: Random) -> array[int]:
    grain = array("h", (random.randrange(-24, 25) for _ in range(2048)))
    return (grain * (count // len(grain) + 1))[:count]


def _speak(side: array[int], start: float, end: float, pitch: float, random: Random) -> None:
    """Syllables from ``start`` to ``end`` in seconds; every one a little higher or lower, louder or softer."""
    at = start
    while at < end - 0.05:
        length = random.uniform(0.11, 0.26)
        first, last = int(at * RATE), min(len(side), int(min(end, at + length) * RATE))
        hertz, volume = pitch * random.uniform(0.88, 1.18), random.uniform(3500, 11000)
        for n in range(first, last):
            open_ = math.sin(math.pi * (n - first) / max(1, last - first))
            turn = 2 * math.pi * hertz * n / RATE
            side[n] += int(volume * open_ * sum(share * math.sin(turn * over) for over, share in _OVERTONES))
        at += length + random.uniform(0.01, 0.09)


def write(path: Path, *sides: array[int]) -> Path:
    """A WAV of one channel for one side, of two for two."""
    frames = (
        sides[0] if len(sides) == 1 else array("h", (sample for pair in zip(*sides, strict=True) for sample in pair))
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(sides))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames.tobytes())
    return path
