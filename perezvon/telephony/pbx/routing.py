"""What the dialplan asks of the product while a call comes in: blocked, open, the own manager, how urgent.

A FastAGI server on the loopback (or where a node on another machine asks), part of `listen`: Asterisk sends its variables line by line, an empty line ends them; we
answer with one SET VARIABLE and hang up (Asterisk hears no second command that comes in the same packet). One statement on a connection that is kept open; business hours come from
memory. Whatever goes wrong or takes longer than a second, nothing is said and the dialplan goes on by itself.
Source of the protocol: res_agi of Asterisk 22.
"""

import asyncio
import contextlib
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import connection

from perezvon.journey.statements import prepared
from perezvon.kit import clock, phones
from perezvon.kit.worktime import WorkingTime

from ..hours import time_of
from ..models import Line

log = logging.getLogger(__name__)

SECONDS = 1.0
THREADS = 4
LINES_SECONDS = 5.0  # how long opening hours are remembered
AGAIN = timedelta(minutes=30)  # who was lost in a queue so recently goes ahead of others
AHEAD = 5  # the priority in queues (QUEUE_PRIO) that he gets
_MOST_LINES = 100
_ASK = """
SELECT EXISTS (SELECT 1 FROM telephony_blockednumber b WHERE b.phone = %(phone)s AND (b.until IS NULL OR b.until > %(at)s)),
       (SELECT e.number
          FROM crm_contactpoint c
          JOIN crm_contactowner o ON o.point_id = c.id AND o.until IS NULL
          JOIN crm_person p ON p.id = o.person_id
          JOIN staff_user u ON u.id = p.responsible_id AND u.is_active AND u.presence IN ('', 'available')
          JOIN telephony_extension e ON e.user_id = u.id AND e.provider_id = %(provider)s
         WHERE c.kind = 'phone' AND c.value = %(phone)s
           AND EXISTS (SELECT 1 FROM telephony_device d WHERE d.extension_id = e.id AND d.is_enabled)
           AND NOT EXISTS (SELECT 1 FROM telephony_call k WHERE k.user_id = u.id AND k.state IN ('talking', 'held')
                              AND k.started_at > %(today)s)
         ORDER BY p.id LIMIT 1),
       EXISTS (SELECT 1
                 FROM crm_contactpoint c
                 JOIN crm_contactowner o ON o.point_id = c.id AND o.until IS NULL
                 JOIN telephony_call k ON k.person_id = o.person_id AND k.started_at > %(recent)s
                WHERE c.kind = 'phone' AND c.value = %(phone)s AND k.direction = 'in' AND k.queue <> ''
                  AND k.state = 'ended' AND k.answered_at IS NULL)
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """``is_open`` None = the line is not known, the dialplan decides. ``manager`` is an internal number, "" for none."""

    is_blocked: bool = False
    is_open: bool | None = None
    manager: str = ""
    priority: int = 0

    def told(self) -> str:
        """As the dialplan takes it apart: blocked/open/manager/priority, what is not known left empty."""
        is_open = "" if self.is_open is None else str(int(self.is_open))
        return f"{int(self.is_blocked)}/{is_open}/{self.manager}/{self.priority or ''}"


class Hours:
    """Opening hours by line, read once in some seconds."""

    def __init__(self) -> None:
        self._until = 0.0
        self._known: dict[str, WorkingTime] = {}

    def forget(self) -> None:
        """Read them again at the next question."""
        self._until = 0.0

    def is_open(self, number: str, at: datetime) -> bool | None:
        """None for an unknown line."""
        if monotonic() >= self._until:
            lines = Line.objects.select_related("calendar").prefetch_related("calendar__holidays")
            self._known = {line.number: time_of(line) for line in lines}
            self._until = monotonic() + LINES_SECONDS
        found = self._known.get(number)
        return found.is_open(at) if found else None


hours = Hours()


def answer(provider_id: int, line: str, caller: str, at: datetime) -> Answer:
    """What is to be done with a call to ``line`` from ``caller``, as Asterisk writes them. One statement."""
    is_open = hours.is_open(phones.normalise(line) or line, at)
    phone = phones.normalise(caller)
    if not phone:
        return Answer(is_open=is_open)
    values: dict[str, Any] = {
        "phone": phone, "provider": provider_id, "at": at, "recent": at - AGAIN, "today": at - timedelta(hours=8),
    }  # fmt: skip
    [(blocked, manager, was_lost)] = prepared(_ASK, values)  # planning it takes longer than answering it
    return Answer(blocked, is_open, manager or "", AHEAD if was_lost else 0)


class Routing:
    """The server of one node."""

    def __init__(self, provider_id: int, port: int, *, host: str = "127.0.0.1", seconds: float = SECONDS) -> None:
        self.provider_id, self.host, self.port, self.seconds = provider_id, host, port, seconds
        self.pool = ThreadPoolExecutor(THREADS, "routing")
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Begin to answer. OSError when the port is taken."""
        self._server = await asyncio.start_server(self._serve, self.host, self.port)

    async def stop(self) -> None:
        """Answer no more."""
        if self._server is not None:
            self._server.close()
            with contextlib.suppress(Exception):
                await self._server.wait_closed()
        together = threading.Barrier(THREADS)  # so that every thread closes its own connection
        for _thread in range(THREADS):
            self.pool.submit(_hang_up, together)
        await asyncio.get_running_loop().run_in_executor(None, self.pool.shutdown)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(self.seconds):
                await self._talk(reader, writer)
        except (TimeoutError, OSError, asyncio.IncompleteReadError, ValueError):
            log.warning("a question of the exchange was not answered in time", extra={"provider": self.provider_id})
        except Exception:
            log.exception("a question of the exchange could not be answered")
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await _variables(reader)
        line, caller = asked.get("agi_arg_1", ""), asked.get("agi_arg_2", "")
        found = await asyncio.get_running_loop().run_in_executor(self.pool, self._answer, line, caller)
        writer.write(f'SET VARIABLE PZ_TOLD "{found.told()}"\n'.encode())
        await writer.drain()
        await reader.readline()

    def _answer(self, line: str, caller: str) -> Answer:
        connection.close_if_unusable_or_obsolete()
        return answer(self.provider_id, line, caller, clock.now())


def _hang_up(together: threading.Barrier) -> None:
    connection.close()
    with contextlib.suppress(threading.BrokenBarrierError):
        together.wait(1)


async def _variables(reader: asyncio.StreamReader) -> dict[str, str]:
    """The head of a request: "agi_arg_1: +7..." until an empty line. ValueError for a flood."""
    found: dict[str, str] = {}
    for _number in range(_MOST_LINES):
        line = (await reader.readline()).decode("utf-8", "replace").strip()
        if not line:
            return found
        name, _colon, value = line.partition(":")
        found[name] = value.strip()
    raise ValueError("too many lines")
