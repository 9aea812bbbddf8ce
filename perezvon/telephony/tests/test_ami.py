"""The AMI client and the listener against a fake manager."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connections

from perezvon.journey.pump import drain
from perezvon.telephony import listen
from perezvon.telephony.actions import add_provider
from perezvon.telephony.actions.intake import account_of
from perezvon.telephony.models import Call, Provider, Queue, RawEvent
from perezvon.telephony.providers.asterisk.ami import Ami, AmiError, decode, encode

from .fake_ami import FakeAmi
from .streams import stream

Events = list[dict[str, Any]]


def talk(fake: FakeAmi, use: Callable[[Ami, Events], Awaitable[Any]], secret: str = "s3cret") -> Any:  # noqa: S107
    """Connect to the fake and run ``use``; ends by itself within seconds."""

    async def story() -> Any:
        heard: Events = []

        async def hear(fields: dict[str, Any]) -> None:
            heard.append(fields)

        async with fake.running() as port:
            ami = Ami(hear, timeout=2)
            try:
                await ami.connect("127.0.0.1", port, "crm", secret)
                return await use(ami, heard)
            finally:
                await ami.close()

    return asyncio.run(asyncio.wait_for(story(), 20))


async def _all(events: Events, count: int) -> Events:
    while len(events) < count:
        await asyncio.sleep(0.005)
    return events


@pytest.mark.parametrize("chunk", [0, 1, 7, 64])
def test_a_letter_cut_by_tcp_stays_whole(chunk: int) -> None:
    """Every byte of a Cyrillic name may be the last of a segment."""
    wanted = [e for e in stream("9-realtime") if "Анна" in str(e)]
    assert wanted
    heard = talk(FakeAmi(events=wanted, chunk=chunk), lambda _ami, events: _all(events, len(wanted)))
    assert [{k: v for k, v in e.items() if k != "_t"} for e in heard] == [
        {k: v for k, v in e.items() if k != "_t"} for e in wanted
    ]
    stamps = [e["_t"] for e in heard]
    assert stamps == sorted(set(stamps)), "the stamp of arrival rises strictly"


def test_answers_find_their_questions() -> None:
    async def use(ami: Ami, _events: Events) -> Any:
        return await asyncio.gather(
            ami.action("Ping"), ami.list_action("CoreShowChannels"), ami.action("Ping"), ami.list_action("QueueStatus")
        )

    ping, channels, _ping, queues = talk(FakeAmi(channels=["a", "b"], queues=["sales"]), use)
    assert ping["Ping"] == "Pong"
    assert [c["Linkedid"] for c in channels] == ["a", "b"]
    assert [q["Queue"] for q in queues] == ["sales"]


@pytest.mark.parametrize("bad", ["1\r\nAction: Originate", "1\n", "1\x00", "1\r"])
def test_line_breaks_are_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        encode({"Action": "QueuePause", "Reason": bad})
    with pytest.raises(ValueError, match="line break"):
        encode({"Action": "Ping", bad: "x"})


def test_repeated_keys_are_kept() -> None:
    assert decode(b"Event: X\r\nVariable: a=1\r\nVariable: b=2\r\nVariable: c=3\r\nEmpty:\r\nNoise") == {
        "Event": "X", "Variable": ["a=1", "b=2", "c=3"], "Empty": "",
    }  # fmt: skip


def test_errors_are_told() -> None:
    async def refused(ami: Ami, _events: Events) -> None:
        with pytest.raises(AmiError, match="Invalid command"):
            await ami.action("Dance")
        with pytest.raises(AmiError, match="Invalid command"):
            await ami.list_action("Dance")

    talk(FakeAmi(), refused)
    with pytest.raises(AmiError, match="Authentication failed"):
        talk(FakeAmi(), refused, secret="wrong")  # noqa: S106


def test_a_lost_link_is_noticed_by_those_who_wait() -> None:
    fake = FakeAmi()

    async def use(ami: Ami, _events: Events) -> None:
        asking = asyncio.create_task(ami.action("Silence"))
        await asyncio.sleep(0.05)
        fake.hang_up()
        with pytest.raises(AmiError):
            await asking
        await ami.wait_lost()
        with pytest.raises(AmiError):
            await ami.action("Ping")

    talk(fake, use)


@pytest.fixture
def exchange(transactional_db: Any, noon: datetime) -> Provider:
    answer = add_provider("asterisk", "Office", host="127.0.0.1", username="crm", secret="s3cret", at=noon)  # noqa: S106
    return Provider.objects.get(pk=answer["id"])


def follow(fake: FakeAmi, exchange: Provider, until: Callable[[], bool]) -> None:
    """Run the listener against the fake until the condition holds in the database."""

    async def story() -> None:
        async with fake.running() as port:
            exchange.settings["port"] = port
            node = listen.Node(account_of(exchange), first_wait=0.02, ping_seconds=0.05)
            task = asyncio.create_task(node.run())
            try:
                while not await asyncio.to_thread(_fresh, until):
                    await asyncio.sleep(0.02)
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    asyncio.run(asyncio.wait_for(story(), 30))


def _fresh(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    finally:
        connections.close_all()


def test_a_stream_is_stored_and_becomes_a_call(exchange: Provider) -> None:
    fake = FakeAmi(events=stream("4-talk"), chunk=200)
    follow(fake, exchange, lambda: RawEvent.objects.count() >= 22)
    drain()
    assert Call.objects.get().stage == "talked"
    exchange.refresh_from_db()
    assert exchange.last_event_at is not None
    assert Queue.objects.get().key == "sales"


def test_after_a_loss_it_comes_back_and_stores_nothing_twice(exchange: Provider) -> None:
    fake = FakeAmi(events=stream("4-talk"), drop_after=90, channels=["node1-1795317485.17"])
    follow(fake, exchange, lambda: fake.logins >= 2 and RawEvent.objects.count() >= 22)
    drain()
    assert (Call.objects.get().stage, RawEvent.objects.count()) == ("talked", 22)


def test_calls_that_vanished_while_the_link_was_down_are_closed(exchange: Provider, noon: datetime) -> None:
    from perezvon.telephony.actions.intake import store

    from .streams import raw

    begun = [e for e in raw("3-queue-abandon") if e.name in ("Newchannel", "UserEvent", "QueueCallerJoin")][:5]
    store(account_of(exchange), [(event, noon) for event in begun])
    drain()
    assert Call.objects.get().state == "queued"
    follow(FakeAmi(), exchange, lambda: RawEvent.objects.filter(name="inferred.end").exists())
    drain()
    call = Call.objects.get()
    assert (call.state, call.stage, call.cause, call.observed) == ("ended", "L05", "network_error", False)


def test_a_call_that_still_lasts_is_left_alone(exchange: Provider, noon: datetime) -> None:
    from perezvon.telephony.actions.intake import store

    from .streams import raw

    store(account_of(exchange), [(event, noon) for event in raw("3-queue-abandon")[:3]])
    drain()
    fake = FakeAmi(channels=[Call.objects.get().key])
    follow(fake, exchange, lambda: any(heard.get("Action") == "Ping" for heard in fake.heard))
    assert not RawEvent.objects.filter(name="inferred.end").exists()


def test_only_one_listener_leads(exchange: Provider) -> None:
    first, second = listen.Node(account_of(exchange)), listen.Node(account_of(exchange))

    async def story() -> list[bool]:
        answers = [await first._db(first._lead), await second._db(second._lead), await first._db(first._lead)]
        await first._db(connections.close_all)
        while not await second._db(second._lead):  # the server notices the closed session by itself
            await asyncio.sleep(0.01)
        await second._db(connections.close_all)
        return answers

    assert asyncio.run(asyncio.wait_for(story(), 20)) == [True, False, True]


def test_main_follows_the_exchanges_until_it_is_stopped(exchange: Provider) -> None:
    stop = threading.Event()

    def point_to(port: int) -> bool:
        return bool(Provider.objects.filter(pk=exchange.pk).update(settings={"host": "127.0.0.1", "port": port}))

    async def story() -> int:
        fake = FakeAmi(events=stream("1-ivr-hangup"))
        async with fake.running() as port:
            await asyncio.to_thread(_fresh, lambda: point_to(port))
            running = asyncio.create_task(listen.listen(stop))
            while not await asyncio.to_thread(_fresh, lambda: RawEvent.objects.count() >= 7):
                await asyncio.sleep(0.02)
            stop.set()
            await running
        return fake.logins

    assert asyncio.run(asyncio.wait_for(story(), 30)) == 1
