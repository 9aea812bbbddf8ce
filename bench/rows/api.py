"""api_list and api_write: what a program asks with a token: pages of clients by a condition, clients to be added."""

from __future__ import annotations

import json
import uuid
from urllib.parse import quote

from bench.client import Browser
from bench.meters import Times, measured
from bench.result import Result
from bench.rows.lists import fifty_people
from bench.rows.search import one_number
from bench.stage import Stage

PAGE, STRIDE = 1000, 200
LIST_MS, WRITE_MS = 50, 50
SORTS = ("-created", "name")
CONDITION = {"field": "segment", "op": "is", "value": ["occasional"]}


def api_list(stage: Stage) -> Result:
    """Fifty clients, the newest, by name and by a condition; the first page and the thousandth."""
    browser, times, slow = _program(stage), Times(), {}
    asked = [f"sort={sort}" for sort in SORTS] + [f"filter={quote(json.dumps(CONDITION))}"]
    paths = [path for text in asked for path in (_path(text), _path(text, _far(browser, text, stage.times(PAGE, 3))))]
    each = stage.times(30, 2)
    for path in paths:
        browser.page(path)
    with measured(stage.house.web_only, stage.house.database) as cpu:
        for path in paths:
            own = Times()
            for _ in range(each):
                own.add(lambda path=path: browser.page(path))
            times.seconds += own.seconds
            slow[path.partition("?")[2][:40]] = round(own.p95, 1)
    count, worst = each * len(paths), max(slow.values())
    limit = stage.repeat(lambda: fifty_people(stage), stage.times(30, 3))
    return Result(
        name="api_list", value=worst, unit="ms p95", target="any of them, first and 1,000th page: p95 under 50 ms", ok=worst < LIST_MS,
        limit=limit.p95, limit_what="bare SQL: fifty people by an index with their numbers, ms p95", cpu_ms=cpu.per_call(count),
        p50=times.p50, p95=times.p95, what=f"GET /api/v1/people with a token, {len(asked)} orders and conditions, first page and {PAGE:,}th",
        details={**cpu.split(count), "calls": count, "p95_ms": "; ".join(f"{name}: {ms}" for name, ms in slow.items())},
    )  # fmt: skip


def api_write(stage: Stage) -> Result:
    """Clients are added one after another: number made whole, looked for among all, key against doing it twice."""
    browser, times, count = _program(stage), Times(), stage.times(200, 6)
    dice = uuid.uuid4().int
    _add(browser, dice)
    with measured(stage.house.web_only, stage.house.database) as cpu:
        for number in range(1, count + 1):
            times.add(lambda number=number: _add(browser, dice + number))
    return Result(
        name="api_write", value=times.p95, unit="ms p95", target="p95 under 50 ms", ok=times.p95 < WRITE_MS,
        limit=one_number(stage).p95, limit_what="bare SQL: whether the number is there, by its index, ms p95", cpu_ms=cpu.per_call(count),
        p50=times.p50, p95=times.p95, what="POST /api/v1/people with a name, a number and an Idempotency-Key",
        details={**cpu.split(count), "calls": count},
    )  # fmt: skip


def _program(stage: Stage) -> Browser:
    from perezvon.kit import clock
    from perezvon.staff.actions.tokens import issue_token
    from perezvon.staff.models import User

    owner = User.objects.get(email="p1@bench.example")
    _token, secret = issue_token(owner, "bench", at=clock.now(), per_minute=100_000)
    browser = stage.browser(signed_in=False)
    browser.headers = {"Authorization": f"Bearer {secret}"}
    return browser


def _path(text: str, cursor: str = "", limit: int = 50) -> str:
    return f"/api/v1/people?{text}&limit={limit}" + (f"&cursor={quote(cursor)}" if cursor else "")


def _far(browser: Browser, text: str, pages: int) -> str:
    """The cursor of the thousandth page (of the last one when there are fewer)."""
    cursor = ""
    for _ in range(max(1, pages * 50 // STRIDE)):
        told = json.loads(browser.page(_path(text, cursor, STRIDE)))["next"]
        if not told:
            break
        cursor = told
    return cursor


def _add(browser: Browser, number: int) -> None:
    body = {"name": "Программа Внешняя", "phones": [f"8 (968) {number % 10_000_000:07d}"]}
    status, answer = browser.post(
        "/api/v1/people", json.dumps(body).encode(), "application/json", Idempotency_Key=f"bench-{number}"
    )
    if status not in (200, 201):
        raise RuntimeError(f"POST /api/v1/people answered {status}: {answer[:200]!r}")
