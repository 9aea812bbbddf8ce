"""One running Asterisk: ours by the generated configuration, or the same one bare."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.pbx.floor import Floor
from perezvon.config.processes.supervisor import die_with

START_SECONDS = 30.0


class Engine:
    """A context manager around the process; ``node`` tells where it lives and listens."""

    def __init__(self, program: Any, node: Any, files: Mapping[str, str]) -> None:
        self.program, self.node, self.files = program, node, files
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self.process is not None
        return self.process.pid

    @property
    def sounds(self) -> Path:
        """Where it records to."""
        return Path(self.node.recordings)

    def __enter__(self) -> Engine:
        from perezvon.telephony.pbx import instance

        shutil.rmtree(self.node.folder, ignore_errors=True)  # nothing of an earlier run, above all no registrations
        instance.write(self.node, self.files)
        parent = os.getpid()
        self.process = subprocess.Popen(
            instance.command(self.program, self.node), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd=self.node.folder, preexec_fn=lambda: die_with(parent),
        )  # fmt: skip
        until = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                self.__exit__()
                raise RuntimeError(f"Asterisk did not start: {instance.last_words(self.node)}")
            time.sleep(0.1)
        return self

    def _is_ready(self) -> bool:
        """Whether it says that everything is loaded: AMI answers long before that."""
        from perezvon.telephony.pbx import instance

        if not instance.is_up(self.node):
            return False
        told = subprocess.run(
            [*self.program.command, "-C", str(self.node.etc / "asterisk.conf"), "-rx", "core show uptime"],
            capture_output=True, text=True, timeout=20, check=False,
        ).stdout  # fmt: skip
        return "System uptime" in told

    def __exit__(self, *_: object) -> None:
        from perezvon.telephony.pbx import instance

        if self.process is not None and self.process.poll() is None:
            instance.stop(self.process)
        with suppress(OSError):
            shutil.rmtree(self.node.folder)


def installed() -> Any:
    """The Asterisk of this machine, fetched when it is not there. PbxError says why it cannot be had."""
    from perezvon.telephony.pbx.install import install
    from perezvon.telephony.testing_pbx.plugin import shared_folder

    os.environ.setdefault("PEREZVON_PBX", str(shared_folder()))
    return install(shared_folder())


def ours(floor: Floor, program: Any) -> Engine:
    """With everything that the product makes of its settings."""
    from perezvon.telephony.pbx import nodes
    from perezvon.telephony.pbx.generate import filled, generate
    from perezvon.telephony.pbx.snapshot import secrets_of

    plan, secrets = nodes.plan_for(floor.provider), secrets_of(floor.provider)
    return Engine(program, plan.node, {name: filled(text, secrets) for name, text in generate(plan).items()})


def bare(floor: Floor, program: Any, folder: Path) -> Engine:
    """The same queues, telephones and recording; no stages, no question, no diary, nobody who listens."""
    from perezvon.telephony.pbx import nodes
    from perezvon.telephony.pbx.generate import filled, generate
    from perezvon.telephony.pbx.snapshot import secrets_of
    from perezvon.telephony.testing_pbx.ports import free_port

    plan = nodes.plan_for(floor.provider)
    shutil.rmtree(folder / "bare-recordings", ignore_errors=True)
    settings = {**plan.node.settings, "port": free_port()}  # the listener does not know it
    plan = replace(
        plan, node=replace(plan.node, folder=folder / "bare", recordings=folder / "bare-recordings", settings=settings)
    )
    files = {
        **generate(plan), "extensions.conf": _dialplan(plan), "cel.conf": "[general]\nenable = no\n",
        "cel_custom.conf": "; None.\n",
    }  # fmt: skip
    secrets = secrets_of(floor.provider)
    return Engine(program, plan.node, {name: filled(text, secrets) for name, text in files.items()})


def _dialplan(plan: Any) -> str:
    """Number -> the same queue with the same three recorded files."""
    file = f"{plan.node.recordings}/${{CHANNEL(linkedid)}}"
    lines = ["[general]", "autofallthrough = yes", "", *(f"[from-{trunk.endpoint}]" for trunk in plan.live_trunks())]
    keys = {f"queue:{queue.id}": queue.key for queue in plan.live_queues()}
    for line in plan.live_lines():
        lines += [
            f"exten => {line.number.removeprefix('+')},1,Answer()",
            f" same => n,MixMonitor({file}.wav,br({file}-rx.wav)t({file}-tx.wav))",
            f" same => n,Queue({keys[line.open_to]},t)",
        ]
    return "\n".join([*lines, ""])
