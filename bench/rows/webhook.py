"""webhook_intake: store, interpret, ticket, facts, commit - sustained, one web and one worker process."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.calls import KIND, call_events
from bench.client import together
from bench.meters import Times, measured
from bench.result import Result
from bench.stage import Stage

CLIENTS = 4


def webhook_intake(stage: Stage) -> Result:
    """As many events as the web takes; the clock stops when the last of them has become facts and tickets."""
    calls = stage.times(900, 40)
    at, mark = datetime.now(UTC) - timedelta(minutes=3), f"w{time.time():.0f}"
    each = [call_events(stage.company.provider, number, stage.size.people, at, mark) for number in range(calls)]
    count = sum(map(len, each))

    def client(number: int) -> Any:
        def send(times: Times) -> None:
            browser = stage.browser(signed_in=False)
            for events in each[number::CLIENTS]:
                for path, body in events:
                    status, answer = times.add(lambda path=path, body=body: browser.post(path, body, KIND))
                    if status != 200:
                        raise RuntimeError(f"the webhook answered {status}: {answer[:200]!r}")

        return send

    with measured(stage.house.application, stage.house.database) as cpu:
        start = time.perf_counter()
        times, accepting = together([client(number) for number in range(CLIENTS)])
        drained = stage.settle()
        seconds = time.perf_counter() - start
    made = _made(mark)
    limit = _raw(stage, [body for events in each for _path, body in events][: stage.times(3000, 200)])
    rate = count / seconds
    return Result(
        name="webhook_intake", value=rate, unit="events/s", target="at least 300 events/s; the backlog drains",
        ok=rate >= 300 and made == calls, limit=limit, limit_what="bare SQL: the raw event stored and committed one by one, per s",
        cpu_ms=cpu.per_call(count), p50=times.p50, p95=times.p95,
        what=f"POST /hooks/.../events/* of {calls} calls, {CLIENTS} connections, until the last ticket is there",
        details={**cpu.split(count), "accepted_per_s": round(count / accepting, 1), "drained_after_s": round(drained, 2), "events": count,
                 "calls": calls, "calls_made": made,
                 "db_cpu_ms": round(cpu.database * 1000 / count, 2)},
    )  # fmt: skip


def _made(mark: str) -> int:
    """Calls of this run that have ended and belong to a request."""
    from perezvon.telephony.models import Call
    from perezvon.tickets.models import Contact

    calls = list(Call.objects.filter(key__startswith=f"{mark}-", state="ended").values_list("pk", flat=True))
    return Contact.objects.filter(kind="call", ref_id__in=calls).count()


def _raw(stage: Stage, bodies: list[bytes]) -> float:
    with stage.raw() as link:
        link.execute(
            "CREATE TABLE IF NOT EXISTS bench_raw (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), body bytea)"
        )
        start = time.perf_counter()
        for body in bodies:
            link.execute("INSERT INTO bench_raw (body) VALUES (%s)", [body], prepare=True)
        seconds = time.perf_counter() - start
        link.execute("DROP TABLE bench_raw")
    return len(bodies) / seconds
