"""Hears everything that an Asterisk says through AMI, and waits for what a test expects."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

from ..canonical import Call, Rules
from ..providers import adapter
from ..providers.asterisk.ami import Ami, Fields
from ..providers.asterisk.events import is_kept, linked_id, raw_event
from ..providers.contract import Stored


class Recorder:
    """A connection in a thread of its own; ``events`` grow in order of arrival."""

    def __init__(self, host: str, port: int, username: str, secret: str) -> None:
        self._where = (host, port, username, secret)
        self.events: list[Fields] = []
        self._news = threading.Condition()
        self._ami = Ami(self._take)

    async def _take(self, fields: Fields) -> None:
        with self._news:
            self.events.append(fields)
            self._news.notify_all()

    def start(self) -> None:
        """Connect."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="recorder", daemon=True)
        self._thread.start()
        self._do(self._ami.connect(*self._where))

    def stop(self) -> None:
        """Hang up; harmless when that was done."""
        if self._loop.is_closed():
            return
        self._do(self._ami.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def action(self, name: str, **fields: Any) -> Fields:
        """Ask something."""
        return self._do(self._ami.action(name, **fields))

    def list_action(self, name: str, **fields: Any) -> list[Fields]:
        """Ask for a list."""
        return self._do(self._ami.list_action(name, **fields))

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(15)

    def wait(self, wanted: Callable[[Fields], bool], seconds: float = 20.0) -> Fields:
        """The first event, past ones included, that is wanted. AssertionError when it does not come in time."""
        until = time.monotonic() + seconds
        seen = 0
        with self._news:
            while True:
                for event in self.events[seen:]:
                    if wanted(event):
                        return event
                seen = len(self.events)
                left = until - time.monotonic()
                if left <= 0:
                    raise AssertionError("the event did not come")
                self._news.wait(left)

    def key_of(self, caller: str, seconds: float = 10.0) -> str:
        """The key of the call that this number began."""
        begun = self.wait(lambda e: e.get("Event") == "Newchannel" and e.get("CallerIDNum") == caller, seconds)
        return linked_id(begun)

    def of(self, key: str) -> list[Fields]:
        """The events of one call."""
        return [event for event in list(self.events) if linked_id(event) == key]

    def hang_up(self, key: str) -> None:
        """End a call from outside: its first channel is hung up by the exchange."""
        begun = self.wait(lambda e: e.get("Event") == "Newchannel" and e.get("Uniqueid") == key)
        self.action("Hangup", Channel=begun["Channel"], Cause=16)

    def ended(self, key: str, seconds: float = 60.0) -> Call:
        """The call as the product reads it, once its last channel is gone."""
        self.wait(lambda e: e.get("Event") == "Hangup" and linked_id(e) == key and self._is_last(key), seconds)
        return self.told(key)

    def _is_last(self, key: str) -> bool:
        own = self.of(key)
        begun = {e["Uniqueid"] for e in own if e.get("Event") == "Newchannel"}
        gone = {e["Uniqueid"] for e in own if e.get("Event") == "Hangup"}
        return bool(begun) and begun <= gone

    def told(self, key: str) -> Call:
        """The call by what was heard so far."""
        exchange = adapter("asterisk")
        kept = [raw_event(fields) for fields in self.of(key) if is_kept(fields)]
        from perezvon.kit import clock

        typed = [exchange.read(Stored(event.name, event.payload, clock.now())) for event in kept]
        call = exchange.interpret(key, typed, Rules(says_stages=True))
        assert call is not None
        return call

    def stages(self, key: str) -> list[str]:
        """The stages that the dialplan said, in order."""
        return [str(e["Stage"]) for e in self.of(key) if e.get("UserEvent") == "CallStage"]
