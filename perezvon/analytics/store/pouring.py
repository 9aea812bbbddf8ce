"""From PostgreSQL into one month's Parquet file: COPY to a file, DuckDB sorts and packs it.

Measured beside ADBC with Arrow: docs/decisions/ (the COPY way needs neither library in the process).
"""

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection

from .. import journeys
from . import duck
from .manifest import Poured, bounds, current, key_of, root


@dataclass(frozen=True, slots=True)
class Sums:
    """What the nightly balance compares: rows, places, sales and kopecks of a month."""

    rows: int
    places: int
    sales: int
    revenue: int


SUMS = "count(*), coalesce(sum(place), 0), coalesce(sum(sales), 0), coalesce(sum(revenue), 0)"
_WITHIN = "opened_at >= %s AND opened_at < %s"


def pour_month(month: date, *, at: datetime) -> Poured:
    """Write a month anew under a new name and return its entry for the manifest; nobody reads it yet."""
    before = current().months.get(key_of(month))
    version = before.version + 1 if before else 1
    file = f"month={key_of(month)}/part-{version}.parquet"
    target = root() / file
    target.parent.mkdir(parents=True, exist_ok=True)
    raw, packed = target.with_suffix(".csv"), target.with_suffix(".tmp")
    try:
        _copy_out(month, raw)
        rows = _pack(raw, packed)
        os.replace(packed, target)
    finally:
        raw.unlink(missing_ok=True)
        packed.unlink(missing_ok=True)
    return Poured(file=file, rows=rows, version=version, at=at.isoformat())


def _copy_out(month: date, raw: Path) -> None:
    statement = f"COPY ({journeys.select(_WITHIN)}) TO STDOUT (FORMAT csv, NULL '~')"
    connection.ensure_connection()
    with raw.open("wb") as out, connection.connection.cursor() as cursor, cursor.copy(statement, bounds(month)) as copy:
        for chunk in copy:
            out.write(chunk)


def _pack(raw: Path, packed: Path) -> int:
    columns = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in journeys.COLUMNS.items()) + "}"
    source = f"read_csv({duck.quoted(str(raw))}, header = false, nullstr = '~', auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {columns})"
    duck.rows(
        f"COPY (SELECT * FROM {source} ORDER BY opened, ticket) TO {duck.quoted(str(packed))} "
        "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 50000)"
    )
    return int(duck.rows(f"SELECT count(*) FROM read_parquet({duck.quoted(str(packed))})")[0][0])


def sums_in_store(month: date) -> Sums:
    """The sums of a poured month as the file has them."""
    poured = current().months.get(key_of(month))
    if poured is None or not poured.rows:
        return Sums(0, 0, 0, 0)
    file = duck.quoted(str(root() / poured.file))
    return Sums(*(int(value) for value in duck.rows(f"SELECT {SUMS} FROM read_parquet({file})")[0]))


def sums_in_base(month: date) -> Sums:
    """The sums of a month as PostgreSQL has them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SUMS} FROM ({journeys.select(_WITHIN)}) AS journeys", bounds(month))
        return Sums(*(int(value) for value in cursor.fetchone()))


def months_in_base() -> list[date]:
    """Every month from the first request to the last."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT date_trunc('month', low AT TIME ZONE 'UTC')::date, date_trunc('month', high AT TIME ZONE 'UTC')::date "
            f"FROM (SELECT min(opened_at) AS low, max(opened_at) AS high FROM {journeys.TABLE}) AS span"
        )
        first, last = cursor.fetchone()
    months: list[date] = []
    while first is not None and first <= last:
        months.append(first)
        first = bounds(first)[1].date()
    return months
