"""The rows of a list: by rights, condition and words, in an order that an index serves; heads; neighbours."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.expressions import BaseExpression
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from perezvon.kit.conditions import Field, Group, Node, Test, operator, q
from perezvon.web.paging import Page, cursor_page

from .listing import Sort
from .state import State

MOST_COUNTED = 1000
MOST_HEADS = 200
_ORDER = "ordered_by"


def rows_of(state: State, verb: str = "view") -> Any:
    """Everything that the list shows, in no order. A condition that cannot be read shows nothing."""
    instead = state.show.instead if state.show and verb == "view" else None
    rows = instead(state.user) if instead else state.listing.rows(state.user, verb)
    if state.problem:
        return rows.none()
    if state.listing.search is not None and state.text:
        rows = state.listing.search(rows, state.user, state.text)
    if state.show and state.show.also:
        rows = rows.filter(state.show.also(state.user, state.at))
    return rows.filter(q(state.tree, state.seen))


def page_of(state: State, cursor: str | None) -> Page[Any]:
    """One page, its rows dressed for the columns."""
    listing = state.listing
    page = cursor_page(
        ordered(state, rows_of(state)).select_related(*listing.related), order_of(state), cursor, listing.size
    )
    listing.dress(page.items, state.user)
    return page


def ordered(state: State, rows: Any) -> Any:
    """The rows with what they are ordered by."""
    sort, _falls = state.order
    return rows.annotate(**{_ORDER: sort.by}) if isinstance(sort.by, BaseExpression) else rows


def order_of(state: State) -> tuple[str, str]:
    """The names of the order for ``cursor_page`` and ``order_by``."""
    sort, falls = state.order
    name, sign = _name(sort), "-" if falls else ""
    return f"{sign}{name}", f"{sign}pk"


def _name(sort: Sort) -> str:
    return _ORDER if isinstance(sort.by, BaseExpression) else str(sort.by)


def ids_of(state: State, most: int) -> list[int]:
    """The ids of the rows in their order, at most so many."""
    rows = ordered(state, rows_of(state)).order_by(*order_of(state))
    return list(rows.values_list("pk", flat=True)[:most])


def counted(rows: Any, most: int = MOST_COUNTED) -> int:
    """How many rows there are; from ``most`` on nobody counts further."""
    return int(rows.order_by().values("pk")[:most].count())


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a group: what its rows have in common, how many they are, what they sum up to."""

    key: str
    label: str
    count: int
    amount: Decimal | None
    query: str


def heads_of(state: State) -> list[Head]:
    """The groups, the fullest first, by one grouped query."""
    field = state.group
    if field is None:
        return []
    figures: dict[str, Any] = {"count": Count("pk")}
    if state.listing.amount:
        figures["amount"] = Sum(state.listing.amount)
    rows = rows_of(state).order_by().annotate(head=_head_of(field)).values("head").annotate(**figures)
    labels = {key: str(label).strip() for key, label in field.pairs}
    return [_head(state, field, row, labels) for row in rows.order_by("-count", "head")[:MOST_HEADS]]


def _head_of(field: Field) -> Any:
    return field.column if isinstance(field.column, BaseExpression) else F(field.column)


def _head(state: State, field: Field, row: dict[str, Any], labels: dict[Any, str]) -> Head:
    value = row["head"]
    is_empty = value is None or value == ""
    name = "empty" if is_empty else "is"
    asked = operator(field.kind, name)
    assert asked is not None
    test = Test(field, asked, None if is_empty else (value,))
    label = "" if is_empty else labels.get(value, f"№ {value}")
    return Head("none" if is_empty else str(value), label, row["count"], row.get("amount"), _opened(state, test))


def _opened(state: State, test: Test) -> str:
    """The address of the rows under a head: the same list narrowed by one more condition, without heads."""
    query = state.query.copy()
    query.pop("group", None)
    narrowed = State(state.listing, state.user, query, state.at, state.view)
    text = narrowed.with_where(_and(state.where, test))
    return f"{text}&group=" if state.view and state.view.group else text


def _and(node: Node, test: Test) -> Node:
    inside = node.nodes if isinstance(node, Group) and node.word == "all" else (node,)
    return Group("all", (*inside, test))


def neighbours(state: State, row: Any) -> tuple[int | None, int | None]:
    """The ids of the rows before and after ``row`` in the list it was opened from."""
    rows = ordered(state, rows_of(state))
    mine = (
        ordered(state, state.listing.rows(state.user)).filter(pk=row.pk).values_list(_name(state.order[0]), flat=True)
    )
    value = next(iter(mine), None)
    if value is None:
        return None, None
    return _beside(state, rows, value, row.pk, True), _beside(state, rows, value, row.pk, False)


def _beside(state: State, rows: Any, value: Any, pk: int, before: bool) -> int | None:
    sort, falls = state.order
    rises = falls == before
    beyond = TupleGreaterThan if rises else TupleLessThan
    sign = "" if rises else "-"
    found = rows.filter(Q(beyond(Tuple(F(_name(sort)), F("pk")), (value, pk))))
    return next(iter(found.order_by(f"{sign}{_name(sort)}", f"{sign}pk").values_list("pk", flat=True)[:1]), None)


def chunks(rows: Any, size: int = 1000) -> Iterator[list[Any]]:
    """Rows piece by piece in the order of their ids, whatever their number."""
    last = 0
    while True:
        piece = list(rows.filter(pk__gt=last).order_by("pk")[:size])
        if not piece:
            return
        yield piece
        last = piece[-1].pk
