"""The browser telephone's way to the exchange: a WebSocket of our own address, passed on byte for byte.

The browser speaks SIP over WebSocket (RFC 7118) with ``/pbx/ws``; so nothing but the product's own port is open, TLS ends
in one place, and the page may connect nowhere else. Whoever comes has to be signed in, on a page of ours, and have a
browser telephone on an exchange that is switched on; of several nodes the first that answers has it (decisions/028). The exchange still asks for the telephone's own password.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connections
from django.http import HttpRequest
from django.http.request import validate_host
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from perezvon.staff.models import User

from .. import telephones
from ..models import Call, Device, Provider
from ..pbx import nodes
from ..pbx.node import settings_of

log = logging.getLogger(__name__)

PATH = "/pbx/ws"
PROTOCOL = "sip"
DOMAIN = "perezvon.invalid"  # what stands behind the @ of a telephone's address: no name that anybody could look up
MESSAGE_LIMIT = 65_536  # bytes of one SIP message
LOOK_SECONDS = 30.0  # how often the sign-in is looked at again
CONNECT_SECONDS = 5.0
# Close codes of RFC 6455: policy violation, try again later, normal.
FORBIDDEN, TRY_LATER, DONE = 1008, 1013, 1000

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Target:
    """Whose telephone, and where its exchange takes WebSockets: the first node, then its twins."""

    user_id: int
    urls: tuple[str, ...]


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one WebSocket: refuse it, or pass it on until either side leaves."""
    await receive()  # websocket.connect
    target = await _asked(scope)
    if target is None:
        await send({"type": "websocket.close", "code": FORBIDDEN})  # before the handshake: HTTP 403
        return
    found = await _first_that_answers(target.urls)
    if found is None:
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        await send({"type": "websocket.close", "code": TRY_LATER, "reason": "exchange"})
        return
    url, exchange = found
    await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
    try:
        await _pass_on(scope, receive, send, exchange, url)
    finally:
        await exchange.close()


async def _first_that_answers(urls: Sequence[str]) -> tuple[str, ClientConnection] | None:
    """Where calls go, too: to the first node that is there (pbx/balancer.py), so a telephone waits where it will be rung."""
    for url in urls:
        try:
            return url, await asyncio.wait_for(_reach(url), CONNECT_SECONDS)
        except (OSError, TimeoutError, WebSocketException) as error:
            log.warning("the exchange takes no telephones", extra={"why": str(error), "exchange": url})
    return None


async def _reach(url: str) -> ClientConnection:
    return await connect(
        url, subprotocols=[Subprotocol(PROTOCOL)], compression=None, max_size=MESSAGE_LIMIT, proxy=None, ping_interval=None,
        user_agent_header=None, close_timeout=1,
    )  # fmt: skip


async def _pass_on(scope: Scope, receive: Receive, send: Send, exchange: ClientConnection, url: str) -> None:
    """Both ways at once, and an eye on the sign-in; the first that ends ends all."""
    ways = [
        asyncio.create_task(_to_exchange(receive, exchange)),
        asyncio.create_task(_to_browser(exchange, send)),
        asyncio.create_task(_until_out_of_place(scope, url)),
    ]
    try:
        done, _others = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        code = next(iter(done)).result()
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
    if code:
        with contextlib.suppress(Exception):  # the browser may be gone by now
            await send({"type": "websocket.close", "code": code})


async def _to_exchange(receive: Receive, exchange: ClientConnection) -> int:
    while True:
        message = await receive()
        if message["type"] != "websocket.receive":
            return 0
        text = message.get("text")
        try:
            await exchange.send(text if text is not None else message["bytes"])
        except ConnectionClosed:
            return TRY_LATER


async def _to_browser(exchange: ClientConnection, send: Send) -> int:
    with contextlib.suppress(ConnectionClosed):
        async for message in exchange:
            await send({"type": "websocket.send", "text" if isinstance(message, str) else "bytes": message})
    return TRY_LATER


async def _until_out_of_place(scope: Scope, url: str) -> int:
    """Until the person is signed out, or a node before this one is back: calls go there again, so shall he between two talks."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        target = await _asked(scope)
        if target is None:
            return FORBIDDEN
        earlier = target.urls[: target.urls.index(url)] if url in target.urls else target.urls
        if earlier and not await sync_to_async(_has_calls, thread_sensitive=False)(target.user_id):
            found = await _first_that_answers(earlier)
            if found is not None:
                await found[1].close()
                return TRY_LATER


def _has_calls(user_id: int) -> bool:
    try:
        user = User.objects.get(pk=user_id)
        return Call.objects.live().filter(telephones.rang_at(user)).exists()
    finally:
        connections.close_all()


async def _asked(scope: Scope) -> Target | None:
    """Where this browser may go; None when it may not."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if PROTOCOL not in scope.get("subprotocols", ()) or not is_ours(headers.get("origin", ""), headers.get("host", "")):
        return None
    return await sync_to_async(_target, thread_sensitive=False)(headers.get("cookie", ""))


def is_ours(origin: str, host: str) -> bool:
    """Whether the page that asks was served by us: another site's page has the cookie, but not the origin."""
    asked = urlsplit(origin)
    if asked.scheme not in ("http", "https") or not asked.netloc:
        return False
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    return (asked.netloc == host and validate_host(name.lower(), settings.ALLOWED_HOSTS)) or (
        f"{asked.scheme}://{asked.netloc}" in settings.CSRF_TRUSTED_ORIGINS
    )


def _target(cookies: str) -> Target | None:
    """The exchange of the person who is signed in by these cookies."""
    try:
        request = HttpRequest()
        request.session = _session(cookies)
        user = get_user(request)
        return target_of(user) if user.is_authenticated else None
    finally:
        connections.close_all()  # this thread comes back seldom


def _session(cookies: str) -> Any:
    try:
        found = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        found = None
    return import_module(settings.SESSION_ENGINE).SessionStore(found.value if found else None)


def target_of(user: Any) -> Target | None:
    """Where the browser telephone of ``user`` connects to; None when he has none."""
    device = device_of(user)
    if device is None:
        return None
    urls = [url_of(node) for node in device.extension.provider.nodes()]
    known = tuple(url for url in urls if url)
    return Target(user.pk, known) if known else None


def url_of(node: Provider) -> str:
    """The address of Asterisk's HTTP server; "" when it is not known."""
    told = settings_of(node.settings) if nodes.is_own(node) else node.settings
    host, port = str(told.get("host") or "127.0.0.1"), str(told.get("http_port") or "")
    if not port.isdecimal():
        return ""
    return f"ws://[{host}]:{port}/ws" if ":" in host else f"ws://{host}:{port}/ws"


def device_of(user: Any) -> Device | None:
    """The browser telephone of ``user`` on an exchange of our own that is switched on."""
    mine = Device.objects.filter(extension__user=user.pk, kind=Device.Kind.BROWSER, is_enabled=True)
    mine = mine.filter(extension__provider__is_enabled=True, extension__provider__kind="asterisk")
    return mine.select_related("extension__provider").order_by("pk").first()
