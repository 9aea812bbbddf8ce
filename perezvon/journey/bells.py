"""What woke a lane: words of ``NOTIFY work``, so that only the work that is meant is done.

A word is the kind of a fact, or the name of a loop or a reader. No words at all mean "look at everything": so does
the clock, every second or three, which covers a lost notice, timers, and what falls due by itself.
"""

from collections.abc import Iterable
from time import monotonic

from django.db import connection

from .registry import loops, readers

Words = frozenset[str] | None
EVERYTHING: Words = None
NOTHING: frozenset[str] = frozenset()
_LONGEST = 7_500  # NOTIFY takes at most 8,000 bytes


def ring(words: Iterable[str] = ()) -> str:
    """The text of a notice."""
    text = " ".join(sorted(set(words)))
    return text if len(text) <= _LONGEST else ""


def meant(lane: str, text: str) -> Words:
    """Those words of a notice that something in the lane acts upon."""
    if not text:
        return None
    return frozenset(word for word in text.split(" ") if _concerns(lane, word))


def _concerns(lane: str, word: str) -> bool:
    loop = loops.get(word)
    if loop is not None:
        return loop.lane == lane
    return any(reader.lane == lane and reader.answers(word) for reader in readers.values())


def joined(one: Words, other: Words) -> Words:
    """Both."""
    return None if one is None or other is None else one | other


def heard(lane: str, seconds: float) -> Words:
    """Wait until a notice concerns the lane, at most so long; what it says. A burst is one reason to work, not many.

    ConnectionError when the connection is closed.
    """
    raw = connection.connection
    if raw is None or raw.closed:
        raise ConnectionError("the connection is closed")
    words: Words = NOTHING
    until = monotonic() + seconds
    while words == NOTHING and (left := until - monotonic()) > 0:
        for notice in raw.notifies(timeout=left, stop_after=1):
            words = joined(words, meant(lane, notice.payload))
    for notice in raw.notifies(timeout=0):
        words = joined(words, meant(lane, notice.payload))
    return words
