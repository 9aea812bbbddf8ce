"""ami_to_ledger: from an event on the manager interface to the fact that says the same in the ledger."""

from __future__ import annotations

import json
import time
from collections import Counter

from bench.meters import Times, measured
from bench.pbx.ears import AmiEar, LedgerEar, Moments
from bench.pbx.stage import Stage
from bench.result import Result
from perezvon.telephony.testing_pbx.sipp import Bye, Listen, Talk

RATE, TALK, TARGET = 20, 2.0, 100.0
STEPS = ("queued", "ringing", "connected", "ended")


def ami_to_ledger(stage: Stage) -> Result:
    """Whole calls at a steady pace: queue, ring, talk, hang up. Each of the four steps is timed."""
    count, provider = stage.pick(20, 8) * RATE, stage.floor.provider
    with stage.exchange() as (running, traffic):
        traffic.plug(stage.floor, Talk(), Listen(30), ring=0.3)
        traffic.calls(
            stage.floor.lines, RATE, RATE, Talk(), Bye(after=1), lasting=3
        )  # caches are warm in a shop that is open
        stage.rest()
        node, secrets = running.node, provider.secrets
        heard, told = (
            AmiEar(node.text("host"), node.number("port"), secrets["username"], secrets["secret"]),
            LedgerEar(stage.house.cluster.url),
        )
        try:
            with measured({**stage.house.application, "asterisk": running.pid}, stage.house.database) as cpu:
                outcome = traffic.calls(stage.floor.lines, count, RATE, Talk(), Bye(after=TALK), lasting=TALK + 2)
                behind = stage.settle()
                time.sleep(0.5)
            facts = told.by_key(provider.pk)
        finally:
            heard.close()
            told.close()
    times, steps, missing = _between(heard.moments, facts)
    limit = _raw(stage, stage.pick(300, 20))
    return Result(
        name="ami_to_ledger", value=times.p95, unit="ms p95", target=f"p95 under 100 ms at {RATE} calls/s, none missing", make="bench-pbx",
        ok=times.p95 < TARGET and not missing and outcome.is_clean, limit=limit.p95,
        limit_what="bare: the event stored, committed and heard of on another connection, ms p95", cpu_ms=cpu.per_call(count), p50=times.p50, p95=times.p95,
        what=f"event on AMI -> its fact committed, heard by LISTEN; {RATE} calls/s through queue, ring, talk; CPU of a call, Asterisk included",
        details={**cpu.split(count), **{f"{name}_p95": round(own.p95, 1) for name, own in steps.items()}, "calls": count, "failed": outcome.failed,
                 "missing": missing, "events_per_call": round(heard.events / max(1, count)), "stored_per_call": _stored(stage),
                 "behind_s": round(behind, 2)},
    )  # fmt: skip


def _between(heard: Moments, told: Moments) -> tuple[Times, dict[str, Times], int]:
    """Seconds of each step, and how many steps never came to the ledger."""
    steps, missing = {name: Times() for name in STEPS}, Counter[str]()
    for key, moments in heard.items():
        for name in STEPS:
            if name in moments and name in told.get(key, {}):
                steps[name].seconds.append(max(0.0, told[key][name] - moments[name]))
            elif name in moments:
                missing[name] += 1
    return Times([second for own in steps.values() for second in own.seconds]), steps, missing.total()


def _stored(stage: Stage) -> float:
    """Raw events that were kept of a call."""
    with stage.raw() as link:
        sql = "SELECT count(*)::float / greatest(1, count(DISTINCT call_key)) FROM telephony_rawevent WHERE provider_id = %s"
        row = link.execute(sql, [stage.floor.provider.pk]).fetchone()
    return round(row[0], 1) if row else 0.0


def _raw(stage: Stage, count: int) -> Times:
    with stage.raw() as ear, stage.raw() as mouth:
        ear.execute("LISTEN bench")
        mouth.execute("CREATE TABLE IF NOT EXISTS bench_raw (id bigserial PRIMARY KEY, body jsonb)")
        body, times = json.dumps({"Event": "UserEvent", "Stage": "queue", "Linkedid": "node1-1.1"}), Times()

        def pass_on() -> None:
            mouth.execute(
                "WITH x AS (INSERT INTO bench_raw (body) VALUES (%s) RETURNING id) SELECT pg_notify('bench', id::text) FROM x",
                [body],
            )
            next(ear.notifies(timeout=5, stop_after=1))

        for _ in range(count):
            times.add(pass_on)
        mouth.execute("DROP TABLE bench_raw")
    return times
