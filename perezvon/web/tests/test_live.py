"""Live push over a real LISTEN/NOTIFY."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import AsyncClient, Client, RequestFactory

from perezvon.web.live import audience
from perezvon.web.live import hub as hubs
from perezvon.web.live.hub import MAILBOX, REFETCH, Hub, Listener
from perezvon.web.live.views import live, stream, told, written

PATIENCE = 10.0


def entry(kind: str = "ticket.opened", **fields: Any) -> dict[str, Any]:
    return {"k": kind, "i": 1, **fields}


async def notify(*entries: dict[str, Any]) -> None:
    async with await psycopg.AsyncConnection.connect(**hubs.address(), autocommit=True) as link:
        await link.execute("SELECT pg_notify('live', %s)", [json.dumps(entries)])


async def cut() -> None:
    """End the hub's connection, as a restart of the database does."""
    async with await psycopg.AsyncConnection.connect(**hubs.address(), autocommit=True) as link:
        await link.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'perezvon live' "
            "AND query = 'LISTEN live' AND datname = current_database() AND pid <> pg_backend_pid()"
        )


@asynccontextmanager
async def hearing(*predicates: Callable[[dict[str, Any]], bool]) -> AsyncIterator[tuple[Hub, list[Listener]]]:
    here = hubs.hub()
    listeners = [Listener(predicate) for predicate in predicates]
    for listener in listeners:
        here.join(listener)
    await asyncio.wait_for(here.connected.wait(), PATIENCE)
    yield here, listeners


def run(story: Callable[[], Awaitable[None]]) -> None:
    """Run in a thread of its own: a browser test may hold the main thread's event loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, story()).result()  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_each_browser_hears_only_what_its_person_may_see() -> None:
    async def story() -> None:
        async with hearing(lambda e: e.get("d") == 1, lambda e: e.get("o") == 7) as (_here, (first, second)):
            await notify(entry(d=1, t=5), entry(d=2, o=7, t=6), entry(d=3, t=7))
            assert [e["t"] for e in await first.take(PATIENCE)] == [5]  # type: ignore[index]
            assert [e["t"] for e in await second.take(PATIENCE)] == [6]  # type: ignore[index]
            assert first.mail.empty()

    run(story)


@pytest.mark.django_db(transaction=True)
def test_after_a_lost_connection_browsers_fetch_again_and_hear_on() -> None:
    async def story() -> None:
        async with hearing(lambda e: True) as (here, (listener,)):
            await cut()
            assert await listener.take(PATIENCE) == [REFETCH]
            await asyncio.wait_for(here.connected.wait(), PATIENCE)
            await notify(entry(t=9))
            assert [e["t"] for e in await listener.take(PATIENCE)] == [9]  # type: ignore[index]

    run(story)


@pytest.mark.django_db(transaction=True)
def test_a_browser_is_told_what_happened_while_its_page_was_drawn() -> None:
    async def story() -> None:
        async with hearing(lambda e: True) as (here, (early,)):
            await notify(entry(t=3))
            await early.take(PATIENCE)
            late, later = Listener(lambda e: True), Listener(lambda e: True)
            here.join(late, back=5.0)
            here.join(later, back=0.0)
            assert [e["t"] for e in await late.take(0.1)] == [3]  # type: ignore[index]
            assert later.mail.empty()

    run(story)


@pytest.mark.django_db(transaction=True)
def test_a_notice_that_is_not_ours_breaks_nothing() -> None:
    async def story() -> None:
        async with hearing(lambda e: True) as (_here, (listener,)):
            async with await psycopg.AsyncConnection.connect(**hubs.address(), autocommit=True) as link:
                for payload in ("not json", "[1, null]", '{"k": "a.b"}'):
                    await link.execute("SELECT pg_notify('live', %s)", [payload])
            assert await listener.take(PATIENCE) == [{"k": "a.b"}]

    run(story)


def test_a_slow_browser_is_told_to_fetch_again() -> None:
    async def story() -> None:
        listener = Listener(lambda e: True)
        for number in range(MAILBOX + 1):
            listener.give(entry(t=number))
        assert await listener.take(0.1) == [REFETCH]

    run(story)


@pytest.mark.django_db(transaction=True)
def test_a_silent_stream_keeps_itself_open_and_leaves_cleanly() -> None:
    async def story() -> None:
        lines = stream(lambda e: True, heartbeat=0.05)
        assert (await anext(lines)).startswith(b"retry: ")
        assert await anext(lines) == b": ping\n\n"
        await notify(entry("call.ended", p=4, c=8, d=1, o=2))
        while (line := await anext(lines)) == b": ping\n\n":
            pass
        assert line == b'event: facts\ndata: [{"kind":"call.ended","id":1,"person":4,"call":8}]\n\n'
        await lines.aclose()  # type: ignore[attr-defined]
        assert not hubs.hub().listeners

    run(story)


def test_departments_and_owners_stay_with_us() -> None:
    assert told(entry(d=1, o=2, p=3, t=None)) == {"kind": "ticket.opened", "id": 1, "person": 3}


def test_refetch_replaces_all_other_mail() -> None:
    assert written([entry(), REFETCH]) == b"event: refetch\ndata: {}\n\n"


@pytest.fixture
def _for_everybody() -> Iterator[None]:
    previous = audience._answer
    audience.answer(lambda user: lambda e: True)
    yield
    audience.answer(previous)


@pytest.mark.django_db
def test_a_stranger_gets_no_stream() -> None:
    assert Client().get("/live/").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_the_address_streams_to_a_person(_for_everybody: None, gleb: Any) -> None:
    client = AsyncClient()

    async def story() -> None:
        await client.aforce_login(gleb)
        response = await client.get("/live/", {"back": "nonsense"})
        assert response["Content-Type"] == "text/event-stream"
        lines = response.streaming_content.__aiter__()
        assert b"event: hello" in await anext(lines)
        await notify(entry(t=1))
        assert b'"ticket":1' in await anext(lines)
        await lines.aclose()

    run(story)


@pytest.mark.django_db(transaction=True)
def test_an_open_stream_holds_no_database_connection(gleb: Any) -> None:
    request = RequestFactory().get("/live/")
    request.user = gleb
    connection.ensure_connection()
    assert live(request).status_code == 200
    assert connection.connection is None


def test_by_default_nothing_passes() -> None:
    from perezvon.web.live import _nobody

    assert not _nobody(None)(entry())
