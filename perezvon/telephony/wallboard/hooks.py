"""What the board asks of rooms that know more; until they answer it does without."""

from collections.abc import Collection

from perezvon.web.hooks import Hook

from .board import Segment


def _no_segments(person_ids: Collection[int]) -> dict[int, tuple[Segment, ...]]:
    """Nobody divides clients into segments."""
    return {}


def _no_names() -> dict[str, object]:
    """There are none to choose from."""
    return {}


#: asked as ``segments({1, 2})``: the segments of these people, by person id
segments: Hook[[Collection[int]], dict[int, tuple[Segment, ...]]] = Hook(_no_segments)
#: asked as ``segment_names()``: all segments, key -> what it is called (for the rules of alerts)
segment_names: Hook[[], dict[str, object]] = Hook(_no_names)
