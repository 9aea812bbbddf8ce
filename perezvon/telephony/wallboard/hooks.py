"""What the board asks of rooms that know more."""

from collections.abc import Collection

from perezvon.crm import reads as crm
from perezvon.web.hooks import Hook

from .board import Segment


def _by_revenue(person_ids: Collection[int]) -> dict[int, tuple[Segment, ...]]:
    """Gold, silver or bronze; the first two are valued."""
    labels = crm.Segment
    return {
        pk: (Segment(key, labels(key).label, key in (labels.GOLD, labels.SILVER)),)
        for pk, key in crm.segments_of(person_ids).items()
    }


def _names() -> dict[str, object]:
    """The segments of those who buy."""
    return {one.value: one.label for one in crm.Segment if one != crm.Segment.OCCASIONAL}


#: asked as ``segments({1, 2})``: the segments of these people, by person id
segments: Hook[[Collection[int]], dict[int, tuple[Segment, ...]]] = Hook(_by_revenue)
#: asked as ``segment_names()``: all segments, key -> what it is called (for the rules of alerts)
segment_names: Hook[[], dict[str, object]] = Hook(_names)
