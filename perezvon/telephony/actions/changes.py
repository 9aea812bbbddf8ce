"""Setting columns of a row so that the ledger can be told what changed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model


def change(row: Model, values: Mapping[str, Any], hidden: Iterable[str] = ()) -> dict[str, list[Any]]:
    """Set and save the columns that differ: {column: [before, after]} in plain values.

    ``hidden`` columns (passwords) are told as changed without their values. Nothing differs: nothing is saved.
    """
    told = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            told[name] = [] if name in hidden else [_plain(before), _plain(value)]
            setattr(row, name, value)
    if told:
        row.save(update_fields=list(told))
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return str(value)
    return value if isinstance(value, (str, int, float, bool, list, type(None))) else str(value)
