"""Backup and restore: one tar with the base (pg_dump), recordings, files and the key.

The columnar store is not in it: the worker pours it anew from the base.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from perezvon import __version__
from perezvon.config.postgres import binaries

FORMAT = 1
FOLDERS = ("recordings", "media", "files")
FILES = ("secret_key",)
Progress = Callable[[int, int, str], None]


class ArchiveFailed(Exception):
    """The archive cannot be written or read; the text says why."""


def write(path: Path | None, *, progress: Progress) -> Path:
    """Write the archive and return where it is; a broken attempt leaves nothing. Raises ArchiveFailed."""
    now = datetime.now(UTC)
    target = path or settings.HOME / "backups" / f"perezvon-{now:%Y%m%d-%H%M%S}.tar"
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        dump = Path(folder) / "database.dump"
        _dump(dump, progress)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
            _add_text(tar, "manifest.json", json.dumps(_manifest(now), indent=1))
            tar.add(dump, "database.dump")
            _add_home(tar, progress)
    partial.replace(target)
    return target


def _manifest(now: datetime) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute("select app, max(name) from django_migrations group by app order by app")
        applied = dict(cursor.fetchall())
    return {"format": FORMAT, "version": __version__, "made_at": now.isoformat(), "migrations": applied}


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(text.encode())
    info.mtime = int(time.time())
    tar.addfile(info, io.BytesIO(text.encode()))


def _add_home(tar: tarfile.TarFile, progress: Progress) -> None:
    found = [path for folder in FOLDERS for path in sorted((settings.HOME / folder).rglob("*")) if path.is_file()]
    found += [settings.HOME / name for name in FILES if (settings.HOME / name).exists()]
    for number, path in enumerate(found, 1):
        tar.add(path, f"home/{path.relative_to(settings.HOME)}")
        progress(number, len(found), "Files")


def _dump(target: Path, progress: Progress) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    command = [_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={target}", *_address()]
    with subprocess.Popen(command, env=_environment(), stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            done = target.stat().st_size if target.exists() else 0
            progress(min(done * 6, size), size, "Base")  # a dump is about a sixth of the base
            time.sleep(0.1)
        assert process.stderr is not None
        if process.returncode:
            raise ArchiveFailed(f"pg_dump failed: {process.stderr.read().strip()}")
    progress(size, size, "Base")


def read(path: Path, *, progress: Progress) -> None:
    """Fill the empty base and home from an archive. Raises ArchiveFailed."""
    _refuse_a_full_base()
    with tarfile.open(path) as tar, tempfile.TemporaryDirectory() as folder:
        _check(tar)
        progress(0, 3, "Reading")
        _take(tar, tar.getmember("database.dump"), Path(folder) / "database.dump")
        progress(1, 3, "Base")
        _pour(Path(folder) / "database.dump")
        progress(2, 3, "Files")
        for member in tar.getmembers():
            if member.isfile() and member.name.startswith("home/"):
                _take(tar, member, _inside(settings.HOME, member.name.removeprefix("home/")))
    call_command("migrate", interactive=False, verbosity=0)
    from perezvon.journey.actions import start_epoch

    start_epoch(at=datetime.now(UTC))
    progress(3, 3, "Done")


def _refuse_a_full_base() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_tables where schemaname = 'public'")
        if cursor.fetchone()[0]:
            raise ArchiveFailed(
                "The base is not empty. Restore into a new one: PEREZVON_HOME=/an/empty/folder, or an empty DATABASE_URL."
            )


def _check(tar: tarfile.TarFile) -> None:
    try:
        file = tar.extractfile("manifest.json")
        assert file is not None
        manifest = json.load(file)
    except (KeyError, ValueError) as error:
        raise ArchiveFailed("This is not an archive of perezvon backup.") from error
    if manifest.get("format") != FORMAT:
        raise ArchiveFailed(f"The archive was made by version {manifest.get('version')}, which this one cannot read.")


def _inside(home: Path, name: str) -> Path:
    """Where a file of the archive belongs. Raises ArchiveFailed for one that would leave the home."""
    target = (home / name).resolve()
    if not target.is_relative_to(home.resolve()):
        raise ArchiveFailed(f"The archive holds a file that does not belong into it: {name}")
    return target


def _take(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """One plain file, readable by the owner only where it was so (tarfile's own filters came with Python 3.11.4)."""
    source = tar.extractfile(member)
    assert source is not None
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)  # the key is there already; a link is not followed
    with source, open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, member.mode & 0o755), "wb") as file:
        shutil.copyfileobj(source, file)


def _pour(dump: Path) -> None:
    connection.close()
    command = [
        _program("pg_restore"),
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        f"--dbname={settings.DATABASES['default']['NAME']}",
        *_address()[:-1],
        str(dump),
    ]
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise ArchiveFailed(f"pg_restore failed, the base is as it was: {done.stderr.strip()[-2000:]}")


def _program(name: str) -> str:
    folder = binaries.find()
    if folder is None:
        raise ArchiveFailed(f"{name} was not found: set PG_BIN to the folder of PostgreSQL's programs.")
    return str(folder / name)


def _address() -> list[str]:
    base = settings.DATABASES["default"]
    pairs = (("host", base["HOST"]), ("port", base["PORT"]), ("username", base["USER"]))
    return [f"--{name}={value}" for name, value in pairs if value] + [str(base["NAME"])]


def _environment() -> dict[str, str]:
    return {**os.environ, "PGPASSWORD": str(settings.DATABASES["default"]["PASSWORD"] or "")}
