"""What of a list is on the screen: read from the address, a saved view under it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest, QueryDict

from perezvon.kit.conditions import (
    EVERYTHING,
    Circumstances,
    Field,
    Group,
    Kind,
    Node,
    Test,
    Unclear,
    operator,
    parse,
    read,
    written,
)
from perezvon.staff.fields import circumstances
from perezvon.web.tables import PARAMETER, Table

from .listing import Listing, Show, Sort
from .models import View

LONGEST = 100
#: the parameters of an address that make up a view
TOLD = ("where", "show", "q", "sort", "group", PARAMETER)


@dataclass
class State:
    """A list as one person asked for it; ``query`` is the address, ``kept`` the columns remembered in a cookie."""

    listing: Listing
    user: Any
    query: QueryDict
    at: datetime
    view: View | None = None
    kept: str = ""

    @cached_property
    def seen(self) -> Circumstances:
        """What "me" and "today" mean."""
        return circumstances(self.user, self.at)

    @cached_property
    def read(self) -> tuple[Node, str]:
        """The condition of the address (else of the view), and what is wrong with it; a broken one matches nothing."""
        fields = self.listing.fields.open_to(self.user)
        try:
            if "where" in self.query:
                return parse(str(self.query["where"]), fields), ""
            return (read(self.view.where, fields) if self.view else EVERYTHING), ""
        except Unclear as error:
            return EVERYTHING, str(error)

    @property
    def where(self) -> Node:
        """The condition that a person set."""
        return self.read[0]

    @property
    def problem(self) -> str:
        """Why the condition cannot be read; "" when it can."""
        return self.read[1]

    @cached_property
    def show(self) -> Show | None:
        """The chip that is chosen; a search looks everywhere unless a chip is asked for."""
        default = self.view.show if self.view else "" if self.text else self.listing.show
        key = self._told("show", default)
        known = {show.key: show for show in self.listing.shows()}
        return known.get(key) or (None if self.view or self.text else known.get(self.listing.show))

    @cached_property
    def text(self) -> str:
        """What is searched for."""
        return " ".join(self._told("q", self.view.text if self.view else "").replace("\x00", " ").split())[:LONGEST]

    @cached_property
    def quick(self) -> dict[str, str]:
        """What is chosen in the boxes over the list."""
        return {key: self.query[key] for key in self.listing.quick if self.query.get(key)}

    @cached_property
    def sort(self) -> str:
        """The word of the order."""
        default = (self.view.sort if self.view else "") or (self.show.sort if self.show else "") or self.listing.sort
        word = self._told("sort", default)
        return word if self.listing.sort_of(word) else default

    @property
    def order(self) -> tuple[Sort, bool]:
        """The order, and whether it falls."""
        sort = self.listing.sort_of(self.sort)
        if sort is None:
            raise LookupError(f"{self.listing.key} has no order {self.sort!r}")
        return sort, self.sort.startswith("-")

    @cached_property
    def group(self) -> Field | None:
        """The field whose values are heads over the rows; None = a plain list."""
        key = self._told("group", self.view.group if self.view else "")
        return self.listing.fields.open_to(self.user).field(key) if key in self.listing.every_group else None

    @cached_property
    def table(self) -> Table:
        """The columns that are shown, and the order on their heads."""
        columns = tuple(self.listing.columns_for(self.user))
        asked = self.query.getlist(PARAMETER) or (self.view.columns if self.view else self.kept.split("."))
        wanted = set(asked) & {column.key for column in columns} or {column.key for column in columns if column.shown}
        chosen = tuple(column.key for column in columns if column.always or column.key in wanted)
        return Table(self.listing.key, columns, chosen, self.sort)

    @cached_property
    def tree(self) -> Node:
        """Everything together: the chip, the boxes and the condition."""
        parts = [read(dict(self.show.where), self.listing.fields)] if self.show and self.show.where else []
        parts += [test for key, text in self.quick.items() if (test := self._test(key, text))]
        parts += [self.where] if self.where != EVERYTHING else []
        return parts[0] if len(parts) == 1 else Group("all", tuple(parts))

    @property
    def own(self) -> Node:
        """What a saved view keeps as its condition: the boxes and the condition, not the chip."""
        parts = [test for key, text in self.quick.items() if (test := self._test(key, text))]
        if not parts:
            return self.where
        return Group("all", (*parts, *self._flat(self.where)))

    @staticmethod
    def _flat(node: Node) -> tuple[Node, ...]:
        return node.nodes if isinstance(node, Group) and node.word == "all" else (node,)

    def _test(self, key: str, text: str) -> Test | None:
        field = self.listing.fields.open_to(self.user).field(key)
        if field is None:
            return None
        op = "empty" if text == "none" else "any_of" if field.kind is Kind.MANY else "is"
        try:
            asked = {"field": key, "op": op} if op == "empty" else {"field": key, "op": op, "value": [text]}
            return read(asked, self.listing.fields)  # type: ignore[return-value]
        except Unclear:
            return None

    def _told(self, name: str, default: str) -> str:
        return str(self.query.get(name, default))

    @property
    def is_changed(self) -> bool:
        """The saved view is shown with something else than it keeps."""
        return self.view is not None and any(name in self.query for name in (*TOLD, *self.listing.quick))

    @property
    def is_narrowed(self) -> bool:
        """Not everything that the chip shows is shown."""
        return bool(self.text or self.quick or self.where != EVERYTHING)

    @property
    def address(self) -> str:
        """The query string without the place in the pages; "" for the plain list."""
        query = self.query.copy()
        for name in ("cursor", "list", "part"):
            query.pop(name, None)
        return query.urlencode()

    def with_where(self, node: Node) -> str:
        """The query string with another condition instead."""
        query = self.query.copy()
        for name in ("cursor", "list", "part"):
            query.pop(name, None)
        text = written(node)
        if text or (self.view and self.view.where):
            query["where"] = text
        else:
            query.pop("where", None)
        return query.urlencode()


def state_of(request: HttpRequest, listing: Listing, at: datetime) -> State:
    """The state that the address of a page asks for."""
    kept = request.COOKIES.get(f"{PARAMETER}_{listing.key}", "")
    return of_query(listing, request.user, request.GET, at, kept)


def of_text(listing: Listing, user: Any, query: str, at: datetime) -> State:
    """The state in a query string that a form carried along."""
    return of_query(listing, user, QueryDict(query[:20_000]), at)


def of_query(listing: Listing, user: Any, query: QueryDict, at: datetime, kept: str = "") -> State:
    """The state in a query; a view that is out of sight counts as none."""
    number = query.get("view", "")
    view = None
    if number.isascii() and number.isdigit() and len(number) < 18:
        view = View.objects.visible_to(user).filter(pk=int(number), listing=listing.key).first()
    return State(listing, user, query, at, view, kept)


def is_choice(field: Field) -> bool:
    """Whether the field has one of several values, so that a box or a head can stand for it."""
    return field.kind is Kind.CHOICE and operator(field.kind, "is") is not None
