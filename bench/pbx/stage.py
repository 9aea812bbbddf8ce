"""What every row of `make bench-pbx` is given."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench.house import House
from bench.pbx import engine
from bench.pbx.floor import Floor
from bench.pbx.traffic import Traffic

LISTENS = 30.0  # seconds that the listener gets to connect


@dataclass
class Stage:
    """The running house with its exchange set up; ``people`` clients have numbers of bench.world.phone."""

    house: House
    floor: Floor
    program: Any
    sipp: str
    people: int
    small: bool
    tell: Callable[[str], None]
    kept: dict[str, Any] = field(default_factory=dict)  # what one row measured and another one reports

    def pick(self, full: Any, small: Any) -> Any:
        """The size of a measurement."""
        return small if self.small else full

    def raw(self) -> psycopg.Connection[Any]:
        """A bare connection to the same database, for the raw limits."""
        return psycopg.connect(self.house.cluster.url, autocommit=True)

    @contextmanager
    def exchange(self) -> Iterator[tuple[engine.Engine, Traffic]]:
        """Our Asterisk, listened to."""
        with engine.ours(self.floor, self.program) as running, self._traffic(running, "ours") as traffic:
            self._until_heard()
            yield running, traffic

    @contextmanager
    def bare(self) -> Iterator[tuple[engine.Engine, Traffic]]:
        """The same Asterisk without us."""
        with engine.bare(self.floor, self.program, self.folder) as running, self._traffic(running, "bare") as traffic:
            yield running, traffic

    @property
    def folder(self) -> Path:
        """Where the benchmark's own files lie."""
        return self.house.home / "bench-pbx"

    def _traffic(self, running: engine.Engine, name: str) -> Traffic:
        node = running.node
        return Traffic(self.folder / f"{name}-sipp", self.sipp, node.text("bind"), node.number("sip_port"), self.people)

    def _until_heard(self) -> None:
        """Until the listener says that it hears the exchange that has just started."""
        from perezvon.telephony.models import Provider

        start = time.time()
        while time.time() - start < LISTENS:
            last = Provider.objects.values_list("last_event_at", flat=True).get(pk=self.floor.provider.pk)
            if last and last.timestamp() > start:
                return
            time.sleep(0.2)
        raise RuntimeError(f"the listener does not hear the exchange; see {self.house.home}/bench.log")

    def settle(self, seconds: float = 60.0) -> float:
        """Wait until everything that was heard is in the ledger; how long that took."""
        from bench.backlog import waiting

        start = time.perf_counter()
        while waiting() and time.perf_counter() - start < seconds:
            time.sleep(0.2)
        return time.perf_counter() - start

    def rest(self, seconds: float = 60.0) -> None:
        """Wait until nothing of an earlier measurement is worked on any more, recordings included."""
        from perezvon.telephony.models import Recording

        start, waiting = time.perf_counter(), Recording.objects.filter(provider=self.floor.provider, state="waiting")
        self.settle(seconds)
        while waiting.exists() and time.perf_counter() - start < seconds:
            time.sleep(0.2)
