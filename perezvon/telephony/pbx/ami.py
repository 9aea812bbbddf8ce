"""A short synchronous connection to the manager interface, for web processes and the command line.

The wire format and the rules about line breaks are those of the listener's client (providers/asterisk/ami.py).
"""

import contextlib
import itertools
import socket
from collections.abc import Iterator
from typing import Any, Self

from ..providers.asterisk.ami import AmiError, Fields, decode, encode
from .generate.base import MANAGER
from .node import Node

SECONDS = 2.0
_END = b"\r\n\r\n"
_MOST = 16_000_000  # bytes of one answer: a list of all channels

__all__ = ["Ami", "AmiError", "Silent"]


class Silent(AmiError):
    """It was asked, and no answer came."""


class Ami:
    """Logged in without events; a context manager. AmiError for everything that goes wrong, also in time."""

    def __init__(self, node: Node, secret: str, *, username: str = MANAGER, timeout: float = SECONDS) -> None:
        self._where = (node.text("host"), node.number("port"))
        self._username, self._secret, self._timeout = username, secret, timeout
        self._numbers = itertools.count(1)
        self._buffer = bytearray()
        self._link: socket.socket | None = None

    def __enter__(self) -> Self:
        try:
            self._link = socket.create_connection(self._where, self._timeout)
            self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            banner = self._until(b"\r\n")
        except OSError as error:
            self.close()
            raise AmiError("the exchange does not answer") from error
        if not banner.startswith(b"Asterisk Call Manager"):
            self.close()
            raise AmiError("this is no Asterisk manager")
        try:
            self.action("Login", Username=self._username, Secret=self._secret, Events="off")
        except AmiError:
            self.close()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self._link is not None:
            with contextlib.suppress(OSError):
                self._link.close()
            self._link = None

    def action(self, name: str, **fields: Any) -> Fields:
        """Ask and wait for the answer. AmiError for ``Response: Error``. A name like Call_ID stands for Call-ID."""
        number = self._send(name, fields)
        return self._answer(name, number)

    def list_action(self, name: str, **fields: Any) -> list[Fields]:
        """Ask for a list; its items."""
        number = self._send(name, fields)
        self._answer(name, number)
        items = []
        for message in self._messages():
            if message.get("ActionID") != number:
                continue
            if message.get("EventList") == "Complete":
                break
            items.append(message)
        return items

    def command(self, text: str) -> str:
        """What the console prints; a command that fails says so in what it prints."""
        number = self._send("Command", {"Command": text})
        answer = next(m for m in self._messages() if m.get("ActionID") == number and "Response" in m)
        if "Output" not in answer and answer["Response"] == "Error":
            raise AmiError(f"{text}: {answer.get('Message', 'refused')}")
        output = answer.get("Output", "")
        return "\n".join(output) if isinstance(output, list) else str(output)

    def order(self, text: str) -> None:
        """A command of the console that answers only when it is done, which nobody waits for."""
        self._send("Command", {"Command": text})

    def _send(self, name: str, fields: Fields) -> str:
        number = f"perezvon-{next(self._numbers)}"
        if self._link is None:
            raise AmiError("no link")
        try:
            message = encode({"Action": name, "ActionID": number, **fields})
        except ValueError as error:
            raise AmiError(str(error)) from error
        try:
            self._link.sendall(message)
        except OSError as error:
            raise Silent(f"{name}: the link was lost") from error
        return number

    def _answer(self, name: str, number: str) -> Fields:
        for message in self._messages():
            if message.get("ActionID") == number and "Response" in message:
                if message["Response"] == "Error":
                    raise AmiError(f"{name}: {message.get('Message', 'refused')}")
                return message
        raise Silent(f"{name}: no answer")

    def _messages(self) -> Iterator[Fields]:
        while True:
            try:
                yield decode(self._until(_END))
            except OSError as error:
                raise Silent("the exchange did not answer in time") from error

    def _until(self, end: bytes) -> bytes:
        assert self._link is not None
        while (place := self._buffer.find(end)) < 0:
            piece = self._link.recv(65_536)
            if not piece:
                raise ConnectionError("closed")
            self._buffer += piece
            if len(self._buffer) > _MOST:
                raise ConnectionError("an endless answer")
        found = bytes(self._buffer[:place])
        del self._buffer[: place + len(end)]
        return found
