"""Pages by cursor: the position is a row, not a number of rows to skip.

Page 1000 costs what page 1 costs, and rows that arrive meanwhile shift nothing.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

M = TypeVar("M", bound=Model)
SIZE = 50
MOST = 500


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Rows of one page and the cursors of its neighbours; "" means there is none."""

    items: list[M]
    next_cursor: str
    previous_cursor: str
    size: int

    def __iter__(self) -> Iterator[M]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Key:
    """One column of the order, and how its values are read back from a cursor."""

    name: str
    falls: bool
    field: "Field[Any, Any]"

    @property
    def nullable(self) -> bool:
        """Say whether rows without a value exist; PostgreSQL holds them for the greatest."""
        return bool(getattr(self.field, "null", False))

    def equal(self, value: Any) -> Q:
        """Match rows that stand level with the cursor in this column."""
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def beyond(self, value: Any, falls: bool) -> Q | None:
        """Match rows behind ``value`` in the direction; None when there can be none."""
        missing = Q(**{f"{self.name}__isnull": True})
        if value is None:
            return ~missing if falls else None
        after = Q(**{f"{self.name}__{'lt' if falls else 'gt'}": value})
        return after | missing if self.nullable and not falls else after


def cursor_page(
    queryset: QuerySet[M],
    order: Sequence[str] = ("-created_at", "-id"),
    cursor: str | None = "",
    size: int = SIZE,
) -> Page[M]:
    """Return one page of ``queryset`` in ``order``, from ``cursor`` on.

    ``order`` holds names of columns or annotations, "-" falls; the last one must
    be unique. A cursor that is empty or was tampered with means the first page.
    ``size`` is at most 500 rows.
    """
    size = max(1, min(size, MOST))
    keys = [_key(queryset, name) for name in order]
    backwards, values = _read(cursor or "", keys)
    rows = queryset.order_by(*(_column(key, backwards) for key in keys))
    if values is not None:
        rows = rows.filter(_after(keys, values, backwards))
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    return Page(
        items=found,
        next_cursor=_cursor(found[-1], keys, "n") if found and (more or backwards) else "",
        previous_cursor=_cursor(found[0], keys, "p") if found and (more if backwards else values is not None) else "",
        size=size,
    )


def _key(queryset: QuerySet[M], name: str) -> Key:
    """Describe one name of the order; it may follow a relation or be an annotation."""
    plain = name.lstrip("-")
    annotation = queryset.query.annotations.get(plain)
    if annotation is not None:
        return Key(plain, name.startswith("-"), annotation.output_field)
    return Key(plain, name.startswith("-"), _field(queryset.model, plain))


def _field(model: type[Model], path: str) -> "Field[Any, Any]":
    """Return the field at the end of ``path`` (``stage__order``)."""
    name, _, rest = path.partition("__")
    found = model._meta.pk if name == "pk" else model._meta.get_field(name)
    if not rest:
        return found  # type: ignore[return-value]
    if found is None or not found.related_model:
        raise FieldDoesNotExist(path)
    return _field(found.related_model, rest)


def _column(key: Key, backwards: bool) -> str:
    """Return the ``order_by`` word of one column."""
    return f"-{key.name}" if key.falls != backwards else key.name


def _after(keys: list[Key], values: list[Any], backwards: bool) -> Q:
    """Match rows behind the cursor: (a, b) beyond (x, y), as one comparison where that can be said.

    The index then starts exactly at the cursor, however many rows have the same first value.
    """
    if len({key.falls for key in keys}) == 1 and None not in values and not any(key.nullable for key in keys):
        beyond = TupleLessThan if keys[0].falls != backwards else TupleGreaterThan
        return Q(beyond(Tuple(*(F(key.name) for key in keys)), tuple(values)))
    return _column_by_column(keys, values, backwards)


def _column_by_column(keys: list[Key], values: list[Any], backwards: bool) -> Q:
    """The same for mixed directions and for columns without a value."""
    condition = Q()
    level = Q()
    for key, value in zip(keys, values, strict=True):
        step = key.beyond(value, key.falls != backwards)
        if step is not None:
            condition |= level & step
        level &= key.equal(value)
    first = keys[0].beyond(values[0], keys[0].falls != backwards)
    # The bound on the first column is implied, but lets the index start at the right place.
    bound = keys[0].equal(values[0]) | first if first is not None else keys[0].equal(values[0])
    return bound & condition


def _cursor(row: Model, keys: list[Key], direction: str) -> str:
    """Write the place of ``row`` down as a word that is safe in an address."""
    values = [_written(_value(row, key.name)) for key in keys]
    text = json.dumps([direction, *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _value(row: Any, path: str) -> Any:
    """Follow ``stage__order`` from a row."""
    for name in path.split("__"):
        row = None if row is None else getattr(row, name)
    return row


def _written(value: Any) -> Any:
    """Return ``value`` as JSON can hold it."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Model):
        return value.pk
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def _read(cursor: str, keys: list[Key]) -> tuple[bool, list[Any] | None]:
    """Return the direction and the values in a cursor; no values for a bad one."""
    if not cursor:
        return False, None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        direction, *values = json.loads(text)
        if direction not in ("n", "p") or len(values) != len(keys):
            return False, None
        pairs = zip(keys, values, strict=True)
        return direction == "p", [None if v is None else _typed(k, v) for k, v in pairs]
    except (ValueError, TypeError, ValidationError, binascii.Error, ArithmeticError):
        return False, None


def _typed(key: Key, value: Any) -> Any:
    """Return ``value`` as the column holds it. Raises ValueError, ValidationError for nonsense."""
    if isinstance(value, (list, dict)) or "\x00" in str(value):
        raise ValueError("not a value of a cursor")
    target = key.field.target_field if key.field.is_relation else key.field  # type: ignore[attr-defined]
    typed = target.to_python(value)
    if isinstance(typed, int) and not -(2**63) <= typed < 2**63:
        raise ValueError("out of range")
    if isinstance(typed, Decimal) and not typed.is_finite():
        raise ValueError("not a number")
    return typed
