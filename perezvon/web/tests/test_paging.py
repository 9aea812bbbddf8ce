"""Pages by cursor over real rows."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, models
from django.db.models.functions import Length
from django.test.utils import CaptureQueriesContext

from perezvon.web.paging import MOST, cursor_page

pytestmark = pytest.mark.django_db


class Pebble(models.Model):
    """A row of the test's own."""

    name = models.CharField(max_length=20)
    weight = models.IntegerField(null=True)
    found_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "web"
        managed = False
        db_table = "test_pebble"


WEIGHTS = (5, None, 3, 5, 1, None, 4, 3, 2, 5, 1)


@pytest.fixture(autouse=True)
def _pebbles(db: Any) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE test_pebble (id bigserial PRIMARY KEY, name varchar(20), weight int, found_at timestamptz)"
        )
        cursor.executemany(
            "INSERT INTO test_pebble (name, weight, found_at) VALUES (%s, %s, now())",
            [("x" * (1 + index % 4), weight) for index, weight in enumerate(WEIGHTS)],
        )
    yield


def walked(order: tuple[str, ...], size: int, queryset: Any = None) -> tuple[list[int], list[int]]:
    """Return the keys met while walking forward to the end, and then back to the start."""
    queryset = Pebble.objects.all() if queryset is None else queryset
    page = cursor_page(queryset, order, "", size)
    there, back, last = [row.pk for row in page], [], page
    while last.next_cursor:
        last = cursor_page(queryset, order, last.next_cursor, size)
        there += [row.pk for row in last]
    back = [row.pk for row in last]
    while last.previous_cursor:
        last = cursor_page(queryset, order, last.previous_cursor, size)
        back = [row.pk for row in last] + back
    return there, back


@pytest.mark.parametrize("size", [1, 2, 3, 4, 11, 50])
@pytest.mark.parametrize(
    "order",
    [
        ("-id",),
        ("weight", "id"),
        ("-weight", "id"),
        ("weight", "-id"),
        ("-weight", "-id"),
        ("-found_at", "name", "id"),
        ("name", "id"),
        ("-name", "-id"),
    ],
)
def test_every_row_comes_once_in_order_both_ways(order: tuple[str, ...], size: int) -> None:
    expected = list(Pebble.objects.order_by(*order).values_list("pk", flat=True))
    assert walked(order, size) == (expected, expected)


def test_many_rows_with_one_value_are_passed_by_the_index() -> None:
    page = cursor_page(Pebble.objects.all(), ("name", "id"), "", 2)
    with CaptureQueriesContext(connection) as asked:
        cursor_page(Pebble.objects.all(), ("name", "id"), page.next_cursor, 2)
    assert '("test_pebble"."name", "test_pebble"."id") > (' in asked[0]["sql"]


def test_annotations_may_stand_in_the_order() -> None:
    queryset = Pebble.objects.annotate(length=Length("name"))
    expected = list(queryset.order_by("-length", "id").values_list("pk", flat=True))
    assert walked(("-length", "id"), 3, queryset)[0] == expected


def test_a_row_that_arrives_meanwhile_shifts_nothing() -> None:
    first = cursor_page(Pebble.objects.all(), ("-id",), "", 3)
    Pebble.objects.create(name="new")
    second = cursor_page(Pebble.objects.all(), ("-id",), first.next_cursor, 3)
    assert [row.pk for row in first] + [row.pk for row in second] == [11, 10, 9, 8, 7, 6]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "bm90IGpzb24",
        "WyJuIiwgImFiYyJd",
        "WyJuIiwge31d",
        "WyJuIl0",
        "WyJ4IiwgMV0",
        "WyJuIiwgMWU5OTld",
        "W10",
        "bnVsbA",
        "WyJuIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ",
    ],
)
def test_a_damaged_cursor_is_the_first_page(cursor: str) -> None:
    assert [row.pk for row in cursor_page(Pebble.objects.all(), ("-id",), cursor, 2)] == [11, 10]


def test_a_page_has_a_limit() -> None:
    assert cursor_page(Pebble.objects.all(), ("-id",), "", 10**9).size == MOST
    assert len(cursor_page(Pebble.objects.all(), ("-id",), None, 0)) == 1


def test_an_empty_table_has_one_empty_page() -> None:
    page = cursor_page(Pebble.objects.none(), ("-id",), "")
    assert (page.items, page.next_cursor, page.previous_cursor) == ([], "", "")


def test_a_page_is_one_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        cursor_page(Pebble.objects.all(), ("-weight", "id"), "", 3)
