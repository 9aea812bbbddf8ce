"""What a page may be told over its stream besides facts: a room's own news, worked out on the server.

    feed("wallboard", watch)        # in a room's plugs.py
    <body data-live="/live/?feed=wallboard">

``watch(user)`` gives a watcher, or None for somebody who may not look. It is asked in the thread of a page; what the
watcher does afterwards happens on the event loop.
"""

from collections.abc import Callable
from typing import Any, Protocol


class Watcher(Protocol):
    """One browser that looks."""

    def start(self, ring: Callable[[], None]) -> None:
        """Begin; ``ring`` is called on the event loop whenever there may be news."""

    async def news(self) -> str:
        """What changed since the last time, as one line of text; "" = nothing."""

    def stop(self) -> None:
        """The browser has left."""


Watch = Callable[[Any], Watcher | None]
feeds: dict[str, Watch] = {}


def feed(name: str, watch: Watch) -> None:
    """Register what pages hear with ``?feed=name``. ValueError when the name is taken."""
    if name in feeds:
        raise ValueError(f"the feed {name!r} is registered twice")
    feeds[name] = watch
