"""One LISTEN connection of this process, fanned out to its browsers.

The ledger sends ``NOTIFY live`` with a JSON list of entries: ``k`` kind, ``i`` fact
id, ``d`` department, ``o`` owner (user id), ``p`` person, ``t`` ticket, ``l`` deal,
``c`` call; missing means None. PostgreSQL forgets notices that nobody listens to, so after
a lost connection (or a browser that is too slow) the browser is told to fetch again.
"""

import asyncio
import json
import logging
from collections import deque
from time import monotonic
from typing import Any

import psycopg
from django.db import connections

from perezvon.web.live import Predicate

logger = logging.getLogger(__name__)

Entry = dict[str, Any]
#: put into a mailbox instead of entries: what the page shows may be stale
REFETCH = "refetch"
#: put into a mailbox besides entries: the page's feed has news
NEWS = "news"
MAILBOX = 256
#: what just happened is kept for browsers whose page was drawn before they connected
KEPT_ENTRIES, KEPT_SECONDS = 2000, 30.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0


class Listener:
    """The mailbox of one browser; ``allows`` says which entries may be put in."""

    def __init__(self, allows: Predicate) -> None:
        self.allows = allows
        self.rung = False
        self.mail: asyncio.Queue[Entry | str] = asyncio.Queue(MAILBOX)

    def give(self, entry: Entry) -> None:
        """Put in an entry when the person may see it; a full mailbox becomes one "refetch"."""
        if not self.allows(entry):
            return
        try:
            self.mail.put_nowait(entry)
        except asyncio.QueueFull:
            self.start_over()

    def ring(self) -> None:
        """Say that the feed has news; once is enough until the mail is taken."""
        if not self.rung and not self.mail.full():
            self.rung = True
            self.mail.put_nowait(NEWS)

    def start_over(self) -> None:
        """Throw the mail away and ask to fetch again."""
        while not self.mail.empty():
            self.mail.get_nowait()
        self.mail.put_nowait(REFETCH)

    async def take(self, patience: float) -> list[Entry | str]:
        """Return all mail, waiting up to ``patience`` seconds for the first; [] when none came."""
        try:
            first = await asyncio.wait_for(self.mail.get(), patience)
        except TimeoutError:
            return []
        mail = [first]
        while not self.mail.empty():
            mail.append(self.mail.get_nowait())
        self.rung = False
        return mail


class Hub:
    """Listens from the first browser on until the process ends."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.connected = asyncio.Event()
        self._recent: deque[tuple[float, Entry]] = deque(maxlen=KEPT_ENTRIES)
        self._task: asyncio.Task[None] | None = None

    def join(self, listener: Listener, back: float = 0.0) -> None:
        """Let a browser hear, and tell it what happened in the last ``back`` seconds."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen_for_ever(), name="live hub")
        since = monotonic() - min(back, KEPT_SECONDS)
        for at, entry in self._recent:
            if at >= since:
                listener.give(entry)
        self.listeners.add(listener)

    def leave(self, listener: Listener) -> None:
        """Forget a browser."""
        self.listeners.discard(listener)

    async def _listen_for_ever(self) -> None:
        """Keep a connection; each new one after a loss makes every browser fetch again."""
        pause, lost = FIRST_PAUSE, False
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**address(), autocommit=True) as link:
                    await link.execute("LISTEN live")
                    pause = FIRST_PAUSE
                    if lost:
                        self._start_over()
                    self.connected.set()
                    async for notice in link.notifies():
                        self._hand_out(notice.payload)
            except (psycopg.Error, OSError) as error:
                logger.warning("live connection lost: %s", error)
            self.connected.clear()
            lost = True
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _hand_out(self, payload: str) -> None:
        """Give the entries of one notice to everybody who may see them."""
        try:
            told = json.loads(payload)
        except ValueError:
            logger.error("a live notice is not JSON")
            return
        for entry in told if isinstance(told, list) else [told]:
            if isinstance(entry, dict) and isinstance(entry.get("k"), str):
                self._recent.append((monotonic(), entry))
                for listener in self.listeners:
                    listener.give(entry)

    def _start_over(self) -> None:
        """Ask every browser to fetch again."""
        for listener in self.listeners:
            listener.start_over()


def address() -> dict[str, Any]:
    """Return how to reach the product's database, for psycopg."""
    conf = connections["default"].settings_dict
    options = {
        key: value
        for key, value in conf.get("OPTIONS", {}).items()
        if key not in ("pool", "server_side_binding", "isolation_level", "assume_role")
    }
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    parts = {name: conf[key] for name, key in named.items() if conf.get(key)}
    return {**parts, **options, "application_name": "perezvon live"}


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """Return the hub of this event loop (a process has one)."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for stale in [each for each in _hubs if each.is_closed()]:
            del _hubs[stale]
        _hubs[loop] = Hub()
    return _hubs[loop]
