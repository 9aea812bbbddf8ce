"""Statements so frequent that planning them anew each time would cost more than running them."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import psycopg
from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)
_AT_ONCE = 0  # executions before a statement is prepared


def prepared(sql: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a query whose plan the connection keeps; placeholders are ``%s`` or ``%(name)s``.

    For a fixed text only: every other text is another plan. Django's cursor puts values into the text, so a
    cursor of psycopg itself is taken, on the same connection and in the same transaction. Django also turns
    preparing off for the whole connection: it is on for this statement alone.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": "0"})  # pinned query counts see it too
    link = connection.connection
    link.prepare_threshold = _AT_ONCE
    try:
        with connection.wrap_database_errors, psycopg.Cursor(link) as cursor:
            return cursor.execute(sql, values, prepare=True).fetchall()  # type: ignore[call-overload]
    finally:
        link.prepare_threshold = None


def listed(model: type[M], tail: str = "", values: Sequence[Any] = ()) -> list[M]:
    """Rows of one table as objects, by a kept plan: ``listed(Stage, "WHERE pipeline_id = %s ORDER BY id", [3])``.

    For what every page reads (who it is, the stages of a board): building such a query takes the ORM five times as
    long as the database takes to answer it. ``tail`` names columns of the database and is a fixed text.
    """
    head, names = _columns(model)
    return [model.from_db(connection.alias, names, row) for row in prepared(f"{head} {tail}", values)]


@cache
def _columns(model: type[Model]) -> tuple[str, tuple[str, ...]]:
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return f'SELECT {columns} FROM "{model._meta.db_table}"', tuple(field.attname for field in fields)  # noqa: S608
