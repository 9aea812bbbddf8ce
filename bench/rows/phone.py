"""client_by_phone: the screen-pop query over HTTP, the number as people type it."""

from __future__ import annotations

import json
from itertools import cycle
from urllib.parse import quote

from bench.meters import Times, measured
from bench.result import Result
from bench.stage import Stage
from bench.world import phone, spellings


def client_by_phone(stage: Stage) -> Result:
    """One connection, one number after another; every answer is looked into."""
    browser, count, found = stage.browser(), stage.times(600, 40), 0
    numbers = [1 + number * 7919 % stage.size.people for number in range(count)]
    for number in numbers[:5]:
        browser.get("/people/by-phone/?phone=" + quote(spellings(number)[0]))
    times, kinds = Times(), cycle(range(len(spellings(1))))
    with measured(stage.house.web_only, stage.house.database) as cpu:
        for number, kind in zip(numbers, kinds, strict=False):
            path = "/people/by-phone/?phone=" + quote(spellings(number)[kind])
            status, body = times.add(lambda path=path: browser.get(path))
            people = json.loads(body)["people"] if status == 200 else []
            found += any(person["id"] == number for person in people)
    limit = _raw(stage, numbers)
    share = found / count
    return Result(
        name="client_by_phone", value=times.p50, unit="ms p50", target="p50 under 4 ms, 100 % found",
        ok=times.p50 < 4 and share == 1, limit=limit.p50, limit_what="the same look-up by a prepared statement, ms p50",
        cpu_ms=cpu.per_call(count), p50=times.p50, p95=times.p95,
        what="GET /people/by-phone/ in 7 spellings, 1,000,000 people",
        details={**cpu.split(count), "found": f"{share:.1%}", "calls": count, "others_cpu_s": round(cpu.others, 2)},
    )  # fmt: skip


def _raw(stage: Stage, numbers: list[int]) -> Times:
    sql = (
        "SELECT p.id, p.name, p.responsible_id FROM crm_contactpoint c JOIN crm_contactowner o ON o.point_id = c.id "
        "JOIN crm_person p ON p.id = o.person_id WHERE c.kind = 'phone' AND c.value = %s AND o.until IS NULL"
    )
    with stage.raw() as link:
        times = Times()
        for number in numbers:
            times.add(lambda number=number: link.execute(sql, [phone(number)], prepare=True).fetchall())
        return times
