"""funnel: the whole page over 14 months beside the bare columnar question it asks."""

from __future__ import annotations

from collections.abc import Callable

from bench.meters import Times, measured
from bench.result import Result
from bench.stage import Stage

PATH = "/funnel/?period=14m"


def funnel(stage: Stage) -> Result:
    """The page and the bare question take turns, so that the machine treats them alike."""
    browser, count = stage.browser(), stage.times(40, 4)
    bare = _bare()
    for _ in range(3):
        browser.page(PATH)
        bare()
    page, limit = Times(), Times()
    with measured(stage.house.web_only, stage.house.database) as cpu:
        for _ in range(count):
            page.add(lambda: browser.page(PATH))
            limit.add(bare)
    ratio = page.p50 / limit.p50
    return Result(
        name="funnel", value=page.p95, unit="ms p95", target="p95 under 300 ms, at most 1.5x the bare columnar query",
        ok=page.p95 < 300 and ratio <= 1.5, limit=limit.p95,
        limit_what="the same columnar query in DuckDB on the same files, ms p95", cpu_ms=cpu.per_call(count),
        p50=page.p50, p95=page.p95,
        what=f"GET {PATH}, {stage.size.calls:,} calls in {stage.size.requests:,} journeys; no cache of results",
        details={**cpu.split(count), "ratio_p50": round(ratio, 2), "limit_p50": round(limit.p50, 2), "calls": count, "others_cpu_s": round(cpu.others, 2)},
    )  # fmt: skip


def _bare() -> Callable[[], None]:
    """Exactly the two questions of the page, asked by this process of its own engine."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from django.conf import settings

    from perezvon.analytics import sql
    from perezvon.analytics.funnel.counting import CELL_PARTS
    from perezvon.analytics.slices import ERA, JOURNEYS, Slice
    from perezvon.analytics.store import duck
    from perezvon.analytics.store.reading import Reading
    from perezvon.kit.periods import Period

    spec = Slice(Period.named("14m", datetime.now(UTC), ZoneInfo(settings.TIME_ZONE)), by=(ERA, "place"), compared=True)
    money = spec.asking(by=(ERA, *CELL_PARTS), measures=("sales", "revenue"), grain=JOURNEYS)
    reading = Reading.now()
    questions = []
    for each in (spec, money):
        source, values = reading._source(each)
        text, more = sql.counted(each, source, sql.DUCKDB)
        questions.append((text, values + more))

    def ask() -> None:
        for text, values in questions:
            duck.rows(text, values)

    return ask
