"""The real processes under test: PostgreSQL, one web process, one worker."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from perezvon.config.postgres import Cluster
from perezvon.config.processes.supervisor import die_with

START_SECONDS = 60
GRACE = 30  # seconds to end in peace


@dataclass
class House:
    """A home with a running database; web, worker and listener are started when a row needs them."""

    home: Path
    cluster: Cluster = field(init=False)
    port: int = 0
    web: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None
    listen: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> House:
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o755)  # root's PostgreSQL runs as another account
        self.cluster = Cluster(self.home, dies_with_us=True)
        self.cluster.start()
        os.environ.update(
            {
                "PEREZVON_HOME": str(self.home),
                "DATABASE_URL": self.cluster.url,
                "PEREZVON_LANGUAGE": "ru",
                "PEREZVON_LOG_LEVEL": "WARNING",
                "PEREZVON_WEB_WORKERS": "1",
                "DJANGO_SETTINGS_MODULE": "perezvon.config.settings",
                "SECRET_KEY": "only-for-the-benchmark",
            }
        )
        return self

    def __exit__(self, *_: object) -> None:
        running = [process for process in (self.listen, self.worker, self.web) if process is not None]
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.cluster.leave()

    def open(self) -> None:
        """Start one web process (uvicorn) and one worker, and wait until the first page is served."""
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(2048)
        listener.set_inheritable(True)
        self.port = listener.getsockname()[1]
        self.web = self._start("perezvon.config.processes.web", str(listener.fileno()), pass_fds=(listener.fileno(),))
        listener.close()
        self.worker = self._start("perezvon", "worker")
        self._wait()

    def hear(self) -> None:
        """Start the listener of the exchanges beside them."""
        self.listen = self._start("perezvon", "listen")

    def _start(self, *module: str, pass_fds: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
        """A process of the product; the kernel ends it when the benchmark dies."""
        figures, parent = self.home / "metrics", os.getpid()
        figures.mkdir(exist_ok=True)
        environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(figures)}
        with (self.home / "bench.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *module], env=environment, pass_fds=pass_fds, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=lambda: die_with(parent),
            )  # fmt: skip

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"the web process does not answer; see {self.home}/bench.log")

    @property
    def application(self) -> dict[str, int]:
        """The process ids of the application: web and worker, and the listener where there is one."""
        named = {"web": self.web, "worker": self.worker, "listen": self.listen}
        return {name: process.pid for name, process in named.items() if process is not None}

    @property
    def web_only(self) -> dict[str, int]:
        """The web process alone: the worker has no part in a page that only reads."""
        return {"web": self.application["web"]}

    @property
    def database(self) -> int:
        """The process id of PostgreSQL's postmaster."""
        return int((self.cluster.data / "postmaster.pid").read_text().split()[0])
