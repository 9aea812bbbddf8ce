"""docs/performance.json for machines, docs/performance.md for people, a table for the terminal."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

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
    """Write both documents."""
    DOCS.mkdir(exist_ok=True)
    rows = [result.as_row() for result in results]
    data = {"measured_at": at.isoformat(timespec="seconds"), "machine": machine(), "rows": rows}
    (DOCS / "performance.json").write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    (DOCS / "performance.md").write_text(_page(results, size, at, seconds))


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
        "| row | value | target | met | p50 / p95, ms | CPU ms a call | raw limit |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for row in results:
        spread = f"{row.p50:.1f} / {row.p95:.1f}" if row.p50 is not None and row.p95 is not None else ""
        lines.append(
            f"| {row.name} | {row.value:.1f} {row.unit} | {row.target} | {'yes' if row.ok else '**no**'} | {spread} "
            f"| {row.cpu_ms:.2f} | {row.limit:.1f} ({row.limit_what}) |"
        )
    lines += ["", "## What was measured", ""]
    for row in results:
        details = "; ".join(f"{key} {value}" for key, value in row.details.items())
        lines.append(f"- **{row.name}**: {row.what}. {details}.")
    missed = [row for row in results if not row.ok]
    lines += ["", "## Missed targets", ""]
    lines += [f"- **{row.name}**: {row.reason or _why(row)}" for row in missed] or ["None."]
    lines += [
        "", "## How to repeat", "",
        "`make bench` does everything: a throw-away base in a temporary folder, the data, the processes, the table.",
        "`make bench ARGS='--small'` is a smoke of a minute; `ARGS='--only board --home /tmp/b'` keeps the base between runs.", "",
    ]  # fmt: skip
    return "\n".join(lines)


def _why(row: Result) -> str:
    return (
        f'{row.value:.1f} {row.unit} against "{row.target}"; {row.cpu_ms:.1f} CPU ms a call on 2 shared cores, '
        f"the raw limit in the same run was {row.limit:.1f}. The data were not changed to meet it."
    )
