"""Answering a slice: from the Parquet files, corrected by what changed since, or from PostgreSQL itself."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from .. import journeys, sql
from ..slices import Slice
from . import duck
from .manifest import Manifest, current

Rows = list[tuple[Any, ...]]
Written = tuple[str, list[Any]]
#: writes the SQL of a question over the journeys that the given text selects
Write = Callable[[str, sql.Dialect], Written]

_FRESH = (
    "SELECT coalesce(json_agg(j), '[]')::text, coalesce(array_agg(ticket), '{}') FROM ("
    + journeys.select("id IN (SELECT ticket_id FROM analytics_dirty)")
    + ") AS j"
)
_TYPES = json.dumps([journeys.COLUMNS])
_NAMES = ", ".join(journeys.COLUMNS)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How a figure was made: from the store of ``poured_at`` (None = PostgreSQL alone) and newer rows."""

    poured_at: datetime | None
    version: int
    stored: int
    changed: int


@dataclass(slots=True)
class Reading:
    """One moment of the store: every question asked of it sees the same journeys.

    Rows that changed are read before the manifest, so a pouring that ends in between shows the new
    version of them and never an old one.
    """

    fresh: str
    stale: list[int]
    manifest: Manifest

    @classmethod
    def now(cls) -> "Reading":
        """Look at what changed, then at the manifest."""
        fresh, stale = ("[]", []) if not current().version else _changed()
        return cls(fresh, stale, current())

    @property
    def freshness(self) -> Freshness:
        manifest = self.manifest
        return Freshness(manifest.poured_at, manifest.version, manifest.rows, len(self.stale))

    def counted(self, spec: Slice) -> Rows:
        """The rows of a slice: the values of ``spec.by``, then those of ``spec.measures``."""
        return self.ask(spec, lambda source, dialect: sql.counted(spec, source, dialect))

    def ask(self, spec: Slice, write: Write) -> Rows:
        """Any question over the journeys of a slice's periods."""
        if not self.manifest.version:
            return _from_base(spec, write)
        source, values = self._source(spec)
        text, more = write(source, sql.DUCKDB)
        return duck.rows(text, values + more)

    def _source(self, spec: Slice) -> Written:
        files = self.manifest.files(spec.since, spec.until)
        names = "[" + ", ".join(duck.quoted(file) for file in files) + "]"
        stored = f"SELECT {_NAMES} FROM read_parquet({names})"
        if not self.stale:
            return (stored if files else _nothing()), []
        unpacked = f"SELECT unnest(from_json(?, '{_TYPES}'), recursive := true)"
        if not files:
            return f"SELECT {_NAMES} FROM ({unpacked})", [self.fresh]
        text = f"{stored} WHERE ticket NOT IN (SELECT unnest(?::BIGINT[])) UNION ALL SELECT {_NAMES} FROM ({unpacked})"
        return text, [self.stale, self.fresh]


def _changed() -> tuple[str, list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(_FRESH)
        fresh, stale = cursor.fetchone()
        return fresh, list(stale)


def _nothing() -> str:
    columns = ", ".join(f"NULL::{kind} AS {name}" for name, kind in journeys.COLUMNS.items())
    return f"SELECT {columns} WHERE false"


def _from_base(spec: Slice, write: Write) -> Rows:
    within = f"opened_at >= to_timestamp({spec.since}) AND opened_at < to_timestamp({spec.until})"
    text, values = write(journeys.select(within), sql.POSTGRES)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()
