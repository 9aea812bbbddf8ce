"""pytest plugin: a throw-away PostgreSQL for the test session.

Loaded with `-p perezvon.config.testpg`, because pytest-django reads the settings before any conftest.py.
Each session has its own server in its own folder, so sessions may run side by side, and so does each xdist worker:
a reader of the ledger waits for every open transaction of its server, those of a neighbour's database too.
TEST_DATABASE_URL uses a given server instead; the readers' tests then need a run without xdist.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from perezvon.config import testbase
from perezvon.config.postgres import Cluster
from perezvon.config.postgres.cluster import DATABASE, FOR_TESTS

_running: list[Cluster] = []
_homes: set[Path] = set()


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """A wrapper, so that it comes before pytest-django's own hook of the same name."""
    only_hands_out = bool(getattr(early_config.known_args_namespace, "numprocesses", None))
    _prepare(with_server=not only_hands_out or "PYTEST_XDIST_WORKER" in os.environ)
    yield


def pytest_unconfigure() -> None:
    """An xdist worker may end without its exit handlers."""
    for home in tuple(_homes):
        _finish(home)


def _prepare(*, with_server: bool) -> None:
    home = Path(tempfile.mkdtemp(prefix="perezvon-test-"))
    home.chmod(0o755)  # root's PostgreSQL runs as another account; the secrets inside are 0600
    _homes.add(home)
    atexit.register(_finish, home)  # also when the session breaks before pytest's own end
    os.environ["PEREZVON_HOME"] = str(home)
    os.environ["SECRET_KEY"] = "only-for-tests"
    os.environ["PEREZVON_LANGUAGE"] = "ru"
    os.environ["PEREZVON_TIME_ZONE"] = "Europe/Moscow"
    if given := os.environ.get("TEST_DATABASE_URL"):
        os.environ["DATABASE_URL"] = given
        return
    if not with_server:
        return
    testbase.lay(home)
    cluster = Cluster(home, settings=FOR_TESTS, dies_with_us=True)
    cluster.start(seconds=60)
    os.environ["PEREZVON_TEST_TEMPLATE"] = DATABASE
    os.environ["DATABASE_URL"] = cluster.url
    _running.append(cluster)


def _finish(home: Path) -> None:
    while _running:
        _running.pop().leave()
    _homes.discard(home)
    shutil.rmtree(home, ignore_errors=True)
