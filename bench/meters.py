"""Reading the operating system: CPU seconds and memory of processes, percentiles of times."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
TICK = 1 / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    text = Path(f"/proc/{pid}/stat").read_text()
    return text[text.rindex(")") + 2 :].split()


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread may end at this very moment
            found += [int(each) for each in (task / "children").read_text().split()]
    return found


def cpu_of(pid: int) -> float:
    """CPU seconds of a process and of everything below it, children that ended included."""
    try:
        fields = _stat(pid)
        own = sum(int(value) for value in fields[11:15]) * TICK
        return own + sum(cpu_of(child) for child in _children(pid))
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


def machine_busy() -> float:
    """CPU seconds that the whole machine has worked since it started."""
    user, nice, system, _idle, _wait, irq, soft, *_rest = (
        int(each) for each in Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    )
    return (user + nice + system + irq + soft) * TICK


def pss_mib(pid: int) -> float:
    """Proportional memory of one process in MiB: pages that are shared count by their share."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


@dataclass(slots=True)
class Cpu:
    """CPU seconds spent within a ``measured`` block."""

    by_process: dict[str, float] = field(default_factory=dict)
    database: float = 0.0
    others: float = 0.0  # of everybody else on the machine, ourselves (the client) included
    seconds: float = 0.0

    @property
    def application(self) -> float:
        return sum(self.by_process.values())

    @property
    def total(self) -> float:
        return self.application + self.database

    def split(self, calls: int) -> dict[str, float]:
        """Milliseconds of a call by process, for the details."""
        parts = {**self.by_process, "database": self.database}
        return {f"{name}_cpu_ms": round(seconds * 1000 / max(1, calls), 2) for name, seconds in parts.items()}

    def per_call(self, calls: int) -> float:
        """Milliseconds of application and database for one call."""
        return self.total * 1000 / max(1, calls)


@contextmanager
def measured(application: Mapping[str, int], database: int) -> Iterator[Cpu]:
    """Count the CPU of the processes while the block runs."""
    own = {name: cpu_of(pid) for name, pid in application.items()}
    before = (cpu_of(database), machine_busy(), time.perf_counter())
    cpu = Cpu()
    yield cpu
    cpu.by_process = {name: cpu_of(pid) - own[name] for name, pid in application.items()}
    cpu.database = cpu_of(database) - before[0]
    cpu.others = max(0.0, machine_busy() - before[1] - cpu.total)
    cpu.seconds = time.perf_counter() - before[2]


@dataclass(slots=True)
class Times:
    """Seconds of single calls."""

    seconds: list[float] = field(default_factory=list)

    def add(self, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        result = work()
        self.seconds.append(time.perf_counter() - start)
        return result

    def percentile(self, share: float) -> float:
        """Milliseconds; the nearest-rank percentile."""
        ordered = sorted(self.seconds)
        if not ordered:
            return float("nan")
        return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))] * 1000

    @property
    def p50(self) -> float:
        return self.percentile(0.5)

    @property
    def p95(self) -> float:
        return self.percentile(0.95)
