"""The embedded PostgreSQL through its whole life."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from perezvon.config.postgres import Cluster, PostgresFailed
from perezvon.config.postgres.cluster import FOR_TESTS
from tests.faults.installation import eventually


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="perezvon-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def cluster(home: Path) -> Cluster:
    return Cluster(home, settings=FOR_TESTS, dies_with_us=True)


def ask(server: Cluster, sql: str) -> object:
    with psycopg.connect(server.url) as connection:
        return connection.execute(sql).fetchone()[0]  # type: ignore[call-overload,index]


def test_cyrillic_is_understood(home: Path) -> None:
    with cluster(home) as server:
        assert ask(server, "select upper('ёжик') || lower('ЁЛКА')") == "ЁЖИКёлка"
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("create extension pg_trgm")
        assert float(str(ask(server, "select similarity('Иванов', 'иванова')"))) > 0.6


def test_the_door_is_locked(home: Path) -> None:
    with cluster(home) as server:
        assert os.stat(server.sockets).st_mode & 0o077 == 0
        assert ask(server, "show listen_addresses") == ""
        wrong = server.url.replace(server.password, "guess")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(wrong)


def test_a_second_user_joins_and_the_last_one_stops_it(home: Path) -> None:
    first, second = cluster(home), cluster(home)
    first.start()
    second.start()
    assert second.process is None, "it was adopted, not started again"
    first.leave()
    assert second.answers()
    second.leave()
    first.process.wait()  # its child, though another one stopped it
    assert not second.answers()


def test_what_was_committed_survives_kill_9(home: Path) -> None:
    server = Cluster(home, dies_with_us=True)  # with the product's own settings: every commit is on disk
    server.start()
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept select generate_series(1, 1000)")
    os.kill(server._pid(), signal.SIGKILL)
    server.process.wait()
    eventually(lambda: not server.answers(), within=5)

    def starts() -> bool:
        try:
            server.start(seconds=30)
        except PostgresFailed:
            return False  # its children still hold the shared memory
        return True

    eventually(starts, within=30)
    assert ask(server, "select count(*) from kept") == 1000
    server.leave()


def test_a_stale_pid_of_a_stranger_does_not_stop_the_start(home: Path) -> None:
    server = cluster(home)
    server.start()
    pidfile = (server.data / "postmaster.pid").read_text()
    server.leave()
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        lines = pidfile.split("\n")
        (server.data / "postmaster.pid").write_text("\n".join([str(stranger.pid), *lines[1:]]))
        again = cluster(home)
        again.start(seconds=20)
        assert again.answers()
        again.leave()
    finally:
        stranger.communicate(b"\n")


def test_other_programs_refuse_other_data(home: Path) -> None:
    server = cluster(home)
    with server:
        version = (server.data / "PG_VERSION").read_text()
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgresFailed, match="perezvon backup"):
        server.start()
    (server.data / "PG_VERSION").write_text(version)
