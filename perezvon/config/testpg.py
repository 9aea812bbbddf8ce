"""pytest plugin: a throw-away PostgreSQL for the test session.

Loaded with `-p perezvon.config.testpg`, because pytest-django reads the settings before any conftest.py.
Each session has its own server in its own folder, so sessions may run side by side; xdist workers share their
session's server and each has its own database in it. TEST_DATABASE_URL uses a given server instead.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from perezvon.config.postgres import Cluster
from perezvon.config.postgres.cluster import FOR_TESTS

_running: list[Cluster] = []


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """A wrapper, so that it comes before pytest-django's own hook of the same name."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _prepare()
    yield


def _prepare() -> None:
    home = Path(tempfile.mkdtemp(prefix="perezvon-test-"))
    home.chmod(0o755)  # root's PostgreSQL runs as another account; the secrets inside are 0600
    atexit.register(_finish, home)  # also when the session breaks before pytest's own end
    os.environ["PEREZVON_HOME"] = str(home)
    os.environ["PEREZVON_POOL_SIZE"] = "0"  # a pool would keep the test database busy when it is dropped
    os.environ["SECRET_KEY"] = "only-for-tests"
    os.environ["PEREZVON_LANGUAGE"] = "ru"
    os.environ["PEREZVON_TIME_ZONE"] = "Europe/Moscow"
    if given := os.environ.get("TEST_DATABASE_URL"):
        os.environ["DATABASE_URL"] = given
        return
    cluster = Cluster(home, settings=FOR_TESTS, dies_with_us=True)
    cluster.start(seconds=60)
    os.environ["DATABASE_URL"] = cluster.url
    _running.append(cluster)


def _finish(home: Path) -> None:
    while _running:
        _running.pop().leave()
    shutil.rmtree(home, ignore_errors=True)
