"""board, board_8: the first page of the board, 50,000 open deals, counts and sums, one call."""

from __future__ import annotations

from bench.client import together
from bench.meters import Times, measured
from bench.result import Result
from bench.stage import Stage

PATH = "/board/"
CARDS = 20


def board(stage: Stage) -> Result:
    """One person, one call after another."""
    browser, count = stage.browser(), stage.times(60, 5)
    body = browser.page(PATH)
    for _ in range(3):
        browser.page(PATH)
    times = Times()
    with measured(stage.house.web_only, stage.house.database) as cpu:
        for _ in range(count):
            times.add(lambda: browser.page(PATH))
    limit = stage.repeat(lambda: _raw(stage), stage.times(30, 3))
    cpu_ms = cpu.per_call(count)
    return Result(
        name="board", value=times.p95, unit="ms p95", target="p95 under 50 ms, at most 40 CPU ms",
        ok=times.p95 < 50 and cpu_ms <= 40, limit=limit.p95, limit_what="bare SQL: counts, sums and the cards, ms p95",
        cpu_ms=cpu_ms, p50=times.p50, p95=times.p95, what=f"GET {PATH}, {stage.size.open_deals:,} open deals",
        details={**cpu.split(count), "bytes": len(body), "calls": count,
                 "db_cpu_ms": round(cpu.database * 1000 / count, 2), "others_cpu_s": round(cpu.others, 2)},
    )  # fmt: skip


def board_8(stage: Stage) -> Result:
    """Eight people at once."""
    each = stage.times(20, 2)

    def person(times: Times) -> None:
        browser = stage.browser()
        browser.page(PATH)
        for _ in range(each):
            times.add(lambda: browser.page(PATH))

    with measured(stage.house.web_only, stage.house.database) as cpu:
        times, seconds = together([person] * 8)
    links = [stage.raw() for _ in range(8)]

    def bare(own: Times, link: object) -> None:
        for _ in range(each):
            own.add(lambda: _ask(link))

    limit, _ = together([lambda own, link=link: bare(own, link) for link in links])
    for link in links:
        link.close()
    count = each * 8 + 8
    return Result(
        name="board_8", value=times.p95, unit="ms p95", target="p95 under 400 ms", ok=times.p95 < 400,
        limit=limit.p95, limit_what="bare SQL on 8 connections at once, ms p95", cpu_ms=cpu.per_call(count),
        p50=times.p50, p95=times.p95, what=f"GET {PATH}, 8 clients at once",
        details={**cpu.split(count), "per_second": round(count / seconds, 1), "calls": count, "others_cpu_s": round(cpu.others, 2)},
    )  # fmt: skip


def _raw(stage: Stage) -> None:
    with stage.raw() as link:
        _ask(link)


def _ask(link: object) -> None:
    execute = link.execute  # type: ignore[attr-defined]
    stages = execute(
        "SELECT stage_id, count(*), sum(amount) FROM crm_deal WHERE pipeline_id = (SELECT min(id) FROM crm_pipeline) "
        "AND stage_id IN (SELECT id FROM crm_stage WHERE kind IN ('unsorted', 'open')) GROUP BY stage_id"
    ).fetchall()
    for stage_id, _count, _sum in stages:
        execute(
            "SELECT d.*, p.name, u.name FROM crm_deal d LEFT JOIN crm_person p ON p.id = d.person_id "
            "LEFT JOIN staff_user u ON u.id = d.responsible_id "
            "WHERE d.stage_id = %s ORDER BY d.next_action_at NULLS FIRST, d.id LIMIT %s",
            [stage_id, CARDS],
        ).fetchall()
