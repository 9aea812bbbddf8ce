"""A client of Asterisk's manager interface (AMI) on plain asyncio.

Messages end with an empty line; they are cut out of the stream as bytes and only then decoded, so
that a letter split over two TCP segments stays whole. Answers are found by ActionID; a list is
complete with ``EventList: Complete``. Source: the AMI protocol of Asterisk 22.
"""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable
from time import time
from typing import Any

MESSAGE_LIMIT = 1_048_576  # bytes
_END = b"\r\n\r\n"
_FORBIDDEN = ("\r", "\n", "\x00")

Fields = dict[str, Any]  # a key that comes several times has a list


class AmiError(Exception):
    """The exchange refused, answered nonsense, or the link is gone."""


def encode(fields: Fields) -> bytes:
    """A message as it goes over the wire. ValueError for a line break or NUL in a key or value."""
    lines = []
    for key, value in fields.items():
        for one in value if isinstance(value, (list, tuple)) else (value,):
            text = f"{key}: {one}"
            if any(sign in text for sign in _FORBIDDEN):
                raise ValueError(f"a line break or NUL in {key}")
            lines.append(text)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def decode(message: bytes) -> Fields:
    """The fields of one whole message."""
    fields: Fields = {}
    for line in message.decode("utf-8", "replace").split("\r\n"):
        key, colon, value = line.partition(":")
        if not colon:
            continue
        value = value.removeprefix(" ")
        if key in fields:
            known = fields[key]
            fields[key] = [*known, value] if isinstance(known, list) else [known, value]
        else:
            fields[key] = value
    return fields


class Ami:
    """One connection. ``on_event`` is awaited for every event: a slow one slows the exchange down."""

    def __init__(self, on_event: Callable[[Fields], Awaitable[None]], *, timeout: float = 10.0) -> None:
        self._on_event, self._timeout = on_event, timeout
        self._numbers = itertools.count(1)
        self._answers: dict[str, asyncio.Future[Fields]] = {}
        self._lists: dict[str, list[Fields]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._stamp = 0.0

    async def connect(self, host: str, port: int, username: str, secret: str) -> None:
        """Connect and log in with all events on. AmiError or OSError when that fails."""
        opening = asyncio.open_connection(host, port, limit=MESSAGE_LIMIT)
        reader, self._writer = await asyncio.wait_for(opening, self._timeout)
        banner = await asyncio.wait_for(reader.readline(), self._timeout)
        if not banner.startswith(b"Asterisk Call Manager"):
            raise AmiError("this is no Asterisk manager")
        self._reading = asyncio.create_task(self._read(reader))
        await self.action("Login", Username=username, Secret=secret, Events="on")

    async def action(self, name: str, **fields: Any) -> Fields:
        """Ask and wait for the answer. AmiError for ``Response: Error`` and for a lost link."""
        answer = await self._ask(name, fields, self._next_id())
        if answer.get("Response") == "Error":
            raise AmiError(f"{name}: {answer.get('Message', 'refused')}")
        return answer

    async def list_action(self, name: str, **fields: Any) -> list[Fields]:
        """Ask for a list and wait until it is complete."""
        number = self._next_id()
        items = self._lists[number] = []
        done: asyncio.Future[Fields] = asyncio.get_running_loop().create_future()
        self._answers[number + "/list"] = done
        try:
            answer = await self._ask(name, fields, number)
            if answer.get("Response") == "Error":
                raise AmiError(f"{name}: {answer.get('Message', 'refused')}")
            await asyncio.wait_for(done, self._timeout)
            return items
        except TimeoutError:
            raise AmiError(f"{name}: the list was not completed") from None
        finally:
            self._lists.pop(number, None)
            self._answers.pop(number + "/list", None)

    def _next_id(self) -> str:
        return f"perezvon-{next(self._numbers)}"

    async def _ask(self, name: str, fields: Fields, number: str) -> Fields:
        if self._writer is None or self._reading is None or self._reading.done():
            raise AmiError("no link")
        message = encode({"Action": name, "ActionID": number, **fields})
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(message)
            await self._writer.drain()
            return await asyncio.wait_for(answer, self._timeout)
        except (TimeoutError, ConnectionError) as error:
            raise AmiError(f"{name}: no answer") from error
        finally:
            self._answers.pop(number, None)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                await self._take(decode(await reader.readuntil(_END)))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            pass  # the link is gone; who waits is told below
        finally:
            for answer in list(self._answers.values()):
                if not answer.done():
                    answer.set_exception(AmiError("the link was lost"))

    async def _take(self, fields: Fields) -> None:
        number = str(fields.get("ActionID", ""))
        if "Response" in fields:
            self._resolve(number, fields)
        elif number in self._lists:
            if fields.get("EventList") == "Complete":
                self._resolve(number + "/list", fields)
            else:
                self._lists[number].append(fields)
        elif "Event" in fields:
            # Arrival is the only order AMI promises: the stamp rises strictly.
            self._stamp = max(time(), self._stamp + 1e-6)
            fields["_t"] = self._stamp
            await self._on_event(fields)

    def _resolve(self, number: str, fields: Fields) -> None:
        answer = self._answers.get(number)
        if answer is not None and not answer.done():
            answer.set_result(fields)

    async def wait_lost(self) -> None:
        """Return when the link is gone."""
        if self._reading is not None:
            await asyncio.wait([self._reading])

    async def close(self) -> None:
        """Hang up; harmless when there is no link."""
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
