"""The canonical call as the columns of its row."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from ..canonical import Call as Told
from ..models import Call

TOLD = (
    "direction", "state", "phone", "line", "queue", "menu_node", "started_at", "answered_at", "ended_at",
    "wait_seconds", "talk_seconds", "stage", "cause", "observed", "record", "promised_at", "rating", "path", "legs", "attempts",
)  # fmt: skip
OURS = ("person_id", "user_id", "department_id", "said")
_LENGTHS = {"phone": 20, "line": 20, "queue": 80, "menu_node": 80, "record": 2000, "cause": 24, "stage": 8}
_SECONDS = frozenset({"wait_seconds", "talk_seconds"})
_LISTS = frozenset({"path", "legs", "attempts"})
_INT_MOST = 2_147_483_647


def columns_of(told: Told) -> dict[str, Any]:
    """The columns that the exchange's events decide, as they are stored."""
    return {name: _column(name, getattr(told, name)) for name in TOLD}


def _column(name: str, value: Any) -> Any:
    if name in _LISTS:
        return [_plain(item) for item in value]
    if name in _LENGTHS:
        return str(value)[: _LENGTHS[name]]
    return min(value, _INT_MOST) if name in _SECONDS else value


def _plain(item: Any) -> dict[str, Any]:
    """A span, a leg or an attempt as JSON; what is empty is left out."""
    values = ((one.name, getattr(item, one.name)) for one in fields(item))
    return {name: v.isoformat() if isinstance(v, datetime) else str(v) for name, v in values if v not in (None, "")}


def differences(call: Call, columns: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Columns that are stored otherwise: name -> (stored, told)."""
    pairs = {name: (getattr(call, name), value) for name, value in columns.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
