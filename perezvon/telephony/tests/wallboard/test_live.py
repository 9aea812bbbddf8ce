"""The board over the stream: worked out once for all, at most every so often, only what changed, by each one's rights."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections, transaction
from django.test import Client

from perezvon.journey.actions import record
from perezvon.telephony import facts
from perezvon.telephony.models import Provider, Queue
from perezvon.telephony.wallboard import live
from perezvon.telephony.wallboard.viewer import Viewer, viewer_of

from .floor import call, seconds

PATIENCE = 10.0


@pytest.fixture(autouse=True)
def _no_painters() -> Iterator[None]:
    live._painters.clear()
    yield
    live._painters.clear()


def run(story: Callable[[], Awaitable[None]]) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, story()).result()  # type: ignore[arg-type]


class Browser:
    """One browser that keeps what it was told."""

    def __init__(self, viewer: Viewer) -> None:
        self.watcher = live.BoardWatcher(viewer)
        self.rung = asyncio.Event()
        self.html: dict[str, str] = {}
        self.order: dict[str, list[str]] = {}
        self.told: list[dict[str, Any]] = []

    def __enter__(self) -> "Browser":
        self.watcher.start(self.rung.set)
        return self

    def __exit__(self, *_: object) -> None:
        self.watcher.stop()

    async def until(self, done: Callable[["Browser"], bool]) -> None:
        async def look() -> None:
            while not done(self):
                await self.rung.wait()
                self.rung.clear()
                text = await self.watcher.news()
                if text:
                    self.told.append(json.loads(text))
                    self.html.update(self.told[-1]["html"])
                    self.order.update(self.told[-1]["order"])

        await asyncio.wait_for(look(), PATIENCE)


def ring(provider: Provider, queue: Queue, at: datetime) -> int:
    """A client comes into the queue, and the ledger says so."""
    with transaction.atomic():
        one = call(provider, at, queue=queue)
        record(facts.CALL_QUEUED, at=at, call_id=one.pk, department_id=one.department_id, queue=queue.name)
    connections.close_all()
    return one.pk


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_client_appears_for_those_who_may_see_him(
    mango: Provider,
    sales_queue: Queue,
    support_queue: Queue,
    supervisor: Any,
    boris: Any,
    at: datetime,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(live.clock, "now", lambda: at)

    viewer, other = viewer_of(supervisor, "en"), viewer_of(boris, "en")

    async def story() -> None:
        with Browser(viewer) as sveta, Browser(other) as head:
            await sveta.until(lambda browser: "pulse" in browser.html)
            await head.until(lambda browser: "pulse" in browser.html)
            pk = await sync_to_async(ring)(mango, support_queue, at - seconds(9))
            await sveta.until(lambda browser: f"w{pk}" in browser.html)
            assert sveta.order["waiting"] == [f"w{pk}"]
            assert "Support" in sveta.html[f"w{pk}"]
            mine = await sync_to_async(ring)(mango, sales_queue, at - seconds(3))
            await head.until(lambda browser: f"w{mine}" in browser.html)
            assert head.order["waiting"] == [f"w{mine}"] and f"w{pk}" not in head.html

    run(story)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_only_what_changed_is_sent(
    mango: Provider, sales_queue: Queue, supervisor: Any, at: datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(live.clock, "now", lambda: at)
    call(mango, at - seconds(30), queue=sales_queue)

    viewer = viewer_of(supervisor, "en")

    async def story() -> None:
        with Browser(viewer) as browser:
            await browser.until(lambda one: "day" in one.html)
            pk = await sync_to_async(ring)(mango, sales_queue, at - seconds(2))
            await browser.until(lambda one: f"w{pk}" in one.html)
            assert f"w{pk}" in browser.told[-1]["html"] and "day" not in browser.told[-1]["html"]
            assert len([key for key in browser.told[-1]["html"] if key.startswith("w")]) == 1

    run(story)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_burst_is_worked_out_a_few_times_only(
    mango: Provider, sales_queue: Queue, supervisor: Any, at: datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(live.clock, "now", lambda: at)

    viewer = viewer_of(supervisor, "en")

    async def story() -> None:
        with Browser(viewer) as one, Browser(viewer) as two:
            await one.until(lambda browser: "pulse" in browser.html)
            before = live.painter().painted
            last = 0
            for number in range(15):
                last = await sync_to_async(ring)(mango, sales_queue, at - seconds(number))
            for browser in (one, two):
                await browser.until(lambda each: f"w{last}" in each.html)
            assert live.painter().painted - before < 10

    run(story)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_when_nobody_looks_nothing_is_worked_out(
    mango: Provider, sales_queue: Queue, supervisor: Any, at: datetime
) -> None:
    viewer = viewer_of(supervisor, "en")

    async def story() -> None:
        with Browser(viewer) as browser:
            await browser.until(lambda one: "pulse" in one.html)
            here = live.painter()
        await sync_to_async(ring)(mango, sales_queue, at)
        assert here._task is not None
        await asyncio.wait_for(here._task, PATIENCE)
        assert here.pictures == {}

    run(story)


@pytest.mark.django_db
def test_the_feed_is_not_for_everybody(client_of: Callable[[Any], Client], anna: Any, supervisor: Any) -> None:
    assert client_of(anna).get("/live/?feed=wallboard").status_code == 404
    assert client_of(anna).get("/live/?feed=nothing").status_code == 404
    answer = client_of(supervisor).get("/live/?feed=wallboard")
    assert answer.status_code == 200 and answer["Content-Type"] == "text/event-stream"
    answer.close()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_who_comes_while_the_painter_leaves_sees_the_board_all_the_same(
    mango: Provider, sales_queue: Queue, supervisor: Any, at: datetime, monkeypatch: Any
) -> None:
    """A page that is loaded anew in the moment of a call: its old stream is gone, its new one begins."""
    monkeypatch.setattr(live.clock, "now", lambda: at)
    leaves, may_go, hang_up = threading.Event(), threading.Event(), live._hang_up

    def slowly() -> None:
        leaves.set()
        may_go.wait(PATIENCE)
        hang_up()

    monkeypatch.setattr(live, "_hang_up", slowly)
    viewer = viewer_of(supervisor, "en")

    async def story() -> None:
        with Browser(viewer) as old:
            await old.until(lambda browser: "pulse" in browser.html)
        await sync_to_async(ring)(mango, sales_queue, at - seconds(2))
        assert await asyncio.to_thread(leaves.wait, PATIENCE)
        with Browser(viewer) as new:
            try:
                await new.until(lambda browser: "pulse" in browser.html)
            finally:
                may_go.set()

    run(story)
