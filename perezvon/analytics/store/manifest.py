"""Which Parquet files make up the columnar store now: one small JSON file, swapped last.

Readers open only files that the manifest names; files it no longer names stay for a while, so a reader
that started earlier never finds one missing.
"""

import json
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

KEEP_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class Poured:
    """One month in the store: the file (relative to the store), its rows and its version."""

    file: str
    rows: int
    version: int
    at: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The months poured so far. ``version`` grows with every swap; 0 = nothing was ever poured."""

    version: int = 0
    poured_at: datetime | None = None
    months: dict[str, Poured] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(month.rows for month in self.months.values())

    def files(self, since: int, until: int) -> list[str]:
        """Absolute names of the files that may hold journeys of the seconds [since, until), in order."""
        wanted = [(key, month) for key, month in sorted(self.months.items()) if _touches(key, since, until)]
        return [str(root() / month.file) for _key, month in wanted if month.rows]


def root() -> Path:
    """The folder of the columnar store of journeys."""
    return Path(settings.ANALYTICS_ROOT) / "journeys"


def key_of(month: date) -> str:
    return f"{month:%Y-%m}"


def month_of(at: datetime) -> date:
    """The month a moment belongs to in the store: that of UTC."""
    return at.astimezone(UTC).date().replace(day=1)


def bounds(month: date) -> tuple[datetime, datetime]:
    """The first moment of a month and of the next one, UTC."""
    start = datetime(month.year, month.month, 1, tzinfo=UTC)
    index = month.year * 12 + month.month
    return start, datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)


def _touches(key: str, since: int, until: int) -> bool:
    start, end = bounds(date.fromisoformat(f"{key}-01"))
    return start.timestamp() < until and end.timestamp() > since


def _path() -> Path:
    return root() / "manifest.json"


def current() -> Manifest:
    """The manifest as it is on the disk; parsed again only when the file was swapped."""
    try:
        state = _path().stat()
    except FileNotFoundError:
        return Manifest()
    return _parsed(str(_path()), state.st_mtime_ns, state.st_ino)


@lru_cache(maxsize=2)
def _parsed(path: str, _changed: int, _inode: int) -> Manifest:
    data: dict[str, Any] = json.loads(Path(path).read_text())
    return Manifest(
        version=data["version"],
        poured_at=datetime.fromisoformat(data["poured_at"]),
        months={key: Poured(**month) for key, month in data["months"].items()},
    )


def swap(months: dict[str, Poured], *, at: datetime) -> Manifest:
    """Make ``months`` the store; earlier readers keep the files they have."""
    data = {
        "version": current().version + 1,
        "poured_at": at.isoformat(),
        "months": {key: _as_dict(month) for key, month in sorted(months.items())},
    }
    fresh = _path().with_suffix(".tmp")
    fresh.write_text(json.dumps(data, indent=1))
    os.replace(fresh, _path())
    return current()


def _as_dict(month: Poured) -> dict[str, Any]:
    return {"file": month.file, "rows": month.rows, "version": month.version, "at": month.at}


def sweep() -> int:
    """Remove files that no reader can still want; how many were removed."""
    wanted = {str(root() / month.file) for month in current().months.values()}
    old = [
        path
        for path in root().glob("month=*/*")
        if str(path) not in wanted and time.time() - path.stat().st_mtime > KEEP_SECONDS
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
