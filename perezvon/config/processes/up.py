"""`perezvon up`: everything on one machine, started in order and looked after until a signal.

Order: the port, PostgreSQL, migrations, web, worker, listen; the demo company last, while the pages already answer.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import logging
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
from rich.console import Console

from perezvon.config import worker
from perezvon.config.demo import UNFINISHED
from perezvon.config.env import Env
from perezvon.config.postgres import Cluster, PostgresFailed
from perezvon.config.processes import web
from perezvon.config.processes.exchange import ExchangeKeeper
from perezvon.config.processes.supervisor import Child, Supervisor

log = logging.getLogger("perezvon.up")
PEREZVON = (sys.executable, "-m", "perezvon")
DATABASE_LOOK = 0.5  # seconds between looks at PostgreSQL
DATABASE_PAUSE = 2.0  # seconds before PostgreSQL is started once more
FIRST_ANSWER = 120.0


class CannotStart(Exception):
    """Something is in the way; the text says what to do."""


def up(env: Env, *, demo: bool, console: Console) -> None:
    """Run the product until SIGTERM or Ctrl-C. Raises CannotStart, PortTaken, PostgresFailed."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(only_one(env))
        listener = stack.enter_context(web.listening_socket(env.host, env.port))
        keeper = None
        if env.is_embedded:
            console.print("PostgreSQL ...", style="dim")
            cluster = stack.enter_context(Cluster(env.home))
            os.environ["DATABASE_URL"] = cluster.url
            keeper = DatabaseKeeper(cluster)
        console.print("Tables ...", style="dim")
        migrate()
        warn_of_half_a_demo(env, console)
        first, *others = web.children(env, listener)
        background = Child("worker", (*PEREZVON, "worker"))
        gate = DemoGate(os.environ["DATABASE_URL"]) if demo and is_empty() else None
        # On a small machine starting all at once delays the first page and readiness alike.
        later = [*others, *_listen(), *([gate.child] if gate else [])]
        for child in later:
            child.waits = True
        supervisor = Supervisor([first, background, *later], chores=[part.look for part in (keeper, gate) if part])
        supervisor.chores.append(ExchangeKeeper(env.home, supervisor).look)
        supervisor.chores.append(Greeting(env, console, supervisor.release).look)
        supervisor.stop_on_signals()
        supervisor.run()
    console.print("Stopped.", style="dim")


@contextlib.contextmanager
def only_one(env: Env) -> Iterator[None]:
    """One `perezvon up` per home; its lock tells other commands the address. Raises CannotStart."""
    home = env.home
    home.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(home / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.read(descriptor, 20).decode().partition(" ")[0] or "?"
        os.close(descriptor)
        raise CannotStart(
            f"Perezvon already runs on {home} (process {owner}). Stop that one first, or give this one its own PEREZVON_HOME."
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()} {env.address}".encode())
    try:
        yield
    finally:
        os.close(descriptor)


def migrate() -> None:
    """Bring the tables up to this code; one process at a time in the whole installation."""
    command = [sys.executable, "-m", "perezvon.config.manage", "migrate", "--no-input"]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(7001415)")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotStart(f"The tables could not be brought up to date:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")


def _listen() -> list[Child]:
    present = importlib.util.find_spec("perezvon.telephony.listen") is not None
    return [Child("listen", (*PEREZVON, "listen"))] if present else []


def is_empty() -> bool:
    """Whether nobody can sign in yet: the base is new."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return connection.execute("select 1 from staff_user limit 1").fetchone() is None


def warn_of_half_a_demo(env: Env, console: Console) -> None:
    """Say so when the demo company was stopped while it was being built: it cannot go on where it was."""
    if (env.home / UNFINISHED).exists():
        console.print(
            f"The demo company is unfinished, its building was interrupted. For a whole one: stop this, remove {env.home}, "
            "start again.",
            style="yellow",
        )


class DemoGate:
    """Holds the worker's lanes back until the demo company is built: it lives through its months on its own clock."""

    def __init__(self, url: str) -> None:
        self.child = Child("demo", (*PEREZVON, "demo", "--lanes-wait"), once=True)
        self.connection: psycopg.Connection | None = psycopg.connect(url, autocommit=True)
        self.connection.execute("select pg_advisory_lock(%s)", (worker.DEMO_LOCK,))

    def look(self) -> None:
        if self.connection is not None and self.child.is_done:
            self.connection.close()
            self.connection = None


class DatabaseKeeper:
    """Starts the embedded PostgreSQL again when it died."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.next_look = 0.0

    def look(self) -> None:
        if time.monotonic() < self.next_look:
            return
        self.next_look = time.monotonic() + DATABASE_LOOK
        if self.cluster.is_alive():
            return
        log.error("PostgreSQL died; it is started again")
        try:
            self.cluster.start(seconds=60)
        except PostgresFailed as error:
            log.error("PostgreSQL did not start: %s", error)
            self.next_look = time.monotonic() + DATABASE_PAUSE


class Greeting:
    """Once the pages answer: prints the address and lets the rest start. Says when that takes too long."""

    def __init__(self, env: Env, console: Console, release: Callable[[], None]) -> None:
        self.env, self.console, self.release = env, console, release
        self.began, self.is_said = time.monotonic(), False

    def look(self) -> None:
        if self.is_said:
            return
        late = time.monotonic() - self.began > FIRST_ANSWER
        if not late and not answers(self.env):
            return
        self.is_said = True
        self.release()
        if late:
            self.console.print("The pages do not answer yet; see the lines above, or run: perezvon doctor", style="red")
            return
        self.console.print(f"\nPerezvon is at [bold]{self.env.address}[/]   (Ctrl-C stops it)\n")


def answers(env: Env) -> bool:
    """Whether a web process answers on the port."""
    host = "127.0.0.1" if env.host in ("0.0.0.0", "") else "[::1]" if env.host == "::" else env.host
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{host}:{env.port}/healthz", timeout=0.15) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def running_address(home: Path) -> str:
    """Where the `perezvon up` of this home serves its pages; "" when none runs."""
    try:
        pid, address = (home / "up.lock").read_text().split()
        return address if psutil.pid_exists(int(pid)) else ""
    except (OSError, ValueError):
        return ""
