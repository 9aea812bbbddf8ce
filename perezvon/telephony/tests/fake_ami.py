"""An Asterisk manager that replays recorded streams; cuts messages anywhere, drops the link."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from perezvon.telephony.providers.asterisk.ami import decode, encode


@dataclass
class FakeAmi:
    """``events`` are sent after a login, ``channels`` are the Linkedids it says are alive."""

    events: Sequence[dict[str, Any]] = ()
    channels: Sequence[str] = ()
    queues: Sequence[str] = ("sales",)
    chunk: int = 0  # bytes per TCP write; 0 = whole messages
    drop_after: int = 0  # cut the link after so many events; 0 = never
    secret: str = "s3cret"
    logins: int = 0
    heard: list[dict[str, Any]] = field(default_factory=list)
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            self.hang_up()
            await server.wait_closed()

    def hang_up(self) -> None:
        for writer in self._writers:
            writer.close()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        writer.write(b"Asterisk Call Manager/10.0.0\r\n")
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                fields = decode(await reader.readuntil(b"\r\n\r\n"))
                self.heard.append(fields)
                await self._answer(fields, writer)
        writer.close()

    async def _answer(self, fields: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        number, name = fields.get("ActionID", ""), fields.get("Action")
        if name == "Login":
            await self._login(fields, number, writer)
        elif name == "QueueStatus":
            items = [{"Event": "QueueParams", "Queue": queue} for queue in self.queues]
            await self._list(number, writer, items, "QueueStatusComplete")
        elif name == "CoreShowChannels":
            items = [{"Event": "CoreShowChannel", "Linkedid": key} for key in self.channels]
            await self._list(number, writer, items, "CoreShowChannelsComplete")
        elif name == "Ping":
            await self.send(writer, {"Response": "Success", "ActionID": number, "Ping": "Pong"})
        elif name != "Silence":
            await self.send(writer, {"Response": "Error", "ActionID": number, "Message": "Invalid command"})

    async def _login(self, fields: dict[str, Any], number: str, writer: asyncio.StreamWriter) -> None:
        if fields.get("Secret") != self.secret:
            await self.send(writer, {"Response": "Error", "ActionID": number, "Message": "Authentication failed"})
            return
        self.logins += 1
        await self.send(writer, {"Response": "Success", "ActionID": number})
        for count, event in enumerate(self.events, 1):
            await self.send(writer, {key: value for key, value in event.items() if key != "_t"})
            if self.drop_after and count >= self.drop_after and self.logins == 1:
                writer.close()
                return

    async def _list(self, number: str, writer: asyncio.StreamWriter, items: list[dict[str, Any]], end: str) -> None:
        await self.send(writer, {"Response": "Success", "ActionID": number, "EventList": "start"})
        for item in items:
            await self.send(writer, {**item, "ActionID": number})
        await self.send(writer, {"Event": end, "ActionID": number, "EventList": "Complete"})

    async def send(self, writer: asyncio.StreamWriter, fields: dict[str, Any]) -> None:
        data = encode(fields)
        for first in range(0, len(data), self.chunk or len(data)):
            writer.write(data[first : first + (self.chunk or len(data))])
            await writer.drain()
            if self.chunk:
                await asyncio.sleep(0)
