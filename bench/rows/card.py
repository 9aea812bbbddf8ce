"""card: a client with a long history, as the seller opens him."""

from __future__ import annotations

from bench.meters import Times, measured
from bench.result import Result
from bench.stage import Stage
from bench.world import BUSY, BUSY_FACTS

PATH = f"/people/{BUSY}/"
TARGET_MS = 100


def card(stage: Stage) -> Result:
    """One person, one call after another."""
    browser, count = stage.browser(), stage.times(60, 5)
    for _ in range(3):
        body = browser.page(PATH)
    times = Times()
    with measured(stage.house.web_only, stage.house.database) as cpu:
        for _ in range(count):
            times.add(lambda: browser.page(PATH))
    limit = stage.repeat(lambda: _raw(stage), stage.times(30, 3))
    return Result(
        name="card", value=times.p95, unit="ms p95", target="p95 under 100 ms with 2,000 facts", ok=times.p95 < TARGET_MS,
        limit=limit.p95, limit_what="bare SQL: the client and his last fifty facts, ms p95", cpu_ms=cpu.per_call(count),
        p50=times.p50, p95=times.p95, what=f"GET {PATH}, a client with {BUSY_FACTS:,} facts",
        details={**cpu.split(count), "bytes": len(body), "calls": count},
    )  # fmt: skip


def _raw(stage: Stage) -> None:
    with stage.raw() as link:
        link.execute("SELECT * FROM crm_person WHERE id = %s", [BUSY]).fetchall()
        link.execute(
            "SELECT * FROM journey_fact WHERE person_id = %s ORDER BY at DESC, id DESC LIMIT 50", [BUSY]
        ).fetchall()
