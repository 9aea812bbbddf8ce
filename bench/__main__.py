"""``python -m bench [--small] [--only ROW] [--home FOLDER]``."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.result import Result

NAMES = (
    "client_by_phone",
    "board",
    "board_8",
    "funnel",
    "event_to_browser",
    "wallboard",
    "api_write",
    "form_intake",
    "webhook_intake",
    "list_page",
    "api_list",
    "search",
    "card",
    "import_rows",
    "merge",
    "segments",
)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "--small", action="store_true", help="a hundredth of the data and a minute: only proves that the chain works"
    )
    parser.add_argument("--only", action="append", choices=NAMES, help="measure this row alone (may be repeated)")
    parser.add_argument(
        "--home", type=Path, help="keep the base here and use it again; without it a throw-away one is made"
    )
    parser.add_argument("--no-docs", action="store_true", help="do not write docs/performance.*")
    return parser.parse_args()


def main() -> int:
    """Build or open the base, run the rows, write the documents; 0 when the chain worked, missed targets or not."""
    asked, start = arguments(), time.perf_counter()
    home = asked.home or Path(tempfile.mkdtemp(prefix="perezvon-bench-"))
    try:
        results = measure(asked, home)
    finally:
        if asked.home is None:
            shutil.rmtree(home, ignore_errors=True)
    from bench import report
    from bench.world import Size

    print(report.table(results))
    if not (asked.small or asked.only or asked.no_docs):
        report.write(results, Size(), datetime.now(UTC), time.perf_counter() - start)
        print(f"written: {report.DOCS}/performance.json, performance.md")
    return 0


def tell(text: str) -> None:
    print(f"[{datetime.now(UTC):%H:%M:%S}] {text}", file=sys.stderr, flush=True)


def measure(asked: argparse.Namespace, home: Path) -> list[Result]:
    """Run the rows in a house of their own."""
    from bench.house import House

    with House(home) as house:
        import django

        django.setup()
        from bench import base
        from bench.people import company
        from bench.rows import ROWS
        from bench.stage import Stage
        from bench.world import Size

        size = Size.small() if asked.small else Size()
        base.prepare(home, size, tell)
        house.open()
        stage = Stage(house, company(), size, asked.small, tell)
        results = [base.idle_memory(stage)]
        for name, row in ROWS.items():
            if asked.only and name not in asked.only:
                continue
            tell(f"measuring {name}")
            stage.settle()
            results.append(row(stage))
            tell(
                f"{name}: {results[-1].value:.1f} {results[-1].unit}, {results[-1].cpu_ms:.2f} CPU ms; {results[-1].details}"
            )
        return results


if __name__ == "__main__":
    sys.exit(main())
