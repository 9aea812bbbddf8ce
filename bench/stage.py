"""What every row is given: the running house, the company in it, and how big everything is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.client import Browser
from bench.house import House
from bench.meters import Times
from bench.people import Company
from bench.world import Size


@dataclass
class Stage:
    """A row's surroundings; ``small`` runs measure little and prove only that the chain works."""

    house: House
    company: Company
    size: Size
    small: bool
    tell: Callable[[str], None]

    def browser(self, signed_in: bool = True) -> Browser:
        return Browser(self.house.port, self.company.cookie if signed_in else "")

    def times(self, full: int, small: int) -> int:
        return small if self.small else full

    def raw(self) -> psycopg.Connection[Any]:
        """A bare connection to the same database, for the raw limits."""
        return psycopg.connect(self.house.cluster.url, autocommit=True)

    def settle(self, seconds: float = 120) -> float:
        """Wait until background work is done; how many seconds that took."""
        from bench.backlog import waiting

        start = time.perf_counter()
        while waiting() and time.perf_counter() - start < seconds:
            time.sleep(0.25)
        return time.perf_counter() - start

    def repeat(self, work: Callable[[], object], times: int, warm: int = 3) -> Times:
        """Times of ``work`` after a few runs that are not counted."""
        for _ in range(warm):
            work()
        counted = Times()
        for _ in range(times):
            counted.add(work)
        return counted
