"""Where files lie: in the product's own folder, for the product alone, under names that say nothing."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

from .checks import HEAD, MOST_BYTES, NotTaken

PIECE = 256 * 1024


def folder() -> Path:
    """The folder of all files."""
    place = Path(settings.HOME) / "files"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path_of(stored: str) -> Path:
    """Where the bytes of a file lie; its own name never comes here."""
    return folder() / stored[:2] / stored


def keep(source: IO[bytes], too_big: str) -> tuple[str, int, bytes]:
    """Write a file down: (its name here, bytes, the first of them). NotTaken with ``too_big`` when it is."""
    stored = secrets.token_hex(24)
    path = path_of(stored)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    size, head = 0, b""
    try:
        with open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as target:
            while piece := source.read(PIECE):
                size, head = size + len(piece), head or piece[:HEAD]
                if size > MOST_BYTES:
                    raise NotTaken(too_big)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return stored, size, head


def drop(stored: str) -> None:
    """Take the bytes away."""
    path_of(stored).unlink(missing_ok=True)


def pieces(stored: str, start: int, end: int) -> Iterator[bytes]:
    """The bytes from ``start`` before ``end``, piece by piece."""
    with path_of(stored).open("rb") as source:
        source.seek(start)
        while start < end and (piece := source.read(min(PIECE, end - start))):
            start += len(piece)
            yield piece
