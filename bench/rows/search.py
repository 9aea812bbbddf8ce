"""search: what the palette asks while somebody types: a part of a name, a number in any spelling, an address."""

from __future__ import annotations

from urllib.parse import quote

from bench.meters import Times, measured
from bench.result import Result
from bench.stage import Stage
from bench.world import FIRST_NAMES, SURNAMES, phone, spellings

TARGET_MS = 30


def search(stage: Stage) -> Result:
    """Each text is typed as people do: the palette asks for its beginnings too."""
    browser, times, by_kind = stage.browser(), Times(), {}
    kinds = {
        "name": [word[1 : 2 + size] for word in (*FIRST_NAMES, *SURNAMES) for size in (2, 4)],
        "two names": [f"{first[:4]} {last[:5]}".lower() for first, last in zip(FIRST_NAMES, SURNAMES, strict=False)],
        "number": [text[: len(text) - cut] for n in range(9) for text in spellings(1 + n * 104_729 % stage.size.people) for cut in (0, 3)],
        "e-mail": [text for n in range(20) for text in (f"anna{2000 + n * 2}@", f"orlov{n}", "@yandex.ru")],
    }  # fmt: skip
    for texts in kinds.values():
        browser.page(_asked(texts[0]))
    count = 0
    with measured(stage.house.web_only, stage.house.database) as cpu:
        for kind, texts in kinds.items():
            own = Times()
            for text in texts[: stage.times(200, 6)]:
                own.add(lambda text=text: browser.page(_asked(text)))
                count += 1
            by_kind[kind] = round(own.p95, 1)
            times.seconds += own.seconds
    return Result(
        name="search", value=times.p95, unit="ms p95", target="p95 under 30 ms", ok=times.p95 < TARGET_MS,
        limit=one_number(stage).p95, limit_what="bare SQL: one number by its index, ms p95", cpu_ms=cpu.per_call(count),
        p50=times.p50, p95=times.p95, what="GET /palette/?q=, parts of names, numbers in 7 spellings whole and unfinished, addresses",
        details={**cpu.split(count), "p95_ms": "; ".join(f"{kind}: {ms}" for kind, ms in by_kind.items()), "calls": count},
    )  # fmt: skip


def _asked(text: str) -> str:
    return f"/palette/?q={quote(text)}"


def one_number(stage: Stage) -> Times:
    """Bare SQL: people with a number, by its index."""
    sql = (
        "SELECT p.id, p.name FROM crm_contactpoint c JOIN crm_contactowner o ON o.point_id = c.id "
        "JOIN crm_person p ON p.id = o.person_id WHERE c.kind = 'phone' AND c.value = %s AND o.until IS NULL"
    )
    times = Times()
    with stage.raw() as link:
        for number in range(1, 100):
            times.add(lambda number=number: link.execute(sql, [phone(number)], prepare=True).fetchall())
    return times
