"""Synchronous pages under an asynchronous server: one hop into a lasting thread, one hop back.

A request whose body is small (nearly all) is read whole before a thread is taken, so a slow sender holds up nobody,
and its answer goes out in one piece. Only large uploads are read while they arrive, by threads of their own, and only
streaming answers are passed on piece by piece.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Wsgi = Callable[..., Iterable[bytes]]

SMALL = 256 * 1024  # bytes of a body that is read whole
MOST_CHUNKED = 3 * 1024 * 1024  # bytes of a body that does not tell its length; files always do
UPLOADS = 2  # large bodies taken in at once by one process


class TooLarge(Exception):
    """A body without an end."""


class Pages:
    """A WSGI application as an ASGI one, run by ``workers`` threads that keep their database connections."""

    def __init__(self, app: Wsgi, workers: int) -> None:
        self.app = app
        self.threads = ThreadPoolExecutor(workers, thread_name_prefix="page")
        self.uploads = ThreadPoolExecutor(UPLOADS, thread_name_prefix="upload")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        loop, environ = asyncio.get_running_loop(), environ_of(scope)
        threads = self.threads
        if "HTTP_TRANSFER_ENCODING" in environ:  # WSGI wants to know the length
            try:
                body = await _whole(receive, MOST_CHUNKED)
            except TooLarge:
                await _refuse(send)
                return
            if body is None:
                return
            del environ["HTTP_TRANSFER_ENCODING"]
            environ["CONTENT_LENGTH"], environ["wsgi.input"] = str(len(body)), io.BytesIO(body)
        elif (length := _length(environ)) > SMALL:
            threads, environ["wsgi.input"] = self.uploads, io.BufferedReader(Arriving(loop, receive), 65536)
        elif length:
            body = await _whole(receive, SMALL)
            if body is None:
                return
            environ["wsgi.input"] = io.BytesIO(body)
        for message in await loop.run_in_executor(threads, self._answer, environ, loop, send):
            await send(message)

    def _answer(self, environ: dict[str, Any], loop: asyncio.AbstractEventLoop, send: Send) -> list[Message]:
        """Run the application in this thread; what is left to be sent."""
        head: Message = {"type": "http.response.start"}

        def start(status: str, headers: list[tuple[str, str]], _failure: object = None) -> None:
            head["status"] = int(status.split(" ", 1)[0])
            head["headers"] = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

        answer = self.app(environ, start)
        try:
            if not getattr(answer, "streaming", False):
                return [head, {"type": "http.response.body", "body": b"".join(answer)}]
            asyncio.run_coroutine_threadsafe(send(head), loop).result()  # type: ignore[arg-type]
            for piece in answer:
                message = {"type": "http.response.body", "body": piece, "more_body": True}
                asyncio.run_coroutine_threadsafe(send(message), loop).result()  # type: ignore[arg-type]
            return [{"type": "http.response.body", "body": b""}]
        finally:
            if close := getattr(answer, "close", None):
                close()


class Arriving(io.RawIOBase):
    """A body as it arrives, read by a thread. OSError when the sender goes away in the middle."""

    def __init__(self, loop: asyncio.AbstractEventLoop, receive: Receive) -> None:
        self.loop, self.receive = loop, receive
        self.rest, self.more = memoryview(b""), True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.rest and self.more:
            message = asyncio.run_coroutine_threadsafe(self.receive(), self.loop).result()  # type: ignore[arg-type]
            if message["type"] == "http.disconnect":
                raise OSError("the sender has gone")
            self.rest, self.more = memoryview(message.get("body", b"")), message.get("more_body", False)
        taken = min(len(buffer), len(self.rest))
        buffer[:taken] = self.rest[:taken]
        self.rest = self.rest[taken:]
        return taken


def environ_of(scope: Scope) -> dict[str, Any]:
    """The request as PEP 3333 wants it, with an empty body.

    A header with an underscore in its name is dropped, as other servers do: it would pass for the one with a dash.
    """
    server, port = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"], "SCRIPT_NAME": "", "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"), "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server, "SERVER_PORT": str(port or 0), "wsgi.version": (1, 0), "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }  # fmt: skip
    if client := scope.get("client"):
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = client[0], str(client[1])
    for raw, value in scope["headers"]:
        if b"_" in raw:
            continue
        name = raw.decode("latin-1").upper().replace("-", "_")
        name = name if name in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{name}"
        text = value.decode("latin-1")
        environ[name] = f"{environ[name]},{text}" if name in environ else text
    return environ


def _length(environ: dict[str, Any]) -> int:
    text = environ.get("CONTENT_LENGTH", "")
    return int(text) if text.isascii() and text.isdigit() else 0


async def _whole(receive: Receive, most: int) -> bytes | None:
    """The body; None when the sender went away. Raises TooLarge."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > most:
            raise TooLarge
        if not message.get("more_body"):
            return bytes(body)


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"too large\n"})
