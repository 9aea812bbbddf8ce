"""Backup and restore, by the command line, between two homes of their own."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="perezvon-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def perezvon(home: Path, *arguments: str, module: str = "perezvon") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}
    environment["PEREZVON_HOME"] = str(home)
    return subprocess.run([sys.executable, "-m", module, *arguments], env=environment, capture_output=True, text=True)


@pytest.mark.slow
def test_a_backup_becomes_the_same_company_elsewhere(place: Path) -> None:
    old, new, archive = place / "old", place / "new", place / "company.tar"
    assert perezvon(old, "migrate", module="perezvon.config.manage").returncode == 0
    added = perezvon(old, "user", "add", "olga@example.ru", "--name", "Ольга")
    assert added.returncode == 0 and "Password" in added.stdout, added.stderr
    (old / "recordings").mkdir()
    (old / "recordings" / "one.ogg").write_bytes(b"sound")

    written = perezvon(old, "backup", str(archive))
    assert written.returncode == 0, written.stderr
    assert archive.stat().st_mode & 0o777 == 0o600

    restored = perezvon(new, "restore", str(archive))
    assert restored.returncode == 0, restored.stderr
    assert (new / "recordings" / "one.ogg").read_bytes() == b"sound"
    again = perezvon(new, "user", "add", "olga@example.ru")
    assert again.returncode == 1, "she is there already"

    refused = perezvon(old, "restore", str(archive))
    assert refused.returncode == 1 and "not empty" in refused.stderr
