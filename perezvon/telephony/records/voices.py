"""Two made-up voices that talk to each other: for tests and the demo company. Nobody's speech, only its shape.

A voice is a row of overtones of a person's pitch, loud around the two formants of a vowel, opened and closed in
syllables of a fifth of a second; the two take turns, and a little of the line's noise lies under both. Formants:
rounded from Peterson and Barney, 1952.
"""

from pathlib import Path
from typing import Any

import numpy as np
import soundfile

RATE = 8000  # samples a second
CLIENT, EMPLOYEE = 182.0, 116.0  # pitch, Hz
_VOWELS = ((730, 1090), (530, 1840), (270, 2290), (570, 840), (300, 870), (660, 1720))  # Hz
_WIDTH = 160.0  # of a formant, Hz
_TOP = 3300.0  # what a telephone line carries, Hz


def talk(seconds: float, *, seed: int = 1) -> tuple[Any, Any]:
    """The client's and the employee's side: int16 samples of equal length."""
    dice = np.random.default_rng(seed)
    count = int(seconds * RATE)
    sides = [dice.integers(-20, 21, count).astype(np.float64) for _ in range(2)]
    at, speaker = 0.3, 1  # the employee greets first
    while at < seconds:
        turn = dice.uniform(1.2, 5.5)
        _speak(sides[speaker], at, min(seconds, at + turn), (CLIENT, EMPLOYEE)[speaker], dice)
        at += turn + dice.uniform(0.15, 0.9)
        speaker = 1 - speaker
    client, employee = (np.clip(side, -32000, 32000).astype(np.int16) for side in sides)
    return client, employee


def _speak(side: Any, start: float, end: float, pitch: float, dice: Any) -> None:
    """Syllables from ``start`` to ``end`` in seconds; every one a little higher or lower, louder or softer."""
    at = start
    while at < end - 0.05:
        first, last = int(at * RATE), min(len(side), int(min(end, at + dice.uniform(0.11, 0.27)) * RATE))
        if last - first > 8:
            hertz = pitch * dice.uniform(0.86, 1.2)
            side[first:last] += _syllable(last - first, hertz, _VOWELS[dice.integers(len(_VOWELS))], dice)
        at = last / RATE + dice.uniform(0.01, 0.08)


def _syllable(count: int, hertz: float, vowel: tuple[int, int], dice: Any) -> Any:
    moments = np.arange(count) / RATE
    glide = hertz * (1 + 0.06 * (0.5 - moments / moments[-1]))  # a syllable falls a little
    overtones = np.arange(1, int(_TOP / hertz) + 1)
    loud = np.full(len(overtones), 0.04)
    for formant in vowel:
        loud += np.exp(-(((overtones * hertz - formant) / _WIDTH) ** 2) / 2)
    wave = (loud[:, None] * np.sin(2 * np.pi * overtones[:, None] * glide * moments)).sum(axis=0)
    opened = np.sin(np.pi * np.arange(count) / count) ** 0.7
    return wave / (np.abs(wave).max() or 1) * opened * dice.uniform(4000, 14000)


def write(path: Path, *sides: Any) -> Path:
    """A WAV of one channel for one side, of two for two."""
    soundfile.write(path, np.stack(sides, axis=1), RATE, format="WAV", subtype="PCM_16")
    return path
