"""docs/performance.json for machines, docs/performance.md for people, a table for the terminal."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.result import Result
from bench.world import Size

DOCS = Path(__file__).resolve().parent.parent / "docs"


def machine() -> str:
    """Processor, cores, memory, system: what the figures depend on."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = int(
        next(line.split()[1] for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    )
    return f"{model}, {os.cpu_count()} cores, {memory / 1024 / 1024:.0f} GiB, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def table(results: Sequence[Result]) -> str:
    """The table for the terminal."""
    lines = [f"{'row':18} {'value':>12} {'unit':12} {'p50':>9} {'p95':>9} {'limit':>10} {'CPU ms':>8}  ok  target"]
    for row in results:
        p50, p95 = (f"{value:9.1f}" if value is not None else " " * 9 for value in (row.p50, row.p95))
        lines.append(
            f"{row.name:18} {row.value:12.1f} {row.unit:12} {p50} {p95} {row.limit:10.1f} {row.cpu_ms:8.2f}  "
            f"{'yes' if row.ok else 'NO '} {row.target}"
        )
    return "\n".join(lines)


def write(results: Sequence[Result], size: Size, at: datetime, seconds: float) -> None:
    """Write both documents; what `make bench-pbx` wrote into them stays."""
    from bench import calls_report

    DOCS.mkdir(exist_ok=True)
    names = {result.name for result in results}
    kept = [row for row in rows_so_far() if row["name"] not in names and calls_report.is_ours(row)]
    rows = [*(result.as_row() for result in results), *kept]
    _write_rows(rows, {"measured_at": at.isoformat(timespec="seconds"), "machine": machine()})
    page = DOCS / "performance.md"
    part = calls_report.part_of(page.read_text() if page.exists() else "")
    page.write_text(_page(results, size, at, seconds) + part)


def rows_so_far() -> list[dict[str, Any]]:
    """The rows that stand in docs/performance.json."""
    return list(_so_far().get("rows", []))


def merge(results: Sequence[Result], at: datetime) -> list[dict[str, Any]]:
    """Put rows into docs/performance.json in the place of their namesakes; all the others stay. The whole table."""
    DOCS.mkdir(exist_ok=True)
    new = {row.name: {**row.as_row(), "measured_at": at.isoformat(timespec="seconds")} for row in results}
    rows = [new.pop(row["name"], row) for row in rows_so_far()] + list(new.values())
    _write_rows(rows, {name: value for name, value in _so_far().items() if name != "rows"})
    return rows


def _so_far() -> dict[str, Any]:
    path = DOCS / "performance.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def _write_rows(rows: Sequence[dict[str, Any]], head: dict[str, Any]) -> None:
    path = DOCS / "performance.json"
    partial = path.with_suffix(".new")
    partial.write_text(json.dumps({**head, "rows": rows}, indent=1, ensure_ascii=False) + "\n")
    partial.rename(path)


_COMPANY = (
    "The company: {size.people:,} people, {size.requests:,} requests ({size.open_requests:,} open), {size.deals:,} deals "
    "({size.open_deals:,} open), {size.calls:,} calls in 14 months. One web process (uvicorn), one worker, embedded PostgreSQL, "
    "the client on the same cores."
)
_METHOD = (
    "Times are wall times at the client. CPU is that of the application and of the database together for one call, read from "
    "/proc: the machine is shared and noisy, CPU is the figure that holds. The limit is the same work done raw, in the same run."
)


def _page(results: Sequence[Result], size: Size, at: datetime, seconds: float) -> str:
    lines = [
        "# Speed", "",
        f"Measured on {at:%Y-%m-%d} by `make bench` in {seconds / 60:.0f} minutes: {machine()}.",
        _COMPANY.format(size=size), "", _METHOD, "",
        *table_of([result.as_row() for result in results]), "", "## What was measured", "", *told_of([result.as_row() for result in results]),
    ]  # fmt: skip
    missed = [row for row in results if not row.ok]
    lines += ["", "## Missed targets", ""]
    lines += [f"- **{row.name}**: {row.reason or _why(row)}" for row in missed] or ["None."]
    lines += [
        "", "## How to repeat", "",
        "`make bench` does everything: a throw-away base in a temporary folder, the data, the processes, the table.",
        "`make bench ARGS='--small'` is a smoke of a minute; `ARGS='--only board --home /tmp/b'` keeps the base between runs.", "",
    ]  # fmt: skip
    return "\n".join(lines)


def table_of(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The table of docs/performance.md, from rows of docs/performance.json."""
    lines = [
        "| row | value | target | met | p50 / p95, ms | CPU ms a call | raw limit |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        spread = f"{row['p50']:.1f} / {row['p95']:.1f}" if None not in (row["p50"], row["p95"]) else ""
        lines.append(
            f"| {row['name']} | {row['value']:.1f} {row['unit']} | {row['target']} | {'yes' if row['ok'] else '**no**'} | {spread} "
            f"| {row['cpu_ms']:.2f} | {row['limit']:.1f} ({row['limit_what']}) |"
        )
    return lines


def told_of(rows: Sequence[dict[str, Any]]) -> list[str]:
    """What each row is, and its further figures."""
    told = []
    for row in rows:
        details = "; ".join(f"{key} {value}" for key, value in row["details"].items())
        told.append(f"- **{row['name']}**: {row['what']}. {details}.")
    return told


def _why(row: Result) -> str:
    return (
        f'{row.value:.1f} {row.unit} against "{row.target}"; {row.cpu_ms:.1f} CPU ms a call on 2 shared cores, '
        f"the raw limit in the same run was {row.limit:.1f}. The data were not changed to meet it."
    )
