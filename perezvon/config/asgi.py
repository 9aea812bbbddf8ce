"""What uvicorn serves: two doors on one port.

A page is synchronous work of some milliseconds. Under Django's own ASGI handler it costs twice the CPU
(a new thread and a new database connection per request), so pages run through WSGI in a few threads that last
and keep their connections. Only the live stream needs the event loop and takes the other door. Measured in
docs/decisions/009.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perezvon.config.settings")

from a2wsgi import WSGIMiddleware  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

from perezvon.config.env import current  # noqa: E402

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]

LIVE = "/live/"
MOST_CHUNKED = 3 * 1024 * 1024  # bytes of a body that does not tell its length; files always do

streams: App = get_asgi_application()  # type: ignore[assignment]
pages: App = WSGIMiddleware(get_wsgi_application(), workers=current().web_threads)  # type: ignore[assignment,arg-type]


async def application(scope: Scope, receive: Any, send: Any) -> None:
    """Send a request through the door it needs."""
    if scope["type"] != "http" or scope["path"] == LIVE:
        await streams(scope, receive, send)
    elif any(name == b"transfer-encoding" for name, _ in scope["headers"]):
        await measured(scope, receive, send)
    else:
        await pages(scope, receive, send)


async def measured(scope: Scope, receive: Any, send: Any) -> None:
    """Read a chunked body whole, because WSGI wants to know its length; 413 when there is no end to it."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message.get("body", b"")
        if len(body) > MOST_CHUNKED:
            await refuse(send)
            return
        if not message.get("more_body"):
            break
    headers = [pair for pair in scope["headers"] if pair[0] not in (b"transfer-encoding", b"content-length")]
    whole = {"type": "http.request", "body": bytes(body), "more_body": False}

    async def again() -> Any:
        return whole

    await pages({**scope, "headers": [*headers, (b"content-length", str(len(body)).encode())]}, again, send)


async def refuse(send: Any) -> None:
    """Answer 413."""
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"too large\n"})
