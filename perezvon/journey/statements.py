"""Statements so frequent that planning them anew each time would cost more than running them."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


def prepared(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a query whose plan the connection keeps; placeholders are ``%s``.

    For a fixed text only: every other text is another plan. Django's cursor puts values into the text, so a
    cursor of psycopg itself is taken, on the same connection and in the same transaction.
    """
    connection.ensure_connection()
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": "0"})  # pinned query counts see it too
    with psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(sql, values, prepare=True).fetchall()  # type: ignore[call-overload]
