"""Reading on in the exchange's diary: from where it was left, through files that were put aside, not a line twice.

A file is known by its first line (moments and call ids make it unique), not by its name or inode: homes are moved,
copied and restored. Asterisk opens the file anew for every line, so it may be renamed at any moment.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .cel import Row, row_of

MOST_BYTES = 32_000_000  # of the end of a diary that was never read: some ten thousand calls
PIECE = 4_000_000  # bytes read at a time
LARGE = 16_000_000  # bytes: a larger file is put aside
ASIDE = ".1"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the diary: the file and bytes from its beginning; ``file`` "" = nothing was read yet."""

    file: str = ""
    offset: int = 0


@dataclass(slots=True)
class Written:
    """The rows of one call, and where the first of them stands."""

    first: Place
    rows: list[Row] = field(default_factory=list)


class Diary:
    """``calls`` are those whose rows were read and not let go yet, the earliest first."""

    def __init__(self, path: Path, place: Place | None = None) -> None:
        self.path, self.place = path, place or Place()
        self.calls: dict[str, Written] = {}

    def read_on(self, most: int = PIECE) -> bool:
        """Read what came since, about ``most`` bytes of it; whether there was anything."""
        left = most
        for path, name in self._files():
            if left <= 0:
                break
            left -= self._read(path, name, left)
        return left < most

    def kept(self) -> Place:
        """Where to begin after a restart: at the first row of the earliest call that is not let go yet."""
        return next((written.first for written in self.calls.values()), self.place)

    def put_aside(self, large: int = LARGE) -> bool:
        """Begin a new file when this one is large and read; one old file is kept. OSError does not matter: later, then."""
        try:
            if self.path.stat().st_size < large or name_of(self.path) != self.place.file:
                return False
            if self.kept().file != self.place.file:  # the old file is still needed
                return False
            self.path.replace(self.path.with_name(self.path.name + ASIDE))
        except OSError:
            return False
        return True

    def _read(self, path: Path, name: str, most: int) -> int:
        """Whole lines from where we are; how many bytes."""
        start = self.place.offset if name == self.place.file else 0
        done = start
        try:
            with open(path, "rb") as file:
                file.seek(start)
                for line in file:
                    if not line.endswith(b"\n") or done - start >= most:
                        break
                    self._take(line, Place(name, done))
                    done += len(line)
        except OSError:
            return 0
        self.place = Place(name, done)
        return done - start

    def _take(self, line: bytes, at: Place) -> None:
        row = row_of(line.decode("utf-8", "replace").rstrip("\r\n"))
        if row is not None:
            self.calls.setdefault(row["call"], Written(at)).rows.append(row)

    def _files(self) -> Iterator[tuple[Path, str]]:
        """What is still to be read, in order: the file we were in, wherever it lies now, and those begun after it."""
        found = self._all()
        names = [name for _path, name in found]
        if self.place.file in names:
            yield from found[names.index(self.place.file) :]
        elif found:
            path, name = found[-1]
            self.place = _near_the_end(path, name) if not self.place.file else Place(name)
            yield path, name

    def _all(self) -> list[tuple[Path, str]]:
        """All files of the diary, the oldest first, the one that is written last."""
        old = [path for path in self.path.parent.glob(self.path.name + ".*") if path.is_file()]
        paths = [*sorted(old, key=_written_at), self.path]
        return [(path, name) for path in paths if (name := name_of(path))]


def name_of(path: Path) -> str:
    """The name of a file by its first line; "" when it has none yet."""
    try:
        with open(path, "rb") as file:
            first = file.readline(4096)
    except OSError:
        return ""
    return hashlib.blake2b(first, digest_size=16).hexdigest() if first.endswith(b"\n") else ""


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _near_the_end(path: Path, name: str) -> Place:
    """Where to begin in a diary that nobody read: the last part of it, from a whole line on."""
    try:
        size = path.stat().st_size
        if size <= MOST_BYTES:
            return Place(name)
        with open(path, "rb") as file:
            file.seek(size - MOST_BYTES)
            file.readline()
            return Place(name, file.tell())
    except OSError:
        return Place(name)
