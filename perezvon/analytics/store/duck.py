"""DuckDB in memory, one per process: the engine that reads and writes the Parquet files."""

import threading
from collections.abc import Sequence
from typing import Any

_lock = threading.Lock()
_engine: Any = None
SETTINGS: dict[str, str | bool | int | float | list[str]] = {"threads": 2, "memory_limit": "512MB"}


def cursor() -> Any:
    """A cursor of this process's engine, for one thread. DuckDB is loaded at the first question."""
    global _engine
    with _lock:
        if _engine is None:
            import duckdb  # noqa: PLC0415  a process that shows no figures need not load it

            _engine = duckdb.connect(config=SETTINGS)
            _engine.execute("SET parquet_metadata_cache = true")
        return _engine.cursor()


def rows(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a question and return its rows."""
    engine = cursor()
    try:
        return engine.execute(sql, list(values)).fetchall()  # type: ignore[no-any-return]
    finally:
        engine.close()


def quoted(text: str) -> str:
    """A text as a literal of SQL; only for names of our own files."""
    return "'" + text.replace("'", "''") + "'"
