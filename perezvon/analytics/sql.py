"""A slice becomes SQL: one generator, and what differs between the engines in one small table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .dimensions import CLIENT_MEASURES, JOURNEY_MEASURES
from .places import ASKED
from .slices import CLIENTS, ERA, Slice


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where the engines differ: the mark of a parameter, bits, and "the request of the greatest place"."""

    mark: str
    part: Callable[[str, int, int], str]
    furthest: str
    ticket_of: str


_SHIFTED = "(({0} >> {1}) & {2})"
POSTGRES = Dialect(
    mark="%s",
    part=_SHIFTED.format,
    furthest="max(ARRAY[place, ticket])",
    ticket_of="furthest[2]",
)
DUCKDB = Dialect(
    mark="?",
    part=_SHIFTED.format,
    furthest="max(struct_pack(place := place, ticket := ticket))",
    ticket_of="furthest.ticket",
)
CLICKHOUSE = Dialect(
    mark="%s",
    part="bitAnd(bitShiftRight({0}, {1}), {2})".format,
    furthest="max(tuple(place, ticket))",
    ticket_of="furthest.2",
)


@dataclass(slots=True)
class Query:
    """SQL being written, with its parameters in the order of their marks."""

    dialect: Dialect
    values: list[Any] = field(default_factory=list)

    def bind(self, value: Any) -> str:
        self.values.append(value)
        return self.dialect.mark

    def part(self, name: str, column: str = "place") -> str:
        bits = ASKED[name]
        if name == "place":
            return column
        return self.dialect.part(column, bits.shift, bits.mask)

    def conditions(self, spec: Slice) -> str:
        """The WHERE of a slice; spans are whole seconds, so they are written as they are."""
        tests = [f"opened >= {spec.since} AND opened < {spec.until}"]
        tests += [self._filter(name, values) for name, values in spec.filters]
        if not spec.scope.is_everything:
            tests.append(self._scope(spec))
        return " AND ".join(tests)

    def _filter(self, name: str, values: tuple[Any, ...]) -> str:
        tests = []
        known = [value for value in values if value is not None]
        if known:
            tests.append(f"{name} IN ({', '.join(self.bind(value) for value in known)})")
        if len(known) < len(values):
            tests.append(f"{name} IS NULL")
        return f"({' OR '.join(tests)})" if tests else "FALSE"

    def _scope(self, spec: Slice) -> str:
        tests = []
        if spec.scope.departments:
            tests.append(f"department IN ({', '.join(str(int(each)) for each in spec.scope.departments)})")
        if spec.scope.responsible is not None:
            tests.append(f"responsible = {int(spec.scope.responsible)}")
        return f"({' OR '.join(tests)})" if tests else "FALSE"


def _era(spec: Slice) -> str:
    return f"CASE WHEN opened >= {spec.turn} THEN 0 ELSE 1 END" if spec.compared else "0"


def _listed(*groups: list[str]) -> str:
    return ", ".join(name for group in groups for name in group)


def _columns(pairs: list[tuple[str, str]]) -> str:
    return ", ".join(text if text == name else f"{text} AS {name}" for name, text in pairs)


def counted(spec: Slice, source: str, dialect: Dialect) -> tuple[str, list[Any]]:
    """The SQL and the parameters of a slice over the rows that ``source`` selects.

    The columns come in the order of ``spec.by``, then ``spec.measures``; rows are in no order.
    """
    query = Query(dialect)
    make = _of_clients if spec.grain == CLIENTS else _of_journeys
    return make(spec, source, query), query.values


def _of_clients(spec: Slice, source: str, query: Query) -> str:
    # Three steps: the furthest journey of each client, how many clients stand at each place, and only
    # then the bits of the place: they are taken apart for thousands of places, not for a million people.
    keys = [(name, _era(spec) if name == ERA else name) for name in spec.by if name not in ASKED]
    names = [name for name, _text in keys]
    inner = [*keys, ("client", "client"), ("place", "max(place)")]
    grouped = _listed([text if name != ERA else ERA for name, text in keys], ["client"])
    outer = [(name, query.part(name) if name in ASKED else name) for name in spec.by]
    measures = [(name, CLIENT_MEASURES[name].replace("count(*)", "sum(n)")) for name in spec.measures]
    places = _listed(names, ["place"])
    body = (
        f"WITH furthest AS (SELECT {_columns(inner)} FROM ({source}) AS journeys "
        f"WHERE {query.conditions(spec)} GROUP BY {grouped}), "
        f"places AS (SELECT {places}, count(*) AS n FROM furthest GROUP BY {places}) "
        f"SELECT {_columns([*outer, *measures])} FROM places"
    )
    return body + _grouping(len(spec.by))


def _of_journeys(spec: Slice, source: str, query: Query) -> str:
    outer = [(name, _expression(name, spec, query)) for name in spec.by]
    measures = [(name, JOURNEY_MEASURES[name]) for name in spec.measures]
    conditions = query.conditions(spec)
    if not {"journeys"} & set(spec.measures):
        conditions += " AND sales > 0"  # nothing else adds to sales and revenue
    body = f"SELECT {_columns([*outer, *measures])} FROM ({source}) AS journeys WHERE {conditions}"
    return body + _grouping(len(spec.by))


def _expression(name: str, spec: Slice, query: Query) -> str:
    if name == ERA:
        return _era(spec)
    return query.part(name) if name in ASKED else name


def _grouping(count: int) -> str:
    return f" GROUP BY {', '.join(str(number + 1) for number in range(count))}" if count else ""


def furthest_tickets(
    spec: Slice, test: str, source: str, dialect: Dialect, *, limit: int, before: int | None = None
) -> tuple[str, list[Any]]:
    """SQL of the requests behind a figure: of each client the furthest one, when its place meets ``test``.

    Newest (greatest id) first; ``before`` is the id of the last one already seen.
    """
    query = Query(dialect)
    ticket = dialect.ticket_of
    inner = (
        f"SELECT {dialect.furthest} AS furthest, max(place) AS place FROM ({source}) AS journeys "
        f"WHERE {query.conditions(spec)} GROUP BY client"
    )
    bound = f" AND {ticket} < {int(before)}" if before is not None else ""
    text = f"SELECT {ticket} AS ticket FROM ({inner}) AS clients WHERE {test}{bound} ORDER BY 1 DESC LIMIT {int(limit)}"
    return text, query.values
