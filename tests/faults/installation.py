"""A whole installation of its own for a test: `perezvon up` in a temporary home on a free port."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import psycopg

from perezvon.config.postgres import Cluster

PEREZVON = (sys.executable, "-m", "perezvon")
STARTS_WITHIN = 120.0
_tick = threading.Event()  # never set: waiting on it is a pause between looks


def free_port() -> int:
    """A port nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(question, *, within: float, every: float = 0.1):
    """The first true answer; AssertionError when there is none in time."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        answer = question()
        if answer:
            return answer
        _tick.wait(every)
    raise AssertionError(f"it did not come true within {within} seconds: {question}")


class Installation:
    """Start with ``up()``, break with ``kill()``, stop with ``down()``."""

    def __init__(self, home: Path, log: Path | None = None) -> None:
        """``log``: the file that takes what all processes say; None = the screen of the tests."""
        self.home, self.log, self.port = home, log, free_port()
        unwanted = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "TEST_DATABASE_URL")
        self.env = {name: value for name, value in os.environ.items() if name not in unwanted}
        self.env |= {
            "PEREZVON_HOME": str(home),
            "PORT": str(self.port),
            "PEREZVON_WEB_WORKERS": "1",
            "LOG_LEVEL": "WARNING",
        }
        self.base = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def up(self, within: float = STARTS_WITHIN) -> None:
        """Start everything without the demo company and wait until it is ready."""
        with contextlib.ExitStack() as files:
            said = files.enter_context(self.log.open("ab")) if self.log else None
            command = [*PEREZVON, "up", "--no-demo"]
            self.process = subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL, stderr=said)
        eventually(self.is_ready, within=within)

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.base}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def down(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def run(self, *arguments: str) -> dict:
        """Run a `perezvon` command against this installation; its JSON answer."""
        done = subprocess.run([*PEREZVON, *arguments], env=self.env, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def processes(self, name: str) -> list[psutil.Process]:
        """The running processes of a part: web, worker, listen or postgres."""
        assert self.process is not None
        if name == "postgres":
            pid = int((Path(Cluster(self.home).data) / "postmaster.pid").read_text().split()[0])
            return [psutil.Process(pid)]
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if _part_of(child) == name]

    def kill(self, name: str) -> None:
        """SIGKILL every process of a part."""
        victims = self.processes(name)
        assert victims, f"no process of {name} runs"
        for victim in victims:
            victim.kill()

    def ask(self, sql: str, *values: object) -> list[tuple]:
        """Rows straight from the database."""
        with psycopg.connect(Cluster(self.home).url) as connection:
            return connection.execute(sql, values).fetchall()


def _part_of(process: psutil.Process) -> str:
    try:
        return process.environ().get("PEREZVON_PROCESS", "").split("-")[0]  # web processes have numbers
    except psutil.Error:
        return ""
