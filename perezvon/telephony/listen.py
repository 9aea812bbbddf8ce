"""The listener: one AMI connection per Asterisk node, its events into the store.

Only one process listens to a node (session advisory lock of PostgreSQL); another one stands by. Events
wait in a bounded queue: when the database is slow the exchange is slowed down, nothing is dropped.
"""

import asyncio
import contextlib
import logging
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from math import inf
from time import monotonic
from typing import Any, TypeVar

from django.db import DatabaseError, DataError, InterfaceError, OperationalError, connection, transaction

from perezvon.journey.actions import wake
from perezvon.kit import clock

from .actions import pausing
from .actions.closing import close
from .actions.intake import account_of, store
from .actions.reading_back import Look, ReadingBack
from .models import Call, Provider, Queue
from .pbx import nodes
from .pbx.node import DEFAULTS
from .pbx.routing import Routing
from .providers.asterisk.ami import Ami, AmiError, Fields
from .providers.asterisk.events import CUT_OFF, is_kept, raw_event
from .providers.contract import Account, Event

log = logging.getLogger(__name__)

QUEUE_LIMIT = 20_000
BATCH = 500
GATHER_SECONDS = 0.01  # events come in bursts; one burst is stored and made sense of once
PING_SECONDS = 15.0
PINGS_A_LOOK = 4  # pings between looks into the diary while we listen
BOOT_SECONDS = 15.0  # an exchange that has just started answers before it is whole
LOOK_SECONDS = 5.0
DEAD_SECONDS = 15.0  # a node that cannot be reached for so long is dead, and its calls with it
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0
_LOCK_CLASS = 7262
# Taking a session lock twice counts twice; ask only when this connection does not hold it.
_LEAD = """
SELECT CASE WHEN EXISTS (
    SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND pid = pg_backend_pid()
) THEN true ELSE pg_try_advisory_lock(%s, %s) END
"""
T = TypeVar("T")


def main(stop_event: threading.Event) -> None:
    """Listen to every enabled Asterisk node until ``stop_event`` is set."""
    asyncio.run(listen(stop_event))


async def listen(stop_event: threading.Event) -> None:
    """Keep one task per node; nodes that are added or switched off are noticed within seconds."""
    tasks: dict[int, asyncio.Task[None]] = {}
    with ThreadPoolExecutor(1, "nodes") as pool:
        while not stop_event.is_set():
            try:
                found = await _in(pool, _nodes)
            except (DatabaseError, InterfaceError):
                log.warning("the database does not answer")
            else:
                _follow(tasks, found)
            await _nap(stop_event, LOOK_SECONDS)
        await _stop(list(tasks.values()))
        await _in(pool, _hang_up)


def _hang_up() -> None:
    """Close the database connection of the thread that runs this (not of the one that asks for it)."""
    connection.close()


def _nodes() -> dict[int, Account]:
    connection.close_if_unusable_or_obsolete()
    found = Provider.objects.filter(kind=nodes.KIND, is_enabled=True)
    return {p.pk: account_of(p) for p in found if not nodes.is_own(p) or nodes.is_installed()}


def _follow(tasks: dict[int, asyncio.Task[None]], found: dict[int, Account]) -> None:
    for pk in [pk for pk, task in tasks.items() if pk not in found or task.done()]:
        tasks.pop(pk).cancel()
    for pk, account in found.items():
        if pk not in tasks:
            tasks[pk] = asyncio.create_task(Node(account).run())


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _nap(stop_event: threading.Event, seconds: float) -> None:
    """Sleep in small pieces, so that a stop is noticed at once."""
    for _ in range(int(seconds / 0.1)):
        if stop_event.is_set():
            return
        await asyncio.sleep(0.1)


async def _in(pool: ThreadPoolExecutor, work: Callable[..., T], *args: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, work, *args)


class Node:
    """One Asterisk node: leads, connects, stores, comes back after a loss."""

    dead_seconds = DEAD_SECONDS

    def __init__(
        self, account: Account, *, first_wait: float = _FIRST_WAIT, ping_seconds: float = PING_SECONDS
    ) -> None:
        self.account, self.first_wait, self.ping_seconds = account, first_wait, ping_seconds
        self.queue: asyncio.Queue[Fields] = asyncio.Queue(QUEUE_LIMIT)
        self.taken: list[Fields] = []  # out of the queue, not yet surely stored
        self.sessions = 0
        self.complaint = ""
        self.lost_at: datetime | None = None
        self.booted: asyncio.Future[datetime] | None = None
        self.diary: ReadingBack | None = None
        # One thread, so one database connection: it holds the lock and writes.
        self.pool = ThreadPoolExecutor(1, f"ami-{account.id}")

    async def run(self) -> None:
        """Until cancelled: wait for the lead, keep the link up, write what comes."""
        writing = asyncio.create_task(self._write())
        routing = await self._begin_routing()
        try:
            await self._keep_link()
        finally:
            writing.cancel()
            if routing is not None:
                await routing.stop()
            await asyncio.gather(writing, return_exceptions=True)
            with contextlib.suppress(Exception):
                await self._db(self._store, [*self.taken, *self._pending()])
            await self._db(_hang_up)
            self.pool.shutdown(wait=False)

    async def _begin_routing(self) -> Routing | None:
        """Answer the questions of an exchange of our own."""
        port = self.account.settings.get("agi_port") or DEFAULTS["agi_port"]
        if not self._is_own:
            return None
        told = self.account.settings
        first = int(told.get("twin_of") or 0) or self.account.id
        routing = Routing(first, int(port), host=str(told.get("agi_host") or DEFAULTS["agi_host"]))
        try:
            await routing.start()
        except OSError as error:
            log.warning(
                "the exchange's questions are not answered", extra={"node": self.account.slug, "why": str(error)}
            )
        return routing

    async def _keep_link(self) -> None:
        wait, seen_at = self.first_wait, monotonic()
        while True:
            before, is_away = self.sessions, False
            try:
                if await self._db(self._lead):
                    await self._session()  # ends with AmiError
            except (AmiError, OSError, TimeoutError) as error:
                self._complain("the link to Asterisk is down", str(error))
                is_away = self.sessions == before
            except (DatabaseError, InterfaceError):
                self._complain("the database does not answer")
                await self._db(_hang_up)
            wait = self.first_wait if self.sessions > before else wait
            if not is_away:
                seen_at = monotonic()
            elif monotonic() - seen_at >= self.dead_seconds:
                seen_at = inf  # once is enough
                await self._bury()
            await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311 - not a secret
            wait = min(wait * 2, _LONGEST_WAIT)

    def _complain(self, words: str, why: str = "") -> None:
        """Say it once, until the link is there again: it is tried for as long as it takes."""
        if words != self.complaint:
            log.warning(words, extra={"node": self.account.slug, "why": why})
            self.complaint = words

    async def _bury(self) -> None:
        """The node is dead: its calls are over, and who was lost is called back. If it was only cut off, later events mend that."""
        log.error("the node is dead, its calls are closed", extra={"node": self.account.slug})
        with contextlib.suppress(DatabaseError, InterfaceError):
            await self._db(self._close_all, clock.now())

    async def _session(self) -> None:
        ami, before = Ami(self._hear), self.sessions
        self.booted = asyncio.get_running_loop().create_future()
        settings, secrets = self.account.settings, self.account.secrets
        try:
            host, port = str(settings.get("host", "127.0.0.1")), int(settings.get("port") or 5038)
            await ami.connect(host, port, secrets["username"], secrets["secret"])
            since = clock.now()
            self.sessions += 1
            self.complaint = ""
            await self._look_round(ami, since, await self._started_at())
            await self._ping_until_lost(ami)
        finally:
            await ami.close()
            self.lost_at = clock.now() if self.sessions > before else self.lost_at

    async def _hear(self, fields: Fields) -> None:
        if fields.get("Event") == "FullyBooted" and self.booted is not None and not self.booted.done():
            self.booted.set_result(clock.now() - timedelta(seconds=int(fields.get("Uptime") or 0)))
        await self.queue.put(fields)

    async def _started_at(self) -> datetime | None:
        """When an exchange of our own was started; it is waited for until it is whole."""
        if self._is_own and self.booted is not None:
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(self.booted, BOOT_SECONDS)
        return None

    @property
    def _is_own(self) -> bool:
        return nodes.says_own(self.account.settings)

    async def _look_round(self, ami: Ami, since: datetime, started_at: datetime | None) -> None:
        """After a silence: which calls still live, which queues are there, what happened meanwhile."""
        queues = {str(item.get("Queue", "")) for item in await ami.list_action("QueueStatus")}
        channels = await ami.list_action("CoreShowChannels")
        alive = frozenset(str(item.get("Linkedid") or item.get("LinkedID") or "") for item in channels)
        look = Look(alive, since, started_at, self.lost_at)
        over = await self._db(self._read_back, look)
        await self._db(self._settle_gap, look, over, queues - {""}, clock.now())
        await self._db(pausing.sync, self.account.id, clock.now())

    async def _ping_until_lost(self, ami: Ami) -> None:
        lost = asyncio.create_task(ami.wait_lost())
        pings = 0
        try:
            while not lost.done():
                await asyncio.wait([lost], timeout=self.ping_seconds)
                if not lost.done():
                    await ami.action("Ping")
                    await self._db(self._alive, clock.now())
                    pings += 1
                    if pings % PINGS_A_LOOK == 0:
                        await self._db(self._read_on)
        finally:
            lost.cancel()
        raise AmiError("the link was lost")

    async def _write(self) -> None:
        while True:
            self.taken = [await self.queue.get()]
            await asyncio.sleep(GATHER_SECONDS)
            self.taken += self._pending()
            await self._store_surely(self.taken)
            self.taken = []

    def _pending(self) -> list[Fields]:
        batch = []
        while len(batch) < BATCH and not self.queue.empty():
            batch.append(self.queue.get_nowait())
        return batch

    async def _store_surely(self, batch: list[Fields]) -> None:
        """Try until it is stored: an event that was read from the exchange comes only once."""
        wait = self.first_wait
        while True:
            try:
                return await self._db(self._store, batch)
            except (OperationalError, InterfaceError):
                log.warning("events wait for the database", extra={"node": self.account.slug, "count": len(batch)})
                await self._db(_hang_up)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)

    async def _db(self, work: Callable[..., T], *args: Any) -> T:
        return await _in(self.pool, work, *args)

    # What follows runs in the node's own thread, on its own database connection.

    def _lead(self) -> bool:
        """Whether this process is the one that listens to the node; the lock lives with the connection."""
        with connection.cursor() as cursor:
            cursor.execute(_LEAD, [_LOCK_CLASS, self.account.id, _LOCK_CLASS, self.account.id])
            return bool(cursor.fetchone()[0])

    def _store(self, batch: list[Fields]) -> None:
        at = clock.now()
        events = [(raw_event(fields), at) for fields in batch if is_kept(fields)]
        try:
            self._insert(events)
        except DataError:  # one event that the database refuses must not stop the others
            for event in events:
                with contextlib.suppress(DataError):
                    self._insert([event])

    def _insert(self, events: list[tuple[Event, datetime]]) -> None:
        if events:
            with transaction.atomic():
                if store(self.account, events):
                    wake("telephony.interpret")

    def _alive(self, at: datetime) -> None:
        Provider.objects.filter(pk=self.account.id).update(last_event_at=at)

    def _read_back(self, look: Look) -> set[str]:
        """What the exchange's own diary knows of the time when nobody listened; the calls that are over by it."""
        provider = Provider.objects.filter(pk=self.account.id).first()
        self.diary = ReadingBack(provider) if provider is not None and nodes.is_own(provider) else None
        return self.diary.catch_up(look, at=clock.now()) if self.diary else set()

    def _close_all(self, at: datetime) -> None:
        close(
            Call.objects.live().filter(provider=self.account.id).select_related("provider"),
            at=at,
            reason="node is dead",
        )

    def _read_on(self) -> None:
        if self.diary is not None:
            self.diary.go_on(at=clock.now())

    def _settle_gap(self, look: Look, over: set[str], queues: set[str], at: datetime) -> None:
        known = set(Queue.objects.filter(provider=self.account.id).values_list("key", flat=True))
        new = [Queue(provider_id=self.account.id, key=name[:80], name=name[:80]) for name in queues - known]
        Queue.objects.bulk_create(new, ignore_conflicts=True)
        lasting = (
            Call.objects.live().filter(provider=self.account.id, started_at__lt=look.since).select_related("provider")
        )
        gone = [call for call in lasting if call.key not in look.alive and call.key not in over]
        cut = [call for call in gone if look.was_cut(call.started_at)]
        close(cut, at=look.cut_at, reason=CUT_OFF)
        close([call for call in gone if call not in cut], at=at, reason="link down")
        self._alive(at)
