"""What a room lets be asked about its rows: declared once, used by filters, segments, rules and the API alike."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from django.db.models import Expression, QuerySet
from django.utils.functional import Promise

from .operators import OPERATORS, Kind, Operator

Label = str | Promise
Key = str | int
Pair = tuple[Key, Label]
Rows = Callable[[], "QuerySet[Any]"]


def everybody(user: Any) -> bool:
    """The default right: anybody may ask."""
    return True


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be asked about a row.

    ``path`` is the column ("region", "stage__kind"; never across a to-many relation) or an expression; without it
    the key. ``value(row)`` gives the same in Python; without it the path is followed from the object.
    ``choices`` are (key, label) pairs or a function that reads them; with ``ids`` the keys are ids of rows, which
    may be gone tomorrow, else a code that is not among them is refused. ``words`` are names that mean somebody
    else for everyone ("me"), with labels; ``Circumstances`` say what they are. For MANY ``rows()`` are the rows of
    the relation, tied to the outer one by ``OuterRef("pk")``, and ``path`` is the column with the key in them; without
    ``rows`` it is an expression of a JSON array of keys in the row itself, never empty (NULL = none).
    ``can(user)`` says who may ask; ``group`` is a heading in the list of fields.
    """

    key: str
    kind: Kind
    label: Label
    path: str | Expression = ""
    value: Callable[[Any], Any] | None = None
    choices: Sequence[Pair] | Callable[[], Iterable[Pair]] = ()
    ids: bool = False
    words: Mapping[str, Label] = field(default_factory=dict)
    rows: Rows | None = None
    can: Callable[[Any], bool] = everybody
    group: Label = ""

    @property
    def column(self) -> str | Expression:
        """Where the value stands for the database."""
        return self.path or self.key

    def of(self, row: Any) -> Any:
        """The value of a row in Python; None when it, or something on the way to it, is missing."""
        if self.value is not None:
            return self.value(row)
        if not isinstance(self.column, str):
            raise TypeError(f"{self.key} is an expression and says no value= for Python")
        return reduce(_step, self.column.split("__"), row)

    @property
    def pairs(self) -> list[Pair]:
        """What can be chosen, as (key, label)."""
        return list(self.choices() if callable(self.choices) else self.choices)

    @property
    def operators(self) -> tuple[Operator, ...]:
        """What can be asked of it."""
        return OPERATORS[self.kind]


def _step(row: Any, name: str) -> Any:
    if row is None:
        return None
    return row.get(name) if isinstance(row, Mapping) else getattr(row, name)


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows that belong to a row (deals of a client): "has some that ...", "has none that ...".

    ``fields`` is the vocabulary of those rows (a function, because vocabularies may name each other); ``rows()`` are
    tied to the outer row by ``OuterRef("pk")``; ``each(row)`` gives them in Python.
    """

    key: str
    label: Label
    fields: Callable[[], "Fields"]
    rows: Rows
    each: Callable[[Any], Iterable[Any]]
    can: Callable[[Any], bool] = everybody


class Fields:
    """The vocabulary of one noun, open to other rooms: an upper one may ``add`` to it, ``more`` is asked each time.

    ``more()`` is for fields that people make themselves; a key that is taken is a programming error.
    """

    def __init__(self, noun: str, *known: Field | Relation) -> None:
        self.noun = noun
        self._known: dict[str, Field | Relation] = {}
        self._more: list[Callable[[], Iterable[Field]]] = []
        self._user: Any = None
        self._is_limited = False
        for each in known:
            self.add(each)

    def add(self, one: Field | Relation) -> None:
        """Declare one more thing to ask. ValueError when its key is taken."""
        if one.key in self._known:
            raise ValueError(f"{self.noun}.{one.key} is declared twice")
        self._known[one.key] = one

    def more(self, source: Callable[[], Iterable[Field]]) -> Callable[[], Iterable[Field]]:
        """Let ``source`` tell fields of its own, every time anew; works as a decorator."""
        self._more.append(source)
        return source

    def open_to(self, user: Any) -> "Fields":
        """The same vocabulary without what ``user`` may not ask about."""
        limited = Fields(self.noun)
        limited._known, limited._more, limited._user, limited._is_limited = self._known, self._more, user, True
        return limited

    def of(self, relation: Relation) -> "Fields":
        """The vocabulary of a relation's rows, open to the same person as this one."""
        inside = relation.fields()
        return inside.open_to(self._user) if self._is_limited else inside

    def __iter__(self) -> Iterator[Field | Relation]:
        yield from (one for one in self._known.values() if self._may(one))
        yield from (one for source in self._more for one in source() if self._may(one))

    def find(self, key: str) -> Field | Relation | None:
        """What is called ``key``, or None when there is nothing, or nothing for this person."""
        known = self._known.get(key)
        if known is not None:
            return known if self._may(known) else None
        return next((one for source in self._more for one in source() if one.key == key and self._may(one)), None)

    def field(self, key: str) -> Field | None:
        """The field ``key``; None also for a relation."""
        found = self.find(key)
        return found if isinstance(found, Field) else None

    @property
    def plain(self) -> list[Field]:
        """The fields without the relations, in the order of their declaration."""
        return [one for one in self if isinstance(one, Field)]

    def _may(self, one: Field | Relation) -> bool:
        return not self._is_limited or one.can(self._user)
