"""The files of a server with every migration applied, kept between runs of the tests.

Sixty migrations cost half a minute of a core, and each run of the tests, each of its processes and each installation that
a test starts would pay it again. The files are made once for a set of migrations (and a month: partitions are made ahead)
and copied from there on.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from perezvon.config.postgres import Cluster
from perezvon.config.postgres import cluster as postgres

ROOT = Path(__file__).resolve().parent.parent
KEPT = 3  # sets of migrations: branches are changed to and fro
_PASSWORD = "postgres.password"


def lay(home: Path) -> None:
    """Put the files into a home without a server; a ``Cluster`` on it has the database with everything applied."""
    source = _made()
    shutil.copy2(source / _PASSWORD, home / _PASSWORD)
    folder = Cluster(home).folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _copy(source / "data", folder / "data")


def _made() -> Path:
    """The folder of this set of migrations, made when it is not there; one process makes it, the others wait."""
    shelf = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "perezvon" / "tests"
    shelf.mkdir(parents=True, exist_ok=True)
    with (shelf / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = shelf / _key()
        if not folder.exists():
            _make(folder)
            for old in sorted(shelf.glob("*-*"), key=lambda each: each.stat().st_mtime)[:-KEPT]:
                shutil.rmtree(old, ignore_errors=True)
    return folder


def _key() -> str:
    """The month, and a digest of everything that shapes a new base."""
    shaping = sorted([*ROOT.glob("*/migrations/*.py"), ROOT / "config" / "settings.py", *ROOT.glob("*/access.py")])
    digest = hashlib.sha256(sys.version.encode())
    for path in [*shaping, Path(postgres.__file__), ROOT.parent / "requirements" / "run.lock"]:
        digest.update(path.read_bytes() if path.exists() else b"")
    return f"{datetime.now(UTC):%Y-%m}-{digest.hexdigest()[:16]}"


def _make(folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="perezvon-base-") as name:
        home = Path(name)
        home.chmod(0o755)  # root's PostgreSQL runs as another account
        unwanted = ("DATABASE_URL", "TEST_DATABASE_URL")
        environment = {key: value for key, value in os.environ.items() if key not in unwanted}
        with Cluster(home, settings=postgres.FOR_TESTS, dies_with_us=True) as cluster:
            subprocess.run(
                [sys.executable, "-m", "perezvon.config.manage", "migrate", "--verbosity=0"],
                env=environment | {"PEREZVON_HOME": name, "DATABASE_URL": cluster.url, "SECRET_KEY": "only-for-tests"},
                check=True,
            )
            data = cluster.data
        unfinished = folder.with_name(f".{folder.name}")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o755)
        _copy(data, unfinished / "data")
        shutil.copy2(home / _PASSWORD, unfinished / _PASSWORD)
        unfinished.rename(folder)


def _copy(source: Path, target: Path) -> None:
    """Owners and rights stay: the server's account is often another one than ours."""
    subprocess.run(["cp", "-a", source, target], check=True)
