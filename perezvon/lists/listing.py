"""What a list is made of: a room declares one ``Listing`` for a noun, and every list can do the same things.

Filters, saved views, columns, orders, groups, changing in place, actions on many rows, export and calling through are
written once, for whatever is declared here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Expression, Q
from django.utils.functional import Promise
from django.utils.html import conditional_escape

from perezvon.kit.conditions import Fields
from perezvon.web import tables

Label = str | Promise


def _plain(value: Any) -> Any:
    return "" if value is None else value


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at a list, when, and in which request (None in the background)."""

    user: Any
    at: datetime
    request: Any = None


@dataclass(frozen=True, slots=True)
class Column(tables.Column):
    """A column of a list and of its files.

    ``value(row)`` is the plain value for files; ``cell(row, look)`` is the HTML of the page, by default the escaped
    value. ``may(user)`` hides a column; ``edit`` is the key of the ``Edit`` that changes it in place. ``classes``
    are those of the cell; ``link`` makes the cell the way to the row's own page.
    """

    value: Callable[[Any], Any] = lambda row: ""
    cell: Callable[[Any, Look], Any] | None = None
    may: Callable[[Any], bool] = lambda user: True
    edit: str = ""
    classes: str = ""
    link: bool = False

    def drawn(self, row: Any, look: Look) -> Any:
        """The cell as HTML."""
        return self.cell(row, look) if self.cell is not None else conditional_escape(_plain(self.value(row)))


@dataclass(frozen=True, slots=True)
class Sort:
    """An order that an index serves: by ``by`` (a column or an expression, never NULL), then by the key of the row."""

    key: str
    label: Label
    by: str | Expression


@dataclass(frozen=True, slots=True)
class Show:
    """A view that everybody has: a chip over the list.

    ``where`` is its condition as JSON, ``also(user, at)`` what no vocabulary can say. ``instead(user)`` are rows that the
    person may look at, and no more, for another reason than his rights.
    """

    key: str
    label: Label
    where: Mapping[str, Any] = field(default_factory=dict)
    tone: str = ""
    sort: str = ""
    also: Callable[[Any, datetime], Q] | None = None
    instead: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """How one field is changed in place.

    ``field(user, row)`` makes the form's field; ``of(row)`` is its value now; ``changes(user, value)`` turns the
    cleaned value into columns of the row.
    """

    key: str
    label: Label
    field: Callable[[Any, Any], forms.Field]
    of: Callable[[Any], Any]
    changes: Callable[[Any, Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """What an action did to one row: columns before and after, as JSON can hold them."""

    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """Something that is done to many rows at once.

    ``verb`` is the right that every single row needs; ``form(user, data)`` asks for what is needed; ``values(form)``
    is the answer as JSON can hold it. ``change(row, values, by, at)`` does it to one row with the room's own action
    and raises Refused when it cannot; None = there was nothing to change. ``restore(row, change, by, at)`` takes it
    back, and answers False when the row has been changed since; without it the action cannot be undone.
    """

    key: str
    label: Label
    icon: str
    verb: str
    form: Callable[[Any, Any], forms.Form]
    values: Callable[[Any], dict[str, Any]]
    change: Callable[..., Change | None]
    restore: Callable[..., bool] | None = None
    may: Callable[[Any], bool] = lambda user: True
    tone: str = ""

    @property
    def can_be_undone(self) -> bool:
        """The whole action can be taken back."""
        return self.restore is not None


class Refused(Exception):
    """One row cannot be changed as asked; ``str()`` is a translated sentence."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button over the list, open to those who have the right; ``carries`` the list's query as ``?list=``."""

    label: Label
    url_name: str
    icon: str
    noun: str = ""
    verb: str = ""
    dialog: bool = True
    primary: bool = True
    query: str = ""
    carries: bool = False


@dataclass(frozen=True, slots=True)
class More:
    """What people add to a list themselves: columns, orders, fields changed in place, fields whose values are heads."""

    columns: tuple[Column, ...] = ()
    sorts: tuple[Sort, ...] = ()
    edits: tuple[Edit, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listing:
    """A list of one noun. ``key`` stands in addresses ("people"), ``noun`` in rights ("person").

    ``rows(user, verb)`` are those in reach; ``search(rows, user, text)`` narrows them; ``dress(rows, user)`` adds to
    the rows of one page what the columns need, with a fixed number of queries. ``counts(user, at)`` are the numbers
    of the chips. ``quick`` are fields with a select box over the list, ``groups`` those whose values can be heads over
    the rows; ``amount`` is the column that the heads sum.
    ``client`` is the path to the person whom a row is about (for calling through). ``change(row, changes,
    version=, by=, at=)`` saves columns, ``changed`` is the error it raises when somebody was faster.
    ``more()`` is asked every time: what people add on screen. ``size`` is rows a page; ``owner`` names the attributes with the responsible and the department, for rights.
    """

    key: str
    noun: str
    title: Label
    url_name: str
    icon: str
    fields: Fields
    columns: tuple[Column, ...]
    sorts: tuple[Sort, ...]
    sort: str
    rows: Callable[..., Any]
    card: str = ""
    related: tuple[str, ...] = ()
    search: Callable[[Any, Any, str], Any] | None = None
    placeholder: Label = ""
    shows: Callable[[], Sequence[Show]] = tuple
    show: str = ""
    counts: Callable[[Any, datetime], Mapping[str, int]] = lambda user, at: {}
    quick: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    amount: str = ""
    dress: Callable[[Sequence[Any], Any], None] = lambda rows, user: None
    client: str = ""
    edits: tuple[Edit, ...] = ()
    change: Callable[..., Any] | None = None
    changed: type[Exception] = Refused
    buttons: tuple[Button, ...] = ()
    empty: tuple[Label, Label] = ("", "")
    live: str = ""
    size: int = 50
    owner: tuple[str, str] = ("responsible_id", "department_id")
    more: Callable[[], More] = More
    actions: dict[str, Action] = field(default_factory=dict)

    @property
    def is_searched(self) -> bool:
        """Words can be looked for."""
        return self.search is not None

    def add_action(self, action: Action) -> None:
        """Let one more thing be done to many rows; upper rooms add theirs. ValueError when the key is taken."""
        if action.key in self.actions:
            raise ValueError(f"{self.key}: the action {action.key!r} is declared twice")
        self.actions[action.key] = action

    def sort_of(self, word: str) -> Sort | None:
        """The order of a word of the address ("-created")."""
        every = (*self.sorts, *self.more().sorts)
        return next((sort for sort in every if sort.key == word.removeprefix("-")), None)

    def edit(self, key: str) -> Edit | None:
        """How the field is changed in place, if it is."""
        return next((edit for edit in (*self.edits, *self.more().edits) if edit.key == key), None)

    def column(self, key: str) -> Column | None:
        """The column with this key."""
        return next((column for column in self.every_column if column.key == key), None)

    def column_of_edit(self, key: str) -> Column | None:
        """The column whose cell shows the field that ``key`` changes."""
        return next((column for column in self.every_column if column.edit == key), None)

    @property
    def every_column(self) -> tuple[Column, ...]:
        """Those of the room and those that people added."""
        return (*self.columns, *self.more().columns)

    @property
    def every_group(self) -> tuple[str, ...]:
        """The fields whose values can be heads."""
        return (*self.groups, *self.more().groups)

    def columns_for(self, user: Any) -> list[Column]:
        """The columns that a person may see."""
        return [column for column in self.every_column if column.may(user)]


listings: dict[str, Listing] = {}


def register(listing: Listing) -> Listing:
    """Make a list known to the whole product. ValueError when its key is taken."""
    if listing.key in listings:
        raise ValueError(f"the list {listing.key!r} is declared twice")
    listings[listing.key] = listing
    return listing
