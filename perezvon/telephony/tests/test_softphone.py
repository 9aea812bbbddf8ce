"""The telephone's window, what it signs in with, and the way of its signalling through the product."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.urls import reverse
from websockets.asyncio.server import serve

from perezvon.staff.actions import dismiss
from perezvon.telephony.actions.exchange import add_own_exchange
from perezvon.telephony.models import Call, Device, Provider
from perezvon.telephony.softphone import gateway

from .operator import own_exchange, ringing, telephone, twin_of


@pytest.fixture
def own(noon: datetime, anna: Any) -> Provider:
    provider = own_exchange(noon)
    telephone(provider, anna, "101", "browser", "desk")
    return provider


def test_the_window_loads_the_telephone_only_for_its_owner(
    own: Provider, anna: Any, boris: Any, client_of: Any
) -> None:
    mine = client_of(anna).get(reverse("telephony:phone")).content.decode()
    assert "data-telephone" in mine and "dist/phone-" in mine and "101" in mine
    assert "secret-of" not in mine
    theirs = client_of(boris).get(reverse("telephony:phone")).content.decode()
    assert "data-telephone" not in theirs and "dist/phone-" not in theirs and "no telephone yet" in theirs
    assert client_of(None).get(reverse("telephony:phone")).status_code == 302


def test_a_desk_telephone_needs_no_scripts(own: Provider, boris: Any, client_of: Any) -> None:
    telephone(own, boris, "102", "desk")
    page = client_of(boris).get(reverse("telephony:phone")).content.decode()
    assert "102" in page and "data-telephone" not in page and reverse("telephony:dial") in page
    bar = client_of(boris).get(reverse("crm:day")).content.decode()
    assert reverse("telephony:now") in bar


def test_the_password_goes_to_the_owner_and_nowhere_else(
    own: Provider, anna: Any, boris: Any, client_of: Any, caplog: pytest.LogCaptureFixture
) -> None:
    address = reverse("telephony:phone-line")
    answer = client_of(anna).post(address)
    assert answer.json() == {
        "uri": "sip:101w@perezvon.invalid", "user": "101w", "password": "secret-of-101-browser", "path": "/pbx/ws",
    }  # fmt: skip
    assert "no-store" in answer["Cache-Control"]
    assert client_of(boris).post(address).status_code == 404
    assert client_of(anna).get(address).status_code == 405
    assert client_of(None).post(address).status_code == 302
    assert "secret-of-101" not in caplog.text


def test_a_telephone_that_was_taken_away_gets_none(own: Provider, anna: Any, client_of: Any) -> None:
    Device.objects.filter(kind="browser").update(is_enabled=False)
    assert client_of(anna).post(reverse("telephony:phone-line")).status_code == 404


@pytest.mark.parametrize(
    ("origin", "host", "ours"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("http://127.0.0.1:8000", "127.0.0.1:9000", False),
        ("https://evil.example", "127.0.0.1:8000", False),
        ("https://evil.example", "evil.example", False),
        ("", "127.0.0.1:8000", False),
        ("null", "127.0.0.1:8000", False),
        ("http://[::1]:8000", "[::1]:8000", True),
    ],
)
def test_only_our_own_pages_may_connect(origin: str, host: str, ours: bool) -> None:
    assert gateway.is_ours(origin, host) is ours


class Browser:
    """The browser's side of the ASGI conversation."""

    def __init__(self, cookie: str, **changes: Any) -> None:
        self.sent: asyncio.Queue[Any] = asyncio.Queue()
        self.told: asyncio.Queue[Any] = asyncio.Queue()
        heads = {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000", "cookie": cookie, **changes}
        self.scope = {
            "type": "websocket", "path": gateway.PATH, "subprotocols": ["sip"],
            "headers": [(name.encode(), value.encode()) for name, value in heads.items()],
        }  # fmt: skip
        self.sent.put_nowait({"type": "websocket.connect"})

    def say(self, text: str) -> None:
        self.sent.put_nowait({"type": "websocket.receive", "text": text})

    def leave(self) -> None:
        self.sent.put_nowait({"type": "websocket.disconnect", "code": 1001})

    async def hear(self) -> Any:
        return await asyncio.wait_for(self.told.get(), 5)

    async def run(self) -> None:
        await asyncio.wait_for(gateway.serve(self.scope, self.sent.get, self.told.put), 10)


@asynccontextmanager
async def fake_exchange() -> AsyncIterator[tuple[int, list[Any]]]:
    """An Asterisk that answers every message with itself, backwards."""
    heard: list[Any] = []

    async def talk(link: Any) -> None:
        async for message in link:
            heard.append(message)
            if message == "bye":
                return
            await link.send(message[::-1])

    async with serve(talk, "127.0.0.1", 0, subprotocols=["sip"]) as server:  # type: ignore[list-item]
        yield server.sockets[0].getsockname()[1], heard


@pytest.fixture
def cookie(own: Provider, anna: Any, client_of: Any) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={client_of(anna).cookies[settings.SESSION_COOKIE_NAME].value}"


async def in_base(work: Any, *args: Any, **more: Any) -> None:
    """Something with the database, in a thread that leaves no connection behind."""

    def run() -> None:
        try:
            work(*args, **more)
        finally:
            connections.close_all()

    await sync_to_async(run)()


async def point_to(port: int) -> None:
    def change() -> None:
        for provider in Provider.objects.all():
            provider.settings["http_port"] = port
            provider.save()

    await in_base(change)


def test_an_exchange_as_the_first_start_makes_it_has_an_address(anna: Any, noon: datetime) -> None:
    made = add_own_exchange("Own", at=noon)
    telephone(made, anna, "101", "browser")
    target = gateway.target_of(anna)
    assert target is not None and target.urls == ("ws://127.0.0.1:8088/ws",)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class TestGateway:
    def test_passes_both_ways_byte_for_byte(self, cookie: str) -> None:
        async def story() -> None:
            async with fake_exchange() as (port, heard):
                await point_to(port)
                browser = Browser(cookie)
                running = asyncio.create_task(browser.run())
                assert await browser.hear() == {"type": "websocket.accept", "subprotocol": "sip"}
                browser.say("REGISTER\r\n\u0416")
                assert await browser.hear() == {"type": "websocket.send", "text": "\u0416\n\rRETSIGER"}
                browser.leave()
                await running
                assert heard == ["REGISTER\r\n\u0416"]

        asyncio.run(story())

    def test_the_exchange_that_hangs_up_ends_it_for_a_while(self, cookie: str) -> None:
        async def story() -> None:
            async with fake_exchange() as (port, _heard):
                await point_to(port)
                browser = Browser(cookie)
                running = asyncio.create_task(browser.run())
                await browser.hear()
                browser.say("bye")
                assert (await browser.hear())["code"] == gateway.TRY_LATER
                await running

        asyncio.run(story())

    def test_of_two_nodes_the_first_that_answers_has_the_telephone(
        self, own: Provider, cookie: str, anna: Any, noon: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """While the first is down she waits at its twin; when it is back she goes there, but not in the middle of a talk."""
        monkeypatch.setattr(gateway, "LOOK_SECONDS", 0.05)

        async def story() -> None:
            async with fake_exchange() as (second, _heard), fake_exchange() as (first, heard):
                await in_base(twin_of, own, noon, http_port=second)
                browser = Browser(cookie)
                running = asyncio.create_task(browser.run())
                await browser.hear()
                browser.say("ab")
                assert (await browser.hear())["text"] == "ba"
                await in_base(ringing, own, "101", noon, state="talking", user=anna)
                await in_base(Provider.objects.filter(pk=own.pk).update, settings={**own.settings, "http_port": first})
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(browser.told.get(), 0.5)
                await in_base(Call.objects.update, state="ended", ended_at=noon)
                assert (await browser.hear())["code"] == gateway.TRY_LATER
                await running
                back = Browser(cookie)
                running = asyncio.create_task(back.run())
                await back.hear()
                back.say("ab")
                await back.hear()
                assert heard == ["ab"]
                back.leave()
                await running

        asyncio.run(story())

    def test_an_exchange_that_is_down_is_told_apart_from_a_refusal(self, cookie: str) -> None:
        async def story() -> None:
            browser = Browser(cookie)
            await browser.run()
            assert (await browser.hear())["type"] == "websocket.accept"
            assert (await browser.hear())["code"] == gateway.TRY_LATER

        asyncio.run(story())

    @pytest.mark.parametrize(
        "changes",
        [{"cookie": ""}, {"cookie": "sessionid=nobody"}, {"origin": "https://evil.example"}, {"origin": ""}],
        ids=["no cookie", "a stranger's cookie", "another site", "no page"],
    )
    def test_refuses(self, changes: dict[str, str], cookie: str) -> None:
        async def story() -> None:
            browser = Browser(**{"cookie": cookie, **changes})
            await browser.run()
            assert await browser.hear() == {"type": "websocket.close", "code": gateway.FORBIDDEN}

        asyncio.run(story())

    def test_refuses_who_has_no_browser_telephone(self, own: Provider, boris: Any, client_of: Any) -> None:
        telephone(own, boris, "102", "desk")
        key = client_of(boris).cookies[settings.SESSION_COOKIE_NAME].value

        async def story() -> None:
            browser = Browser(f"{settings.SESSION_COOKIE_NAME}={key}")
            await browser.run()
            assert (await browser.hear())["type"] == "websocket.close"

        asyncio.run(story())

    def test_ends_when_its_person_has_left(
        self, cookie: str, anna: Any, admin: Any, noon: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(gateway, "LOOK_SECONDS", 0.05)

        async def story() -> None:
            async with fake_exchange() as (port, _heard):
                await point_to(port)
                browser = Browser(cookie)
                running = asyncio.create_task(browser.run())
                await browser.hear()
                await in_base(dismiss, anna, by=admin, at=noon)
                assert (await browser.hear())["code"] == gateway.FORBIDDEN
                await running

        asyncio.run(story())


def test_whom_a_telephone_reaches(own: Provider, anna: Any, boris: Any, client_of: Any, noon: datetime) -> None:
    from perezvon.crm.actions.people import add_person
    from perezvon.staff.actions import set_presence

    from .operator import queue

    telephone(own, boris, "102")
    set_presence(boris, "break", reason="lunch", by=boris, at=noon)
    add_person(name="Boris Client", phones=["+79161234567"], responsible=anna, by=anna, at=noon)
    queue(own, anna)
    browser, address = client_of(anna), reverse("telephony:targets")
    page = browser.get(address, {"number": "bor"}, headers={"HX-Request": "true"}).content.decode()
    assert 'data-target="102"' in page and "lunch" in page and "Boris Client" in page
    assert "Boris Client" not in browser.get(address, {"number": "bor", "transfers": "1"}).content.decode()
    everything = browser.get(address, {"transfers": "1"}).content.decode()
    assert 'data-target="queue-' in everything and 'data-target="101"' not in everything
    assert 'data-target="+79161234567"' in browser.get(address, {"number": "8 916 123-45-67"}).content.decode()
    assert client_of(boris).get(address).status_code == 200
