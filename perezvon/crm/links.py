"""What refers to a client in the whole base: the database is asked, so rooms above need not be known here."""

from dataclasses import dataclass

from django.db import connection, models

_REFERRERS = """
SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
 WHERE c.contype = 'f' AND c.confrelid = %s::regclass AND c.conparentid = 0 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Link:
    """A column of a table that holds ids of clients; both names come from the catalogue, already quoted where needed."""

    table: str
    column: str


def referrers(model: type[models.Model], *, without: tuple[str, ...] = ()) -> list[Link]:
    """Every column with a foreign key to ``model``, except those of the tables ``without``."""
    with connection.cursor() as cursor:
        cursor.execute(_REFERRERS, [model._meta.db_table])
        rows = cursor.fetchall()
        quote = connection.ops.quote_name
        return [Link(table, quote(column)) for table, column in rows if table not in without]


def referring(links: list[Link], ids: list[int]) -> set[int]:
    """Those of ``ids`` that any of the columns holds."""
    found: set[int] = set()
    with connection.cursor() as cursor:
        for link in links:
            cursor.execute(f"SELECT DISTINCT {link.column} FROM {link.table} WHERE {link.column} = ANY(%s)", [ids])
            found.update(row[0] for row in cursor.fetchall())
    return found
