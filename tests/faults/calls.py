"""Clients who call all the time, each from a number of his own; what they themselves know of their calls.

``accepted`` and ``ended`` are sipp's own words, written at the moment: the exchange has taken the call ("100 Trying"), and the
client has come to the end of what he meant to do. Nothing here looks into the product.
"""

import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from perezvon.telephony.testing_pbx import sipp
from perezvon.telephony.testing_pbx.kinds import KINDS, Kind
from perezvon.telephony.testing_pbx.lab import Lab
from perezvon.telephony.testing_pbx.ports import CARRIER, free_udp

RATE = 5.0  # calls a second
CALLED = ("answered", "off hours", "menu abandoned", "queue abandoned", "nobody there", "busy")
_TRYING = '<recv response="100" optional="true"/>'
_LAST = '<label id="refused"/>'


def _said(word: str) -> str:
    return f'<action><log message="{word} [field0]"/></action>'


@dataclass
class Load:
    """``seconds`` of calls, RATE a second, of all kinds at once. Numbers are ``prefix`` (6 digits), the kind, the count."""

    lab: Lab
    prefix: str
    seconds: float
    kinds: Sequence[Kind] = tuple(kind for kind in KINDS if kind.name in CALLED)
    clients: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self) -> None:
        """One sipp for each kind."""
        pause = int(1000 * len(self.kinds) / RATE)
        for index, kind in enumerate(self.kinds):
            count = max(1, int(self.seconds * RATE / len(self.kinds)))
            self.clients[kind.name] = self._start(kind, index, count, pause)
            time.sleep(pause / 1000 / len(self.kinds))

    def _start(self, kind: Kind, index: int, count: int, pause: int) -> "subprocess.Popen[bytes]":
        stem = self._stem(kind)
        scenario = sipp.calling(kind.steps, self.lab.sipp.sound).replace("[caller]", "[field0]")
        scenario = scenario.replace(_TRYING, f'<recv response="100" optional="true">{_said("accepted")}</recv>', 1)
        scenario = scenario.replace(_LAST, f"{_LAST}<nop>{_said('ended')}</nop>")
        stem.with_suffix(".xml").write_text(scenario)
        numbers = (f"{self.prefix}{index}{number:04}" for number in range(count))
        stem.with_suffix(".csv").write_text("SEQUENTIAL\n" + "".join(f"{number};\n" for number in numbers))
        port, media = free_udp(CARRIER), free_udp(CARRIER)
        command = [
            self.lab.sipp.program, "-sf", f"{stem}.xml", "-inf", f"{stem}.csv", "-i", CARRIER, "-mi", CARRIER, "-p", str(port),
            "-mp", str(media), "-r", "1", "-rp", str(pause), "-m", str(count), "-l", "500", "-nostdin", "-recv_timeout", "40000",
            "-trace_logs", "-log_file", f"{stem}.said", "-trace_err", "-error_file", f"{stem}.err",
            "-timeout", str(int(self.seconds) + 90), "-s", kind.line.removeprefix("+"), f"{self.lab.sipp.host}:{self.lab.sipp.port}",
        ]  # fmt: skip
        with open(f"{stem}.log", "wb") as log:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.lab.folder)
        self.lab.sipp.running.append(child)
        return child

    def _stem(self, kind: Kind) -> Path:
        return self.lab.folder / f"load-{self.prefix}-{kind.name.replace(' ', '-')}"

    def wait(self, seconds: float) -> None:
        """Until all clients have come to an end, or are given up."""
        until = time.monotonic() + seconds
        for child in self.clients.values():
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.lab.sipp.stop(child)

    def said(self, word: str) -> dict[str, Kind]:
        """The numbers (E.164) of which sipp said this, with what each meant to do."""
        return {
            "+" + number: kind
            for kind in self.kinds
            for number in re.findall(rf"{word} (\d+)", _text(self._stem(kind).with_suffix(".said")))
        }


def _text(path: Path) -> str:
    return path.read_text(errors="replace") if path.exists() else ""
