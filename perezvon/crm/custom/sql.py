"""Where a value of a field stands in the base, and the indexes that serve conditions and orders.

One text for a field in queries and in its indexes, so that they always match; keys are made of numbers only. Every part
is IMMUTABLE for PostgreSQL: a day is put together by ``make_date``, because a cast to ``date`` depends on settings.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import Func

from ..models import Company, CustomField, Deal, Person
from .definitions import Definition, Kind

_TEXT = "({c} ->> '{k}')"
_DAY = f"make_date(substr({_TEXT}, 1, 4)::int, substr({_TEXT}, 6, 2)::int, substr({_TEXT}, 9, 2)::int)"
_FOLDED = f"translate(upper({_TEXT}), 'Ё', 'Е')"
_NUMBER = f"({_TEXT}::numeric)"
PLAIN: dict[str, str] = {
    Kind.TEXT: _TEXT, Kind.NUMBER: _NUMBER, Kind.MONEY: _NUMBER, Kind.DATE: _DAY, Kind.CHOICE: f"({_TEXT}::bigint)",
    Kind.STAFF: f"({_TEXT}::bigint)", Kind.FLAG: f"({_TEXT}::boolean)", Kind.MANY: "({c} -> '{k}')",
}  # fmt: skip
# An order never meets NULL: what is empty comes before everything.
SORTED: dict[str, str] = {
    Kind.TEXT: f"coalesce({_FOLDED}, '')",
    Kind.NUMBER: f"coalesce({_NUMBER}, '-1000000000000000'::numeric)",
    Kind.MONEY: f"coalesce({_NUMBER}, '-1000000000000000'::numeric)",
    Kind.DATE: f"coalesce({_DAY}, make_date(1, 1, 1))",
}
_DECIMAL = models.DecimalField(max_digits=30, decimal_places=6)
_OUTPUT: dict[str, Any] = {
    Kind.TEXT: models.TextField(), Kind.NUMBER: _DECIMAL, Kind.MONEY: _DECIMAL, Kind.DATE: models.DateField(),
    Kind.CHOICE: models.BigIntegerField(), Kind.STAFF: models.BigIntegerField(), Kind.FLAG: models.BooleanField(),
    Kind.MANY: models.JSONField(),
}  # fmt: skip
TABLES: dict[str, type[models.Model]] = {"person": Person, "company": Company, "deal": Deal}


def _expression(text: str, one: Definition, path: str) -> Func:
    template = text.format(c="%(expressions)s", k=one.key)
    return Func(path, template=template, output_field=_OUTPUT[one.kind])


def column(one: Definition, path: str = "custom") -> Func:
    """The value as an expression, NULL when there is none."""
    return _expression(PLAIN[one.kind], one, path)


def order(one: Definition) -> Func | None:
    """What lists are ordered by, served by an index; None for kinds that have no order."""
    return _expression(SORTED[one.kind], one, "custom") if one.kind in SORTED else None


@dataclass(frozen=True, slots=True)
class Index:
    """An index of one field: its name and what comes after the table's name."""

    name: str
    body: str


def indexes(row: CustomField) -> list[Index]:
    """What serves conditions (only rows that have a value are in it) and, where there is an order, the order."""
    places = {"c": "custom", "k": row.key}
    plain, name = PLAIN[row.kind].format(**places), f"crm_custom_{row.pk}"
    if row.kind == Kind.TEXT:
        found = [Index(f"{name}_in", f"USING gin (({_FOLDED.format(**places)}) gin_trgm_ops)")]
    elif row.kind == Kind.MANY:
        found = [Index(f"{name}_in", f"USING gin ({plain} jsonb_path_ops)")]
    elif row.kind == Kind.FLAG:
        found = [Index(f"{name}_in", f"(id) WHERE {plain}")]
    else:
        found = [Index(f"{name}_in", f"(({plain}), id) WHERE {plain} IS NOT NULL")]
    if row.kind in SORTED:
        found.append(Index(f"{name}_by", f"(({SORTED[row.kind].format(**places)}), id)"))
    return found


def build(row: CustomField) -> None:
    """Make the indexes without holding anybody up; one that was left half made is made anew."""
    table, way = TABLES[row.noun]._meta.db_table, "" if connection.in_atomic_block else "CONCURRENTLY"
    with connection.cursor() as cursor:
        for index in indexes(row):
            cursor.execute(f"DROP INDEX {way} IF EXISTS {index.name}")
            cursor.execute(f"CREATE INDEX {way} {index.name} ON {table} {index.body}")


def drop(row: CustomField) -> None:
    """Take the indexes of a field away that was put away."""
    way = "" if connection.in_atomic_block else "CONCURRENTLY"
    with connection.cursor() as cursor:
        for index in indexes(row):
            cursor.execute(f"DROP INDEX {way} IF EXISTS {index.name}")


def keep_indexes(at: datetime) -> int:
    """Make or drop the indexes of one field that asks for it; 0 = nothing to do. The worker calls it."""
    waiting = CustomField.objects.filter(
        models.Q(is_archived=False, indexed_at=None) | models.Q(is_archived=True, indexed_at__isnull=False)
    )
    row = waiting.order_by("pk").first()
    if row is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(7262303)")
        if not cursor.fetchone()[0]:
            return 0
        try:
            (drop if row.is_archived else build)(row)
            CustomField.objects.filter(pk=row.pk, is_archived=row.is_archived).update(
                indexed_at=None if row.is_archived else at
            )
        finally:
            cursor.execute("SELECT pg_advisory_unlock(7262303)")
    return 1
