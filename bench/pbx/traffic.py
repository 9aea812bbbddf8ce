"""sipp as carriers and telephones, many at once: what one process of it does for hundreds of calls."""

from __future__ import annotations

import contextlib
import csv
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.pbx.floor import Floor
from bench.world import phone
from perezvon.config.processes.supervisor import die_with
from perezvon.telephony.testing_pbx import sipp
from perezvon.telephony.testing_pbx.lab import CARRIER, TELEPHONES
from perezvon.telephony.testing_pbx.ports import free_udp

MOST = 5_000  # calls that one sipp may hold
PATIENCE = 40.0  # seconds that calls may last longer than planned


@dataclass(frozen=True)
class Outcome:
    """What sipp counted: ``again`` = messages that it had to send twice."""

    placed: int
    well: int
    failed: int
    again: int
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Every call went through; at most one message in fifty calls had to be repeated."""
        return self.failed == 0 and self.well == self.placed and self.again <= max(1, self.placed // 50)


class Traffic:
    """Starts sipp against one Asterisk and ends all of it; a context manager."""

    def __init__(self, folder: Path, program: str, host: str, port: int, people: int) -> None:
        self.folder, self.program, self.target, self.people = folder, program, f"{host}:{port}", people
        folder.mkdir(parents=True, exist_ok=True)
        self.sound = folder / "tone.alaw"
        self.sound.write_bytes(sipp.tone())
        self.running: list[subprocess.Popen[bytes]] = []
        self._callers = self._files = 0

    def __enter__(self) -> Traffic:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self.running:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            child.wait()

    def plug(self, floor: Floor, *steps: sipp.Step, ring: float = 0.1) -> None:
        """All telephones on desks at one address: they register, ring ``ring`` seconds, answer."""
        port = free_udp(TELEPHONES)
        logging_in = sipp.registering("[field0]", "", 3600).replace(
            "[authentication username=[field0] password=]", "[field1]"
        )
        rows = self._rows([(n, f"[authentication username={n} password={floor.secret(n)}]") for n in floor.numbers])
        child = self._start(logging_in, TELEPHONES, port, "-inf", str(rows), "-r", "100", "-m", str(len(floor.numbers)))
        if child.wait(60) != 0:
            raise RuntimeError(f"the telephones could not register: {self._errors()}")
        self._start(sipp.ringing(steps or (sipp.Listen(900),), self.sound, ring=ring), TELEPHONES, port)
        time.sleep(0.5)

    def calls(self, lines: Sequence[str], count: int, rate: float, *steps: sipp.Step, lasting: float) -> Outcome:
        """``count`` clients call one after another, ``rate`` a second, each ``lasting`` seconds; when the last is done."""
        child = self.begin(lines, count, rate, *steps)
        return self.outcome(child, count / rate + lasting + PATIENCE)

    def begin(self, lines: Sequence[str], count: int, rate: float, *steps: sipp.Step) -> subprocess.Popen[bytes]:
        """The same in the background; ``outcome`` waits for it."""
        rows = []
        for number in range(count):
            self._callers += 1
            caller = phone(1 + self._callers * 7919 % self.people).removeprefix("+")
            rows.append((caller, lines[number % len(lines)].removeprefix("+")))
        scenario = sipp.calling(steps, self.sound).replace("[caller]", "[field0]").replace("[service]", "[field1]")
        per, period = (int(rate), 1000) if rate >= 1 else (1, int(1000 / rate))
        return self._start(
            scenario, CARRIER, free_udp(CARRIER), "-inf", str(self._rows(rows)), "-m", str(count), "-l", str(MOST),
            "-r", str(per), "-rp", str(period), "-trace_stat", "-fd", "1",
        )  # fmt: skip

    def outcome(self, child: subprocess.Popen[bytes], seconds: float) -> Outcome:
        """Wait for the calls of one ``begin``, at most so long; what is not over then has failed."""
        start = time.monotonic()
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        told = self._statistics(child.pid)
        return Outcome(
            int(told.get("TotalCallCreated", 0)), int(told.get("SuccessfulCall(C)", 0)), int(told.get("FailedCall(C)", 0)),
            int(told.get("Retransmissions(C)", 0)), time.monotonic() - start,
        )  # fmt: skip

    def _statistics(self, pid: int) -> dict[str, str]:
        found = sorted(self.folder.glob(f"*_{pid}_.csv"))
        rows = list(csv.DictReader(found[-1].open(), delimiter=";")) if found else []
        return rows[-1] if rows else {}

    def _rows(self, rows: Sequence[tuple[str, ...]]) -> Path:
        self._files += 1
        path = self.folder / f"rows-{self._files}.csv"
        path.write_text("SEQUENTIAL\n" + "".join(";".join(row) + "\n" for row in rows))
        return path

    def _start(self, scenario: str, address: str, port: int, *more: str) -> subprocess.Popen[bytes]:
        self._files += 1
        stem, parent = self.folder / f"sipp{self._files}", os.getpid()
        stem.with_suffix(".xml").write_text(scenario)
        command = [
            self.program, self.target, "-sf", str(stem.with_suffix(".xml")), "-i", address, "-mi", address, "-p", str(port),
            "-nostdin", "-trace_err", "-error_file", str(stem.with_suffix(".err")), "-timeout", "900",
            "-mp", "14000" if address == CARRIER else "16000", "-key", "caller", "desk", *more,
        ]  # fmt: skip
        with stem.with_suffix(".log").open("wb") as log:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                preexec_fn=lambda: die_with(parent),
            )
        self.running.append(child)
        return child

    def _errors(self) -> str:
        told = [path.read_text(errors="replace")[:400] for path in sorted(self.folder.glob("*.err"))[-2:]]
        return "\n".join(told)
