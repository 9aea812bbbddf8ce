"""``python -m bench.pbx [--small] [--only ROW] [--home FOLDER]``: calls on a real Asterisk, with us and without us."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.__main__ import tell
from bench.calls_report import NAMES

if TYPE_CHECKING:
    from bench.pbx.stage import Stage
    from bench.result import Result

ROW_SECONDS, ALL_SECONDS = 240, 540  # no row, and not all of them, may take longer
CATCHES_UP = 120.0  # seconds that an old base gets before the first row
SEATS = (240, 20)  # telephones on desks


class TooLong(Exception):
    """The row did not come to its end in time."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.pbx", description=__doc__)
    parser.add_argument(
        "--small", action="store_true", help="a few calls and 10,000 clients: only proves that the chain works"
    )
    parser.add_argument("--only", action="append", choices=NAMES, help="measure this row alone (may be repeated)")
    parser.add_argument("--home", type=Path, help="use the base here (that of `make bench --home` too) and keep it")
    parser.add_argument("--no-docs", action="store_true", help="do not write docs/performance.*")
    return parser.parse_args()


def main() -> int:
    """Run the rows, merge them into the documents; 1 when a row could not be measured at all."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything that was started is stopped
    asked, start = arguments(), time.perf_counter()
    home = asked.home or Path(tempfile.mkdtemp(prefix="perezvon-bench-"))
    try:
        results = measure(asked, home)
    finally:
        shutil.rmtree(home / "bench-pbx", ignore_errors=True)
        if asked.home is None:
            shutil.rmtree(home, ignore_errors=True)
    from bench import calls_report, report

    print(report.table(results))
    if not (asked.small or asked.only or asked.no_docs):
        calls_report.write(results, datetime.now(UTC), time.perf_counter() - start)
        print(f"written: {report.DOCS}/performance.json, performance.md")
    return int(any(not row.is_measured for row in results))


def measure(asked: argparse.Namespace, home: Path) -> list[Result]:
    """Everything that the rows need, started and stopped; what is missing is said before anything is begun."""
    sipp = shutil.which("sipp")
    if not sipp:
        raise SystemExit("no sipp: apt-get install sip-tester")
    from bench.house import House

    with House(home) as house:
        import django

        django.setup()
        from bench import base
        from bench.pbx import engine, floor
        from bench.pbx.stage import Stage
        from bench.world import Size
        from perezvon.telephony.testing_pbx.lab import CARRIER
        from perezvon.telephony.testing_pbx.ports import free_udp

        program = engine.installed()
        size = Size.small() if asked.small else Size()
        base.clients(home, size, tell)
        seats = floor.furnish(SEATS[asked.small], free_udp(CARRIER), datetime.now(UTC))
        house.open()
        house.hear()
        stage = Stage(house, seats, program, sipp, size.people, asked.small, tell)
        tell(f"what an old base had still to do took {stage.settle(CATCHES_UP):.0f} s")
        return list(_rows(stage, asked.only or NAMES))


def _rows(stage: Stage, names: Any) -> Iterator[Result]:
    from bench.pbx.rows import ROWS
    from bench.result import unmeasured

    until = time.monotonic() + ALL_SECONDS
    for name in [name for name in NAMES if name in names]:
        tell(f"measuring {name}")
        try:
            with _at_most(min(ROW_SECONDS, max(1.0, until - time.monotonic()))):
                result = ROWS[name](stage)
        except Exception as error:  # noqa: BLE001 - a row that failed is said, the others go on
            result = unmeasured(name, f"{type(error).__name__}: {error}", make="bench-pbx")
        tell(f"{name}: {result.value:.1f} {result.unit}, {result.cpu_ms:.2f} CPU ms; {result.details} {result.reason}")
        yield result


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """TooLong when the block lasts longer; its own clean-up still runs."""

    def late(*_: object) -> None:
        raise TooLong(f"not done after {seconds:.0f} s")

    before: Callable[..., Any] | int | None = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


if __name__ == "__main__":
    sys.exit(main())
