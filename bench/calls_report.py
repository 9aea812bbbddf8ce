"""The part of docs/performance.md that `make bench-pbx` writes: everything below its mark, to the end of the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bench.result import Result

MARK = "<!-- below: make bench-pbx -->"
NAMES = ("route_answer", "ami_to_ledger", "ring_to_card", "pbx_calls", "pbx_recorded", "pbx_share")
_METHOD = (
    "A real Asterisk on the loopback of the same machine: sipp plays carriers and telephones, a real Chromium the operator, all on the same "
    "cores as the product and its base. Bare = the same program with the same queues, telephones and three recorded files a talk, "
    "but a dialplan of three lines, no diary (CEL), no question to us and nobody who listens. CPU is read from /proc; that of sipp counts nowhere."
)
_REPEAT = (
    "`make bench-pbx` does everything: a base with 1,000,000 clients (or that of `make bench` with `ARGS='--home /tmp/b'`), Asterisk (fetched "
    "when it is not there; sipp and Chromium must be), the load, the table. `ARGS='--small'` is a smoke of two minutes."
)


def is_ours(row: dict[str, Any]) -> bool:
    """Whether a row of docs/performance.json was measured here."""
    return row["name"] in NAMES


def part_of(page: str) -> str:
    """This part of the page as it stands; "" when there is none yet."""
    _before, mark, after = page.partition(MARK)
    return f"\n{mark}{after}" if mark else ""


def write(results: Sequence[Result], at: datetime, seconds: float) -> None:
    """Merge the rows into both documents."""
    from bench import report

    rows = [row for row in report.merge(results, at) if is_ours(row)]
    page = report.DOCS / "performance.md"
    before = page.read_text().partition(MARK)[0].rstrip("\n") if page.exists() else "# Speed"
    lines = [
        before, "", MARK, "", "## Calls on a real Asterisk", "",
        f"Measured on {at:%Y-%m-%d} by `make bench-pbx` in {seconds / 60:.0f} minutes: {report.machine()}.", _METHOD, "",
        *report.table_of(rows), "", *report.told_of(rows), "", *_missed(rows), _REPEAT, "",
    ]  # fmt: skip
    page.write_text("\n".join(lines))


def _missed(rows: Sequence[dict[str, Any]]) -> list[str]:
    missed = [f"- **{row['name']}** missed its target: {row['reason'] or _why(row)}" for row in rows if not row["ok"]]
    return [*missed, ""] if missed else []


def _why(row: dict[str, Any]) -> str:
    return f'{row["value"]:.1f} {row["unit"]} against "{row["target"]}"; the raw limit in the same run was {row["limit"]:.1f}.'
