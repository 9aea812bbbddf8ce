"""The whole way: rows in a database, the exchange made of them, the listener, the worker; and helpers to wait without guessing."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from django.conf import settings as django_settings
from django.db import connection

from perezvon.kit import clock
from perezvon.staff.models import WorkCalendar

from .. import listen
from ..actions.exchange import add_own_exchange, apply_now
from ..actions.interpret import interpret_pending
from ..models import Call, Device, Extension, Line, Provider, Queue, QueueMember, Trunk
from ..pbx import nodes
from ..pbx.program import Program
from .ear import Ear
from .lab import CARRIER, Lab, settings
from .ports import free_udp

LINE = "+74951112233"
T = TypeVar("T")


class Exchange:
    """A provider with its running Asterisk. ``seat`` gives people telephones, then ``open`` applies and starts."""

    def __init__(self, program: Program, sipp_program: str, **changes: Any) -> None:
        at = clock.now()
        self.provider: Provider = add_own_exchange("Exchange", at=at, **{**settings(), **changes})
        self.program, self.sipp_program = program, sipp_program
        self.carrier_port = free_udp(CARRIER)
        self.trunk = Trunk.objects.create(
            provider=self.provider, key="carrier", name="Carrier", host=CARRIER, port=self.carrier_port, caller_id=LINE
        )
        self.lab = Lab(program, nodes.node_for(self.provider), sipp_program, self.provider.secrets["secret"])
        self._stop = threading.Event()
        self._listener: threading.Thread | subprocess.Popen[bytes] | None = None
        self.is_apart = False

    # --- rows ----------------------------------------------------------------

    def seat(self, user: Any, number: str, kind: str = Device.Kind.DESK) -> Device:
        """Give somebody an internal number and a telephone."""
        extension, _new = Extension.objects.get_or_create(provider=self.provider, number=number, user=user)
        return Device.objects.create(extension=extension, kind=kind, secret=f"secret{number}")

    def queue(self, key: str, *people: Any, **columns: Any) -> Queue:
        """A queue of people, the most skilled first; short rings, no announcements."""
        plain = {"ring_seconds": 4, "wrap_up_seconds": 0, "most_wait_seconds": 15, "says_position": False}
        queue = Queue.objects.create(provider=self.provider, key=key, name=key.title(), **{**plain, **columns})
        for index, user in enumerate(people):
            QueueMember.objects.create(queue=queue, user=user, skill=max(1, 9 - index))
        return queue

    def line(self, to: str, number: str = LINE, **columns: Any) -> Line:
        """A number whose calls go to ``to``, at any hour."""
        weekly = {str(day): [["00:00", "00:00"]] for day in range(7)}
        always, _new = WorkCalendar.objects.get_or_create(name="Always", defaults={"weekly": weekly})
        plain = {"name": number, "open_to": to, "closed_to": to, "is_sticky": False, "calendar": always}
        return Line.objects.create(provider=self.provider, number=number, **{**plain, **columns})

    # --- life ----------------------------------------------------------------

    def open(self) -> None:
        """Apply the settings and start Asterisk and the listener."""
        version = apply_now(self.provider, at=clock.now())
        assert version.state == version.State.APPLIED, version.error
        self.lab.start()
        self.listen()

    def listen(self) -> None:
        """Start the listener and wait until it hears: in a thread, or (``is_apart``) in a process that can be killed."""
        before = Provider.objects.values_list("last_event_at", flat=True).get(pk=self.provider.pk)
        self._stop = threading.Event()
        if self.is_apart:
            self._listener = self._process()
        else:
            self._listener = threading.Thread(target=listen.main, args=(self._stop,), name="listen")
            self._listener.start()
        self.until(lambda: Provider.objects.exclude(last_event_at=before).filter(pk=self.provider.pk).exists(), 30)

    def _process(self) -> "subprocess.Popen[bytes]":
        """`perezvon listen` on the database of the test."""
        return subprocess.Popen([sys.executable, "-m", "perezvon", "listen"], env=self.environment())

    def environment(self) -> dict[str, str]:
        """Of a process of the product on the database of the test."""
        base = connection.settings_dict
        url = f"postgresql://{quote(base['USER'])}:{quote(base['PASSWORD'])}@/{base['NAME']}?host={quote(base['HOST'], safe='')}&port={base['PORT']}"
        places = {"HOME": django_settings.HOME, "RECORDINGS_SPOOL": django_settings.RECORDINGS_SPOOL}
        return {**os.environ, "DATABASE_URL": url, **{f"PEREZVON_{name}": str(path) for name, path in places.items()}}

    def kill_listener(self) -> None:
        """SIGKILL."""
        assert isinstance(self._listener, subprocess.Popen)
        self._listener.kill()
        self._listener.wait(10)
        self._listener = None

    def deafen(self) -> None:
        """Stop the listener, as if it had been killed."""
        self._stop.set()
        if isinstance(self._listener, subprocess.Popen):
            self._listener.terminate()
            self._listener.wait(15)
        elif self._listener is not None:
            self._listener.join(15)
        self._listener = None

    def close(self) -> None:
        """End everything."""
        self.deafen()
        self.lab.stop()

    # --- calls ---------------------------------------------------------------

    def telephone(self, number: str, *steps: Any, **how: Any) -> None:
        """Connect the telephone of an internal number; see ``Lab.telephone``."""
        self.lab.telephone(number, f"secret{number.removesuffix('w')}", *steps, **how)

    def dial(self, *steps: Any, line: str = LINE, caller: str = "", ear: Ear | None = None) -> str:
        """A client calls; returns his number in E.164."""
        return "+" + self.lab.dial(line, *steps, caller=caller.removeprefix("+"), ear=ear)

    def rung(self, endpoint: str) -> int:
        """How often somebody has been rung: a telephone ("101"), or a client through the trunk ("trunk-carrier")."""
        begun = [event for event in self.lab.heard.events if event.get("Event") == "DialBegin"]
        return sum(event.get("DestChannel", "").startswith(f"PJSIP/{endpoint}-") for event in begun)

    def call(self, phone: str, seconds: float = 30.0, **wanted: Any) -> Call:
        """The stored call of this client that fits ``wanted`` (columns), interpreted as soon as it can be."""
        return self.until(lambda: Call.objects.filter(provider=self.provider, phone=phone, **wanted).last(), seconds)

    def stored(self, phone: str, seconds: float = 40.0, **wanted: Any) -> Call:
        """The call of this client when it has ended."""
        return self.call(phone, seconds, state=Call.State.ENDED, **wanted)

    def until(self, look: Callable[[], T | None], seconds: float = 15.0) -> T:
        """Work off what was heard until ``look`` finds something. AssertionError when it does not in time."""
        end = time.monotonic() + seconds
        while True:
            while interpret_pending():
                pass
            found = look()
            if found:
                return found
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.05)
