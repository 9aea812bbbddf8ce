"""Kill each part under calls through the real Asterisk and count: ``python -m tests.faults [--seconds 40]``.

Writes docs/reliability.json and docs/reliability.md.
"""

import argparse
import contextlib
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg

from perezvon.telephony.testing_pbx.lab import Lab
from perezvon.telephony.testing_pbx.plugin import find_program

from .calls import RATE, Load
from .exchange import environment, is_heard, open_exchange
from .installation import Installation, eventually

DOCS = Path(__file__).resolve().parents[2] / "docs"
PARTS = ("listen", "web", "worker", "postgres", "asterisk")
COMMAND = "make reliability"
_CALLS = """
SELECT c.phone, c.stage, c.cause, c.state,
       (SELECT count(*) FROM journey_fact f WHERE f.call_id = c.id AND f.kind = 'call.started'),
       (SELECT count(*) FROM journey_fact f WHERE f.call_id = c.id AND f.kind = 'call.ended'),
       EXISTS (SELECT 1 FROM tickets_contact t WHERE t.kind = 'call' AND t.ref_id = c.id AND t.ended_at IS NOT NULL),
       EXISTS (SELECT 1 FROM crm_task k WHERE k.person_id = c.person_id)
  FROM telephony_call c WHERE c.phone LIKE %s
"""


@dataclass(frozen=True)
class Row:
    """One killed part. ``lost`` and ``doubled`` are numbers of clients; ``cut`` = calls that died with the exchange."""

    name: str
    killed: str
    accepted: int
    lost: int
    doubled: int
    ok: bool
    command: str
    cut: int = 0
    called_back: int = 0
    refused: int = 0
    back_seconds: float = 0.0


@dataclass(frozen=True)
class Stored:
    """A call as the product has it."""

    phone: str
    stage: str
    cause: str
    state: str
    started: int
    ended: int
    is_joined: bool
    has_task: bool


def kill_under_load(
    installation: Installation, lab: Lab, part: str, prefix: str, seconds: float
) -> tuple[Row, list[str]]:
    """Calls for some seconds, SIGKILL in the middle of them; the row, and what is wrong in words."""
    load = Load(lab, prefix, seconds)
    load.start()
    time.sleep(seconds / 2)
    installation.kill(part)
    killed = time.time()
    eventually(lambda: _is_back(installation, part, killed), within=240)
    back = time.time() - killed
    load.wait(seconds + 60)
    accepted, ended = load.said("accepted"), load.said("ended")
    sent = sum(1 for _kind in load.kinds for _number in range(max(1, int(seconds * RATE / len(load.kinds)))))
    wanted = set(accepted)

    def is_settled() -> bool:
        return all(call.state == "ended" and call.is_joined for call in stored(installation, prefix)) and wanted <= {
            call.phone for call in stored(installation, prefix)
        }

    with contextlib.suppress(AssertionError):  # what is missing is counted below
        eventually(is_settled, within=60, every=0.5)
    calls = stored(installation, prefix)
    return _count(part, calls, accepted, ended, sent, back)


def _is_back(installation: Installation, part: str, killed: float) -> bool:
    """Whether the part runs again, pages are answered and the exchange is heard."""
    try:
        runs = part == "postgres" or any(one.create_time() > killed - 1 for one in installation.processes(part))
        return (
            runs and installation.is_ready() and is_heard(installation, killed if part in ("listen", "asterisk") else 0)
        )
    except (psutil.Error, psycopg.Error, OSError):
        return False


def stored(installation: Installation, prefix: str) -> list[Stored]:
    """What the product knows of these clients."""
    return [Stored(*row) for row in installation.ask(_CALLS, f"+{prefix}%")]


def _count(
    part: str, calls: Sequence[Stored], accepted: dict, ended: dict, sent: int, back: float
) -> tuple[Row, list[str]]:
    by_phone: dict[str, list[Stored]] = {}
    for call in calls:
        by_phone.setdefault(call.phone, []).append(call)
    wrong, cut, called_back, doubled = [], 0, 0, 0
    for phone, kind in accepted.items():
        own = by_phone.get(phone, [])
        found = own[0] if own else None
        doubled += len(own) > 1 or any(call.started > 1 or call.ended > 1 for call in own)
        if found is None or found.state != "ended" or not found.is_joined:
            wrong.append(f"{phone} ({kind.name}): {found}")
        elif (found.stage, found.cause) == (kind.stage, kind.cause):
            continue
        elif part == "asterisk" and found.cause == "network_error" and phone not in ended:
            cut += 1
            called_back += found.has_task
            if not (found.has_task and found.stage.startswith("L")):
                wrong.append(f"{phone} ({kind.name}) was cut off and is not called back: {found}")
        else:
            wrong.append(f"{phone} ({kind.name}): {found}")
    told = Row(
        name=f"{part} killed", killed=part, accepted=len(accepted), lost=len(wrong), doubled=doubled,
        ok=bool(accepted) and not wrong and not doubled, command=COMMAND, cut=cut, called_back=called_back,
        refused=sent - len(accepted), back_seconds=round(back, 1),
    )  # fmt: skip
    return told, wrong


def measure(
    seconds: float, say: Callable[[str], None], parts: Sequence[str] = PARTS, given: Path | None = None
) -> list[Row]:
    """An installation of its own with an exchange (in the home ``given``, or a throw-away one); every part is killed in it once."""
    program, sipp = find_program(), shutil.which("sipp")
    if isinstance(program, str) or not sipp:
        raise SystemExit(
            f"no real calls here: {program if isinstance(program, str) else 'no sipp (apt-get install sip-tester)'}"
        )
    home = given or Path(tempfile.mkdtemp(prefix="perezvon-reliability-"))
    home.chmod(0o755)  # root's PostgreSQL runs as another account
    installation = Installation(home, log=home / "said.log")
    installation.env |= environment()
    rows = []
    try:
        say("starting everything")
        installation.up(within=600)
        _provider, lab = open_exchange(installation, program, sipp)
        try:
            for number, part in enumerate(parts):
                say(f"{RATE:.0f} calls a second for {seconds:.0f} s, {part} is killed in the middle")
                row, wrong = kill_under_load(installation, lab, part, f"7917{number:02}", seconds)
                say(f"{part}: {row.accepted} accepted, {row.lost} lost, {row.doubled} doubled, {row.cut} cut off")
                for words in wrong[:10]:
                    say("  " + words)
                rows.append(row)
        finally:
            lab.sipp.stop_all()
    finally:
        installation.down()
        if given is None:
            shutil.rmtree(home, ignore_errors=True)
    return rows


_PAGE = """# Reliability

Measured on {at:%Y-%m-%d} by `{command}`: {machine}.

An installation of its own (`perezvon up`: PostgreSQL, web, worker, listen, a real Asterisk) takes {rate:.0f} calls a second for
{seconds:.0f} seconds from sipp, every client with a number of his own: answered, off hours, given up in the menu, given up in the
queue, nobody there, busy. In the middle of it all processes of one part get SIGKILL; `perezvon up` starts them again. Then every
client is looked for in the ledger.

| killed | accepted | lost | doubled | back after, s | cut off, called back | in order |
| --- | --- | --- | --- | --- | --- | --- |
{table}

## What the figures say

- **accepted** is counted by sipp, not by us: clients whose call the exchange took (100 Trying).
- **lost**: of those, clients without a call that ended at the stage and for the reason at which the client ended it, joined to a
  request.
- **doubled**: clients with more than one call, or whose call was told to the ledger twice as begun or as ended.
- **cut off**: when Asterisk itself is killed the calls on it die. They are in order when they are closed as network_error at a stage
  of loss and the client has a task to be called back. Until it runs again no call is taken.
- **back after**: until the page answers and the exchange is heard again.

## How to repeat

`{command}` (needs sipp; Asterisk is fetched when it is not there). `make reliability ARGS='--seconds 10 --only listen'` is a quick
look. `make test` does a small version of each: tests/faults/test_calls_survive.py.
"""


def page(rows: Sequence[Row], at: datetime, seconds: float) -> str:
    """docs/reliability.md."""
    table = "\n".join(map(_line, rows))
    machine = f"{platform.system()} {platform.release()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return _PAGE.format(at=at, command=COMMAND, machine=machine, rate=RATE, seconds=seconds, table=table)


def _line(row: Row) -> str:
    cut = f"{row.cut}, {row.called_back}" if row.killed == "asterisk" else ""
    order = "yes" if row.ok else "**no**"
    return f"| {row.killed} | {row.accepted} | {row.lost} | {row.doubled} | {row.back_seconds:.1f} | {cut} | {order} |"


def main() -> int:
    parser = argparse.ArgumentParser(prog="reliability", description=__doc__)
    parser.add_argument("--seconds", type=float, default=40.0, help="of calls around each kill")
    parser.add_argument("--only", action="append", choices=PARTS, help="kill this part alone; writes nothing")
    parser.add_argument("--home", type=Path, help="found it here and leave it to be looked at; else a throw-away one")
    asked = parser.parse_args()
    rows = measure(
        asked.seconds, lambda text: print(text, file=sys.stderr, flush=True), asked.only or PARTS, asked.home
    )
    print(json.dumps({"rows": [asdict(row) for row in rows]}, indent=1))
    if not asked.only:
        at = datetime.now(UTC)
        data = {"measured_at": at.isoformat(timespec="seconds"), "rows": [asdict(row) for row in rows]}
        (DOCS / "reliability.json").write_text(json.dumps(data, indent=1) + "\n")
        (DOCS / "reliability.md").write_text(page(rows, at, asked.seconds))
    return 0 if all(row.ok for row in rows) else 1
