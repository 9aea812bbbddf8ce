"""Where the sounds are kept: a folder of the product, or an S3-compatible storage (docs/settings.md).

A sound gets its name once and its bytes never change, so putting it twice is the same as putting it once.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from django.core.files.storage import FileSystemStorage, storages

PIECE = 65_536  # bytes handed over at a time


class Gone(Exception):
    """There is no such sound in the storage."""


class Shelf(Protocol):
    """A place for sounds. Names are relative paths; positions are bytes."""

    def put(self, name: str, source: Path) -> int:
        """Keep the file's bytes under ``name`` (all or nothing, again as often as one likes); how many."""

    def size(self, name: str) -> int:
        """How many bytes. Gone when there is none."""

    def pieces(self, name: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from ``start`` to before ``end``, a piece at a time. Gone when there is none."""

    def drop(self, name: str) -> None:
        """Remove the sound; nothing happens when it is gone already."""


def shelf() -> Shelf:
    """The storage of this installation."""
    storage: Any = storages["recordings"]
    return FolderShelf(Path(storage.location)) if isinstance(storage, FileSystemStorage) else S3Shelf(storage)


class FolderShelf:
    """A folder; a sound appears under its name when it is whole and on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, source: Path) -> int:
        """Copy aside, make it last, then rename."""
        target = self._path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            with source.open("rb") as given, open(partial, "wb", opener=_private) as kept:
                while piece := given.read(PIECE):
                    kept.write(piece)
                kept.flush()
                os.fsync(kept.fileno())
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        _settle(target.parent)
        return target.stat().st_size

    def size(self, name: str) -> int:
        """Bytes of the file."""
        try:
            return self._path(name).stat().st_size
        except OSError:
            raise Gone(name) from None

    def pieces(self, name: str, start: int, end: int) -> Iterator[bytes]:
        """Opened at once, read as it is taken."""
        try:
            file = self._path(name).open("rb")
        except OSError:
            raise Gone(name) from None
        return self._read(file, start, end)

    def _read(self, file: Any, start: int, end: int) -> Iterator[bytes]:
        with file:
            file.seek(start)
            left = end - start
            while left > 0 and (piece := file.read(min(PIECE, left))):
                left -= len(piece)
                yield piece

    def drop(self, name: str) -> None:
        """Unlink."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise Gone(name)
        return path


def _private(path: str, flags: int) -> int:
    """A talk is for the product's own user."""
    return os.open(path, flags, 0o600)


def _settle(folder: Path) -> None:
    """Make the new name in the folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class S3Shelf:
    """A bucket: an object appears when it is whole, which is what S3 promises."""

    def __init__(self, storage: Any) -> None:
        self.storage = storage

    def put(self, name: str, source: Path) -> int:
        """Upload."""
        from django.core.files import File

        with source.open("rb") as given:
            self.storage.save(name, File(given))
        return source.stat().st_size

    def size(self, name: str) -> int:
        """One question to the storage."""
        try:
            return int(self.storage.size(name))
        except FileNotFoundError:
            raise Gone(name) from None

    def pieces(self, name: str, start: int, end: int) -> Iterator[bytes]:
        """Only the bytes asked for leave the storage."""
        from botocore.exceptions import ClientError

        key = self.storage._normalize_name(name)
        try:
            answer = self.storage.bucket.Object(key).get(Range=f"bytes={start}-{end - 1}")
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") in (404, 416):
                raise Gone(name) from None
            raise
        pieces: Iterator[bytes] = answer["Body"].iter_chunks(PIECE)
        return pieces

    def drop(self, name: str) -> None:
        """Delete; S3 is content when there is nothing to delete."""
        self.storage.delete(name)
