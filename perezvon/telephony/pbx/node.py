"""One Asterisk node of ours: its folders, ports and addresses, as the provider's settings tell them.

Every node has a folder of its own, so several run side by side on one machine from one program.
"""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .program import Program

_SOCKET_LIMIT = 90  # bytes of a folder's path: a Unix socket's whole path may have 107

# Harmless settings of an own exchange, what they are when nobody says otherwise.
DEFAULTS: dict[str, Any] = {
    "host": "127.0.0.1",  # where AMI is asked, by `listen` and by web processes
    "port": 5038,  # AMI
    "sip_port": 5060,
    "http_port": 8088,  # the browser's telephone: ws://http_bind:http_port/ws
    "agi_port": 4573,  # where `listen` answers the dialplan's questions
    "rtp_from": 10000,
    "rtp_to": 10999,
    "bind": "0.0.0.0",  # SIP and RTP
    "http_bind": "127.0.0.1",
    "public_address": "",  # behind NAT: what carriers see
    "local_networks": "",  # behind NAT: networks that see the real address
    "node": "node1",  # unique among nodes: call ids begin with it
    "language": "ru",
    "time_zone": "Europe/Moscow",
    "person_seconds": 25,  # how long an employee's or an outside number rings
    "qualify_seconds": 60,  # how often carriers and telephones are asked whether they are there; 0 = never
    "records_direct": True,  # calls past the queues: to the own manager, from telephones, by click
    "twin_of": 0,  # a second node with the lines, queues and telephones of another exchange: its id
    "ami_from": "",  # a node on another machine: the address of the one where `listen` runs, which it lets in
    "agi_host": "127.0.0.1",  # and where it asks: the address of `listen`
    "promise": 0,  # the prompt of the promise to call back; 0 = the built-in one
}


@dataclass(frozen=True, slots=True)
class Node:
    """Where a node lives. ``settings`` are whole: defaults filled in. Paths are absolute.

    ``recordings``: <linkedid>.wav is the talk mixed, -rx.wav what came from the recorded channel, -tx.wav what went to it.
    """

    folder: Path
    modules: Path
    data: Path
    sounds: Path
    recordings: Path
    settings: Mapping[str, Any] = field(default_factory=lambda: dict(DEFAULTS))

    @property
    def etc(self) -> Path:
        """The generated configuration."""
        return self.folder / "etc"

    @property
    def log(self) -> Path:
        """Asterisk's log, and the diary of calls (CEL) under cel-custom."""
        return self.folder / "log"

    @property
    def diary(self) -> Path:
        """The CEL file: one line per event, appended by Asterisk itself."""
        return self.log / "cel-custom" / "cel.csv"

    @property
    def run(self) -> Path:
        """The control socket; elsewhere when the folder's path is too long for a socket."""
        here = self.folder / "run"
        if len(os.fsencode(here)) <= _SOCKET_LIMIT:
            return here
        key = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"perezvon-pbx-{os.geteuid()}-{key}"

    def number(self, name: str) -> int:
        """A setting that is a whole number; the default for nonsense."""
        value = self.settings.get(name, DEFAULTS[name])
        try:
            return int(value)
        except (TypeError, ValueError):
            return int(DEFAULTS[name])

    def text(self, name: str) -> str:
        """A setting that is a text."""
        return str(self.settings.get(name) or DEFAULTS[name] or "").strip()

    def flag(self, name: str) -> bool:
        """A setting that is yes or no, however it was typed."""
        value = self.settings.get(name, DEFAULTS[name])
        return value if isinstance(value, bool) else str(value).strip().lower() in ("1", "true", "yes", "on")

    def folders(self) -> tuple[Path, ...]:
        """Everything that must exist before Asterisk starts; CEL is silently lost without its folder."""
        var = self.folder / "var"
        return (
            self.etc, self.log, self.log / "cel-custom", self.folder / "spool", self.run, var, var / "db", var / "keys",
            self.recordings, self.sounds,
        )  # fmt: skip


def node_of(folder: Path, given: Mapping[str, Any], program: Program, *, sounds: Path, recordings: Path) -> Node:
    """The node in ``folder`` of a provider with these settings."""
    return Node(folder, program.modules, program.data, sounds, recordings, settings_of(given))


def settings_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The provider's settings over the defaults; unknown ones are left out, empty ones count as not given."""
    told = {name: value for name, value in given.items() if name in DEFAULTS and value not in (None, "")}
    return {**DEFAULTS, **told}
