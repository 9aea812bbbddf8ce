"""route_answer: what the dialplan asks of `listen` while a call comes in, over FastAGI as Asterisk speaks it."""

from __future__ import annotations

import random
import socket
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.meters import Times, measured
from bench.pbx.stage import Stage
from bench.result import Result
from bench.world import phone

RATE = 50  # questions a second: more than any exchange of this size asks
TARGET = 20.0


def route_answer(stage: Stage) -> Result:
    """One question after another at a steady pace; every answer is looked into."""
    with stage.exchange():  # the listener answers only for an exchange that is there
        return _asked(stage)


def _asked(stage: Stage) -> Result:
    count, dice = stage.pick(1000, 60), random.Random(7)  # noqa: S311 - the same clients every time
    port, line = int(stage.floor.provider.settings["agi_port"]), stage.floor.lines[0]
    callers = [phone(dice.randrange(1, stage.people)).removeprefix("+") for _ in range(count)]
    for caller in callers[:20]:
        _ask(port, line, caller)
    times, right, due = Times(), 0, time.perf_counter()
    with measured(stage.house.application, stage.house.database) as cpu:
        for caller in callers:
            time.sleep(max(0.0, due - time.perf_counter()))
            due += 1 / RATE
            right += times.add(lambda caller=caller: _ask(port, line, caller)).startswith("0/1/")
    limit, p99 = _raw(stage, callers), times.percentile(0.99)
    return Result(
        name="route_answer", value=p99, unit="ms p99", target=f"p99 under 20 ms at {stage.people:,} people, all answered", make="bench-pbx",
        ok=p99 < TARGET and right == count, limit=limit.percentile(0.99), limit_what="the same statement, prepared, on a bare connection, ms p99",
        cpu_ms=cpu.per_call(count), p50=times.p50, p95=times.p95,
        what=f"FastAGI to `listen` and back: blocked, open, own manager, lost a moment ago; {RATE} questions/s",
        details={**cpu.split(count), "asked": count, "answered": right},
    )  # fmt: skip


def _ask(port: int, line: str, caller: str) -> str:
    """The answer as the dialplan takes it apart."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as link:
        head = f"agi_network: yes\nagi_request: agi://127.0.0.1/route\nagi_arg_1: {line}\nagi_arg_2: {caller}\nagi_arg_3: x\n\n"
        link.sendall(head.encode())
        told = link.makefile("rb").readline().decode()
        link.sendall(b"200 result=1\n")
    return told.partition('"')[2].partition('"')[0]


def _raw(stage: Stage, callers: list[str]) -> Times:
    from perezvon.telephony.pbx.routing import _ASK, AGAIN

    at, times = datetime.now(UTC), Times()
    with stage.raw() as link:
        for caller in callers:
            values: dict[str, Any] = {
                "phone": f"+{caller}", "provider": stage.floor.provider.pk, "at": at, "recent": at - AGAIN, "today": at - timedelta(hours=8),
            }  # fmt: skip
            times.add(lambda values=values: link.execute(_ASK, values, prepare=True).fetchone())
    return times
