"""Where sounds lie: HOME/pbx/sounds, a new file for every change, so that an older version still has its own."""

import os
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from django.conf import settings

_PIECE = 65_536


def folder() -> Path:
    """The folder of sounds; Asterisk reads it too."""
    return Path(settings.HOME) / "pbx" / "sounds"


def path_of(name: str) -> Path | None:
    """Where the file of that name lies; None when it is not there. The name never leads out of the folder."""
    if not name or "/" in name or "\\" in name or name.startswith("."):
        return None
    path = folder() / name
    return path if path.is_file() else None


def pieces(path: Path, start: int, end: int) -> Iterator[bytes]:
    """The bytes of a file from ``start`` to before ``end``, a piece at a time."""
    with path.open("rb") as file:
        file.seek(start)
        while start < end and (piece := file.read(min(_PIECE, end - start))):
            start += len(piece)
            yield piece


def keep(data: bytes, stem: str) -> str:
    """Write the file and return its name, ``stem`` and a few letters that depend on what is in it."""
    name = f"{stem}-{blake2b(data, digest_size=5).hexdigest()}.wav"
    target = folder() / name
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{name}.{os.getpid()}")
    partial.write_bytes(data)
    partial.replace(target)
    return name


def names() -> list[tuple[str, float]]:
    """(name, time of the last change) of every sound that lies here."""
    if not folder().is_dir():
        return []
    return [(one.name, one.stat().st_mtime) for one in folder().glob("*.wav")]


def remove(name: str) -> None:
    """Delete a file; harmless when it is gone."""
    path = path_of(name)
    if path is not None:
        path.unlink(missing_ok=True)
