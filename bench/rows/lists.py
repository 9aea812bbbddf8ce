"""list_page: the first page and the thousandth of lists as people keep them: order, conditions, a group opened."""

from __future__ import annotations

import json
from urllib.parse import quote

from bench.meters import Times, measured
from bench.result import Result
from bench.stage import Stage

PAGE = 1000
TARGET_MS = 50
STRIDE = 500

# (what it is, the list, the query string without the cursor); the conditions are such as a saved view keeps.
VIEWS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("people, the newest", "people", {}),
    ("people by name", "people", {"sort": "name"}),
    ("people by last contact", "people", {"sort": "-contact"}),
    ("people of one region", "people", {"where": {"field": "region", "op": "contains", "value": "Казань"}}),
    ("people of one seller", "people", {"where": {"field": "responsible", "op": "is", "value": ["3"]}, "sort": "name"}),
    ("people never in a segment", "people", {"where": {"field": "segment", "op": "is", "value": ["occasional"]}}),
    ("companies by name", "companies", {"sort": "name"}),
    ("deals, the newest", "deals", {"show": "all"}),
    ("dear deals", "deals", {"show": "all", "where": {"field": "amount", "op": "at_least", "value": "40000"}, "sort": "-amount"}),
    ("tasks by deadline", "tasks", {"show": "all"}),
)  # fmt: skip


def list_page(stage: Stage) -> Result:
    """Every view at both ends, one call after another; the slowest view is named."""
    from perezvon.kit import clock
    from perezvon.staff.models import User

    browser, each = stage.browser(), stage.times(12, 2)
    user, times, slow = User.objects.get(email="p1@bench.example"), Times(), {}
    count, paths = 0, []
    for name, key, query in VIEWS:
        text = _query(query)
        paths += [
            (name, f"/{key}/?{text}"),
            (f"{name}, page {PAGE:,}", f"/{key}/?{text}&cursor={_far(key, text, user, clock.now())}"),
        ]
    for _name, path in paths:
        browser.page(path)
    with measured(stage.house.web_only, stage.house.database) as cpu:
        for name, path in paths:
            own = Times()
            for _ in range(each):
                own.add(lambda path=path: browser.page(path))
            times.seconds += own.seconds
            slow[name] = round(own.p95, 1)
            count += each
    limit = stage.repeat(lambda: fifty_people(stage), stage.times(30, 3))
    worst = sorted(slow.items(), key=lambda pair: -pair[1])
    return Result(
        name="list_page", value=worst[0][1], unit="ms p95", target="any view, first and 1,000th page: p95 under 50 ms",
        ok=worst[0][1] < TARGET_MS, limit=limit.p95, limit_what="bare SQL: fifty people by an index with their numbers, ms p95",
        cpu_ms=cpu.per_call(count), p50=times.p50, p95=times.p95,
        what=f"GET of {len(VIEWS)} views of people, companies, deals and tasks, first page and {PAGE:,}th; the value is of the slowest view",
        details={**cpu.split(count), "slowest": "; ".join(f"{name}: {ms}" for name, ms in worst[:4]), "all_views_p95_ms": round(times.p95, 1),
                 "calls": count},
    )  # fmt: skip


def _query(query: dict[str, object]) -> str:
    """The query string of a view."""
    told = {name: json.dumps(value) if isinstance(value, dict) else str(value) for name, value in query.items()}
    return "&".join(f"{name}={quote(value)}" for name, value in told.items())


def _far(key: str, text: str, user: object, at: object) -> str:
    """The cursor of the thousandth page (of the last one when there are fewer)."""
    from perezvon.lists.listing import listings
    from perezvon.lists.rows import order_of, ordered, rows_of
    from perezvon.lists.state import of_text
    from perezvon.web.paging import cursor_page

    state = of_text(listings[key], user, text, at)  # type: ignore[arg-type]
    rows, cursor = ordered(state, rows_of(state)).only("pk"), ""
    for _ in range(PAGE * state.listing.size // STRIDE):
        page = cursor_page(rows, order_of(state), cursor, STRIDE)
        if not page.next_cursor:
            break
        cursor = page.next_cursor
    return cursor


def fifty_people(stage: Stage) -> None:
    """Bare SQL: fifty people by an index, with their numbers."""
    with stage.raw() as link:
        rows = link.execute("SELECT * FROM crm_person ORDER BY created_at DESC, id DESC LIMIT 50").fetchall()
        link.execute(
            "SELECT o.person_id, c.* FROM crm_contactowner o JOIN crm_contactpoint c ON c.id = o.point_id "
            "WHERE o.until IS NULL AND o.person_id = ANY(%s)",
            [[row[0] for row in rows]],
        ).fetchall()
