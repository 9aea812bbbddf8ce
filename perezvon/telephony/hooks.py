"""Questions that this room asks and an upper room answers."""

from collections.abc import Iterable
from datetime import datetime

from perezvon.web.hooks import Hook


def _no_sources(_numbers: Iterable[str], _at: datetime) -> dict[str, str]:
    return {}


#: asked as ``line_sources(numbers, at)``: the name of the source that each of our numbers (E.164) belongs to
line_sources: Hook[[Iterable[str], datetime], dict[str, str]] = Hook(_no_sources)
