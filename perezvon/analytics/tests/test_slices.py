"""The same slice gives the same figures in the columnar store, in PostgreSQL and by plain counting."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perezvon.analytics import journeys
from perezvon.analytics.actions import mark_dirty, pour_everything
from perezvon.analytics.dimensions import DIMENSIONS
from perezvon.analytics.places import ASKED as PARTS
from perezvon.analytics.slices import CLIENTS, ERA, JOURNEYS, Scope, Slice
from perezvon.analytics.store.manifest import Manifest
from perezvon.analytics.store.reading import Reading
from perezvon.kit.periods import Period
from perezvon.tickets.models import Ticket

from . import cast

START = datetime(2026, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def company_of(boris: Any, anna: Any) -> list[Ticket]:
    """A hundred and some journeys over three months with everything that can differ."""
    people = [cast.client(f"C{number}") for number in range(25)]
    ads, site = cast.source("Ads"), cast.source("Site")
    ranks = (0, 20, 30, 40, 60, 70, 80, 1001, 1003, 2000, 2010, 2020)
    made = []
    for number in range(130):
        rank = ranks[number * 7 % len(ranks)]
        made.append(
            cast.journey(
                rank,
                at=START + cast.days(number * 0.7),
                state="closed" if number % 9 else "open",
                person=None if number % 9 == 0 else people[number * 5 % len(people)],
                source=(None, ads, site)[number % 3],
                product=cast.product(f"P{number % 4}") if number % 5 else None,
                department=anna.department if number % 2 else None,
                responsible=(anna, boris, None)[number % 3],
                region=("Moscow", "", 'Kazan, "Tatarstan"\nnew line')[number % 3],
                channel=("call", "form")[number % 2],
                is_new=number % 4 > 0,
                loss="" if rank >= 2000 or number % 2 else ("L05", "L07", "L13", "L12")[number // 2 % 4],
                healed=("", "L05", "L07")[number % 3],
                recovery=("", "by_us", "by_client")[number % 3],
                amount=1000 * number if rank >= 2000 else 0,
            )
        )
    return made


def slices() -> st.SearchStrategy[Slice]:
    filters = st.dictionaries(
        st.sampled_from(sorted(DIMENSIONS)), st.lists(st.integers(0, 3), min_size=1, max_size=2), max_size=2
    )

    def build(
        grain: str, by: list[str], chosen: dict[str, list[int]], first: int, days: int, compared: bool, mine: int
    ) -> Slice:
        start = START + cast.days(first)
        measures = ("clients",) if grain == CLIENTS else ("journeys", "sales", "revenue")
        return Slice(
            period=Period(start, start + cast.days(days)),
            by=tuple(by),
            measures=measures,
            grain=grain,
            filters=tuple((key, tuple(_value(key, each) for each in values)) for key, values in chosen.items()),
            scope=(Scope(), Scope(departments=(1, 2, 3), responsible=1), Scope(departments=(), responsible=2))[mine],
            compared=compared,
        )

    names = st.sampled_from(sorted([*DIMENSIONS, *PARTS, ERA]))
    return st.builds(
        build, st.sampled_from([CLIENTS, JOURNEYS]), st.lists(names, unique=True, max_size=4), filters,
        st.integers(-5, 80), st.integers(1, 70), st.booleans(), st.integers(0, 2),
    )  # fmt: skip


def _value(key: str, number: int) -> Any:
    if DIMENSIONS[key].is_text:
        return ("", "Moscow", "call", "form")[number]
    return None if number == 3 and key != "is_new" else number


def plainly(spec: Slice, rows: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    """The figures of a slice by counting one by one."""
    kept = [row for row in rows if spec.since <= row["opened"] < spec.until and _passes(spec, row)]
    if spec.grain == CLIENTS:
        furthest: dict[tuple[Any, ...], int] = defaultdict(int)
        keys = [name for name in spec.by if name not in PARTS]
        for row in kept:
            key = (*(_of(spec, row, name) for name in keys), row["client"])
            furthest[key] = max(furthest[key], row["place"])
        kept = [
            {**dict(zip(keys, key, strict=False)), "place": place, ERA: 0, **_era(keys, key)}
            for key, place in furthest.items()
        ]
    counted: Counter[tuple[Any, ...]] = Counter()
    for row in kept:
        counted[tuple(_of(spec, row, name) for name in spec.by)] += 1
    return counted


def _era(keys: list[str], key: tuple[Any, ...]) -> dict[str, Any]:
    return {"era": key[keys.index(ERA)]} if ERA in keys else {}


def _passes(spec: Slice, row: dict[str, Any]) -> bool:
    if not all(row[key] in values for key, values in spec.filters):
        return False
    scope = spec.scope
    return (
        scope.is_everything
        or row["department"] in (scope.departments or ())
        or (scope.responsible is not None and row["responsible"] == scope.responsible)
    )


def _of(spec: Slice, row: dict[str, Any], name: str) -> Any:
    if name in PARTS:
        return (row["place"] >> PARTS[name].shift) & PARTS[name].mask
    if name == ERA and "opened" in row:
        return 1 if spec.compared and row["opened"] < spec.turn else 0
    return row[name]


def _whole(rows: list[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    return Counter({tuple(row[:-1]): int(row[-1] or 0) for row in rows if int(row[-1] or 0)})


def test_random_slices_agree(boris, anna):
    made = company_of(boris, anna)
    pour_everything(at=cast.MONDAY)
    # Some journeys change after the pouring and are read from PostgreSQL.
    for ticket in made[::11]:
        Ticket.objects.filter(pk=ticket.pk).update(rank=2000, loss="", amount=77)
    mark_dirty(ticket.pk for ticket in made[::11])
    store = Reading.now()
    assert store.stale
    base = Reading("[]", [], Manifest())
    everything = [f"SELECT {', '.join(journeys.COLUMNS)} FROM ({journeys.select()}) AS j"]
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(everything[0])
        rows = [dict(zip(journeys.COLUMNS, row, strict=True)) for row in cursor.fetchall()]

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(slices())
    def agree(spec: Slice) -> None:
        ours, theirs = sorted_rows(store.counted(spec)), sorted_rows(base.counted(spec))
        assert ours == theirs
        if spec.grain == CLIENTS:
            assert _whole(store.counted(spec)) == plainly(spec, rows)

    agree()


def sorted_rows(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    plain = [tuple(int(value or 0) if number_like(value) else value for value in row) for row in rows]
    return sorted((row for row in plain if any(row)), key=repr)


def number_like(value: Any) -> bool:
    return value is None or hasattr(value, "__int__")


def test_undeclared_names_are_refused():
    period = Period(START, START + cast.days(1))
    for wrong in ({"by": ("phone",)}, {"measures": ("profit",)}, {"filters": (("name", ("x",)),)}, {"grain": "calls"}):
        with pytest.raises(ValueError, match="slice"):
            Slice(period, **wrong)
