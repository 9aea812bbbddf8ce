"""import_rows: a million lines of a CSV into an empty base, normalised and without doubles."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

from bench.result import Result
from bench.stage import Stage

TARGET = 10_000
FLAT = 0.8


def import_rows(stage: Stage) -> Result:
    """In a process and a base of its own; the windows show whether the speed holds as the base grows."""
    rows = 20_000 if stage.small else 1_000_000
    home = stage.house.home.parent / f"{stage.house.home.name}-import"
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.importing", str(home), str(rows)],
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
        )
    finally:
        shutil.rmtree(home, ignore_errors=True)
    told = json.loads(done.stdout.splitlines()[-1])
    windows = told["windows"]
    flat = not windows or min(windows.values()) >= FLAT * max(windows.values())
    return Result(
        name="import_rows", value=told["rows_per_s"], unit="rows/s", target="at least 10,000 rows/s, flat from 0 to 1,000,000",
        ok=told["rows_per_s"] >= TARGET and flat, limit=told["limit"],
        limit_what="bare parse, COPY to staging, doubles by number, insert with three indexes, rows/s",
        cpu_ms=told["app_cpu_ms"] + told["database_cpu_ms"],
        what="a CSV of 1,000,000 people (name, phone in four spellings, e-mail) from the file to clients",
        details={name: told[name] for name in ("seconds", "reading_s", "windows", "memory_mib", "added")},
    )  # fmt: skip
