"""form_intake: a site's form over HTTP, 8 clients; every post is a new request with its client."""

from __future__ import annotations

import json
from typing import Any

from bench.client import together
from bench.meters import Times, measured
from bench.result import Result
from bench.stage import Stage

CLIENTS = 8


def form_intake(stage: Stage) -> Result:
    """Posts until each client has sent his share; the CPU counts until the background work is done too."""
    each = stage.times(500, 15)
    run = stage.house.worker.pid if stage.house.worker else 0

    def client(number: int) -> Any:
        def send(times: Times) -> None:
            browser = stage.browser(signed_in=False)
            for post in range(each):
                body = json.dumps(_fields(number, post, run)).encode()
                status, answer = times.add(
                    lambda body=body, post=post: browser.post(
                        "/f/bench/", body, "application/json", Idempotency_Key=f"{run}-{number}-{post}"
                    )
                )
                if status != 200:
                    raise RuntimeError(f"the form answered {status}: {answer[:200]!r}")

        return send

    count = each * CLIENTS
    with measured(stage.house.application, stage.house.database) as whole:
        with measured(stage.house.application, stage.house.database) as cpu:
            times, seconds = together([client(number) for number in range(CLIENTS)])
        drained = stage.settle()
    limit = _raw(stage, each)
    rate, cpu_ms = count / seconds, whole.per_call(count)
    return Result(
        name="form_intake", value=rate, unit="requests/s", target="at least 300 requests/s, at most 5 CPU ms",
        ok=rate >= 300 and cpu_ms <= 5, limit=limit, limit_what="bare SQL on 8 connections: one stored row a transaction, per s",
        cpu_ms=cpu_ms, p50=times.p50, p95=times.p95, what="POST /f/<key>/ as JSON, 8 clients; CPU with ticket, client and tasks made",
        details={**whole.split(count), "answering_cpu_ms": round(cpu.per_call(count), 2), "drained_after_s": round(drained, 2), "posts": count,
                 "app_cpu_ms": round(whole.application * 1000 / count, 2), "db_cpu_ms": round(whole.database * 1000 / count, 2)},
    )  # fmt: skip


def _fields(client: int, post: int, run: int) -> dict[str, str]:
    number = (run * 31 + client * 10_000 + post) % 10_000_000
    return {"name": f"Гость {number}", "phone": f"8 902 {number:07d}", "message": "Хочу на море", "utm_source": "bench"}


def _raw(stage: Stage, each: int) -> float:
    with stage.raw() as link:
        link.execute(
            "CREATE UNLOGGED TABLE IF NOT EXISTS bench_raw (id bigserial PRIMARY KEY, key text UNIQUE, body jsonb)"
        )
        link.execute("ALTER TABLE bench_raw SET LOGGED")
    links = [stage.raw() for _ in range(CLIENTS)]

    def insert(own: Times, number: int) -> None:
        for post in range(each):
            row = [f"{number}-{post}-{id(own)}", json.dumps(_fields(number, post, 0))]
            own.add(
                lambda row=row: links[number].execute(
                    "INSERT INTO bench_raw (key, body) VALUES (%s, %s)", row, prepare=True
                )
            )

    _times, seconds = together([lambda own, number=number: insert(own, number) for number in range(CLIENTS)])
    with stage.raw() as link:
        link.execute("DROP TABLE bench_raw")
    for link in links:
        link.close()
    return each * CLIENTS / seconds
