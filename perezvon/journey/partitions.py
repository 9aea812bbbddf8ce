"""Monthly partitions of the ledger, made before their month begins."""

from datetime import UTC, date, datetime

from django.db import connection

AHEAD = 3


def months_from(first: date, count: int) -> list[date]:
    """The first days of ``count`` months, beginning with the month of ``first``."""
    index = first.year * 12 + first.month - 1
    return [date((index + n) // 12, (index + n) % 12 + 1, 1) for n in range(count)]


def make_partitions(*, at: datetime, ahead: int = AHEAD) -> list[str]:
    """Make the partitions of this month and of ``ahead`` more that do not exist; their names.

    A default partition takes a fact whose month is missing, so that nothing is refused; months
    are made well before they begin, therefore it stays empty (``doctor`` looks).
    """
    made = []
    months = months_from(at.astimezone(UTC).date(), ahead + 2)
    with connection.cursor() as cursor:
        for first, after in zip(months, months[1:], strict=False):
            name = f"journey_fact_{first:%Y_%m}"
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone()[0] is not None:
                continue
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF journey_fact "
                f"FOR VALUES FROM ('{first} 00:00+00') TO ('{after} 00:00+00')"
            )
            cursor.execute(
                f"CREATE TRIGGER {name}_keep_all BEFORE TRUNCATE ON {name} "
                "FOR EACH STATEMENT EXECUTE FUNCTION journey_refuse_change()"
            )
            made.append(name)
    return made


def missing_months(*, at: datetime) -> list[date]:
    """Months among this one and the next without a partition; empty when all is well."""
    months = months_from(at.astimezone(UTC).date(), 2)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m FROM unnest(%s::text[]) AS m WHERE to_regclass('journey_fact_' || m) IS NULL",
            [[f"{m:%Y_%m}" for m in months]],
        )
        missing = {row[0] for row in cursor.fetchall()}
    return [m for m in months if f"{m:%Y_%m}" in missing]
