"""The board in browsers: worked out once for all who look, at most every ``GAP``, and sent as what changed.

One task per event loop hears the ledger's facts and works the board out in a thread of its own, on a database
connection of its own; it ends, and gives the connection back, when nobody looks any more.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from perezvon.kit import clock
from perezvon.web.live.hub import Entry, Listener, hub

from .fragments import Picture
from .gather import open_alerts
from .keeping import forget
from .people import memberships
from .show import Show
from .viewer import Viewer, may_look, viewer_of

log = logging.getLogger(__name__)

GAP = 0.35  # seconds between two boards at least
TIRED = 5.0  # seconds after which time alone has changed something
FAILED = 2.0
REGROUPED = "presence.supervised"  # somebody may have been given other queues
HEARD = ("call.", "presence.", "queue.", "alert.", "provider.", "callback.")


def _hang_up() -> None:
    """Close the database connection of the thread that runs this (not of the one that asks for it)."""
    connection.close()


def matters(entry: Entry) -> bool:
    """Whether a fact may change the board."""
    return str(entry.get("k", "")).startswith(HEARD)


class Painter:
    """Paints for the watchers of one event loop."""

    def __init__(self, *, now: Callable[[], datetime] = clock.now, gap: float = GAP) -> None:
        self.now, self.gap = now, gap
        self.watchers: set[BoardWatcher] = set()
        self.pictures: dict[Viewer, Picture] = {}
        self.painted = 0
        self._task: asyncio.Task[None] | None = None

    def join(self, watcher: "BoardWatcher") -> None:
        """Paint for somebody more."""
        self.watchers.add(watcher)
        if self._task is None:
            self._task = asyncio.create_task(self._paint_while_watched(), name="wallboard")
        elif watcher.viewer in self.pictures:
            watcher.ring()

    def leave(self, watcher: "BoardWatcher") -> None:
        """Forget somebody who has left."""
        self.watchers.discard(watcher)

    async def _paint_while_watched(self) -> None:
        loop, here, listener = asyncio.get_running_loop(), hub(), Listener(matters)
        here.join(listener)
        forget(memberships, open_alerts)  # what changed before anybody listened is not told again
        with ThreadPoolExecutor(1, "wallboard") as pool:
            try:
                while self.watchers:
                    began, wait = monotonic(), self.gap
                    try:
                        await loop.run_in_executor(pool, self._paint, {one.viewer for one in self.watchers})
                    except Exception:
                        log.exception("the board cannot be worked out")
                        wait = FAILED
                    for watcher in list(self.watchers):
                        watcher.ring()
                    await asyncio.sleep(max(0.0, began + wait - monotonic()))
                    mail = await listener.take(TIRED)
                    if any(isinstance(entry, str) or entry.get("k") == REGROUPED for entry in mail):
                        forget(memberships)
            finally:
                # Before anything is waited for: whoever joins meanwhile gets a painter of his own.
                self._task, self.pictures = None, {}
                here.leave(listener)
                await loop.run_in_executor(pool, _hang_up)

    def _paint(self, viewers: set[Viewer]) -> None:
        connection.close_if_unusable_or_obsolete()
        show = Show(self.now(), no_older_than=timedelta(0))
        self.pictures = {viewer: show.picture(viewer) for viewer in viewers}
        self.painted += 1


class BoardWatcher:
    """One browser that looks at the board."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._shown = Picture()
        self._ring: Callable[[], None] | None = None
        self._painter: Painter | None = None

    def start(self, ring: Callable[[], None]) -> None:
        """See perezvon.web.live.feeds."""
        self._ring, self._painter = ring, painter()
        self._painter.join(self)

    def ring(self) -> None:
        """There may be news."""
        if self._ring:
            self._ring()

    async def news(self) -> str:
        """What changed since this browser was last told."""
        fresh = self._painter.pictures.get(self.viewer) if self._painter else None
        if fresh is None or fresh is self._shown:
            return ""
        told, self._shown = fresh.since(self._shown), fresh
        return told

    def stop(self) -> None:
        """The browser has left."""
        if self._painter:
            self._painter.leave(self)


_painters: dict[asyncio.AbstractEventLoop, Painter] = {}


def painter() -> Painter:
    """The painter of this event loop (a process has one)."""
    loop = asyncio.get_running_loop()
    if loop not in _painters:
        for stale in [each for each in _painters if each.is_closed()]:
            del _painters[stale]
        _painters[loop] = Painter()
    return _painters[loop]


def watch(user: Any) -> BoardWatcher | None:
    """For the live stream: a watcher for whoever may look at the board."""
    if not may_look(user):
        return None
    return BoardWatcher(viewer_of(user, (get_language() or "en").split("-")[0]))
