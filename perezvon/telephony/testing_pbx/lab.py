"""A running node with its carriers and telephones."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..pbx import instance
from ..pbx.generate.base import MANAGER
from ..pbx.node import Node
from ..pbx.program import Program
from . import sipp
from .ear import Ear
from .ports import CARRIER, LOOPBACK, free_port, free_udp, media_range
from .recorder import Recorder

TELEPHONES = "127.0.0.3"
SETTLE = 0.02


def settings(agi_port: int = 0) -> dict[str, Any]:
    """Settings of a node on free ports of this machine, with short rings."""
    first, last = media_range()
    return {
        "host": LOOPBACK, "bind": LOOPBACK, "http_bind": LOOPBACK, "port": free_port(), "sip_port": free_udp(),
        "http_port": free_port(), "agi_port": agi_port or free_port(), "rtp_from": first, "rtp_to": last, "qualify_seconds": 0,
        "person_seconds": 4,
    }  # fmt: skip


class Lab:
    """One Asterisk that runs, and sipp around it. ``secrets`` are those of the files' marks (for registrations)."""

    def __init__(self, program: Program, node: Node, sipp_program: str, ami_secret: str) -> None:
        self.program, self.node, self.secret = program, node, ami_secret
        self.folder = node.folder.with_name(node.folder.name + "-sipp")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.sipp = sipp.Sipp(self.folder, sipp_program, node.text("bind"), node.number("sip_port"))
        self.heard = Recorder(node.text("host"), node.number("port"), MANAGER, ami_secret)
        self.process: subprocess.Popen[bytes] | None = None
        self.telephones: dict[str, tuple[subprocess.Popen[bytes], int]] = {}
        self.carrier_port = 0
        self._callers = 0

    def start(self, files: Mapping[str, str] | None = None) -> None:
        """Write the files (secrets filled in) unless they are there, start Asterisk, listen."""
        if files is not None:
            instance.write(self.node, files)
        self.process = instance.start(self.program, self.node)
        self.heard.start()
        self.wait_ready()

    def restart(self) -> None:
        """After it was killed or has ended: start it again, hear it anew, until it is whole."""
        assert self.process is not None
        self.process.wait(20)
        self.heard.stop()
        self.heard = Recorder(self.node.text("host"), self.node.number("port"), MANAGER, self.secret)
        self.start()

    def wait_ready(self) -> None:
        """Until all modules are loaded: AMI answers long before that."""
        self.heard.wait(lambda event: event.get("Event") == "FullyBooted")

    def stop(self) -> None:
        """End everything."""
        self.sipp.stop_all()
        if self.process is not None and self.process.poll() is None:
            self.heard.stop()
            instance.stop(self.process)

    # --- who calls ---------------------------------------------------------

    def new_caller(self) -> str:
        """A number that nobody has called from yet, digits only."""
        self._callers += 1
        return f"7916{self._callers:07}"

    def dial(self, line: str, *steps: sipp.Step, caller: str = "", ear: Ear | None = None) -> str:
        """A client calls ``line``; returns his number (digits). The call goes on while the test goes on."""
        caller = caller or self.new_caller()
        scenario = sipp.calling(steps or (sipp.Listen(),), self.sipp.sound)
        self.sipp.start(
            scenario,
            address=CARRIER,
            port=free_udp(CARRIER),
            media=free_udp(CARRIER),
            number=line.removeprefix("+"),
            caller=caller,
            ear=ear,
        )
        return caller

    def dial_from(self, endpoint: str, password: str, number: str, *steps: sipp.Step) -> None:
        """A number is dialled by hand on the telephone of an employee."""
        scenario = sipp.calling(steps or (sipp.Listen(),), self.sipp.sound, login=(endpoint, password))
        self.sipp.start(
            scenario,
            address=TELEPHONES,
            port=free_udp(TELEPHONES),
            media=free_udp(TELEPHONES),
            number=number,
            caller=endpoint,
        )

    def key(self, caller: str) -> str:
        """The key of the call from this number."""
        return self.heard.key_of(caller)

    # --- who is called -----------------------------------------------------

    def telephone(
        self,
        endpoint: str,
        password: str,
        *steps: sipp.Step,
        ring: float = 0.3,
        refuse: str = "",
        silent: bool = False,
        ear: Ear | None = None,
    ) -> None:
        """Connect a telephone: it answers after ``ring`` seconds and does the steps (by default: waits for the other side)."""
        self.unplug(endpoint)
        port = free_udp(TELEPHONES)
        self._register(endpoint, password, port, 600)
        scenario = self._scenario(steps, ring, refuse, silent)
        child = self.sipp.start(
            scenario,
            address=TELEPHONES,
            port=port,
            media=free_udp(TELEPHONES),
            times=None,
            seconds=600,
            caller=endpoint,
            ear=ear,
        )
        self.telephones[endpoint] = (child, port)
        self._until_bound(TELEPHONES, port)

    def _scenario(self, steps: Sequence[sipp.Step], ring: float, refuse: str, silent: bool) -> str:
        if refuse:
            return sipp.refusing(refuse)
        return sipp.silent() if silent else sipp.ringing(steps or (sipp.Listen(60),), self.sipp.sound, ring=ring)

    def _register(self, endpoint: str, password: str, port: int, expires: int) -> None:
        child = self.sipp.start(
            sipp.registering(endpoint, password, expires), address=TELEPHONES, port=port, media=free_udp(TELEPHONES), seconds=10,
        )  # fmt: skip
        assert child.wait(10) == 0, f"{endpoint} could not register: {self._errors()}"

    def _errors(self) -> str:
        return "\n".join(path.read_text(errors="replace")[:600] for path in sorted(self.folder.glob("*.err"))[-3:])

    def unplug(self, endpoint: str, password: str = "") -> None:
        """Take a telephone off; with its password it also says good-bye."""
        known = self.telephones.pop(endpoint, None)
        if known is None:
            return
        self.sipp.stop(known[0])
        if password:
            self._register(endpoint, password, known[1], 0)

    def carrier(
        self,
        port: int,
        *steps: sipp.Step,
        ring: float = 0.2,
        refuse: str = "",
        silent: bool = False,
        ear: Ear | None = None,
    ) -> None:
        """Somebody who can be called through the carrier at CARRIER:``port``."""
        scenario = self._scenario(steps, ring, refuse, silent)
        self.sipp.start(
            scenario,
            address=CARRIER,
            port=port,
            media=free_udp(CARRIER),
            times=None,
            seconds=600,
            caller="client",
            ear=ear,
        )
        self._until_bound(CARRIER, port)

    def _until_bound(self, address: str, port: int) -> None:
        import socket

        until = time.monotonic() + 5
        while time.monotonic() < until:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                try:
                    probe.bind((address, port))
                except OSError:
                    return
            time.sleep(SETTLE)
        raise AssertionError("sipp does not start")

    # --- what it wrote -----------------------------------------------------

    def log_lines(self) -> list[str]:
        """Warnings and errors of Asterisk."""
        path: Path = self.node.log / "messages.log"
        lines = path.read_text(errors="replace").splitlines() if path.exists() else []
        return [line for line in lines if "ERROR[" in line or "WARNING[" in line]
