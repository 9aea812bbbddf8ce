"""What programs can work with: every room declares its nouns in its own ``api.py``, found by itself.

A declaration is thin: which rows, how one is told, what may be asked, and verbs that call the very actions that pages
call. Addresses, rights, pages, filters, errors, the document and webhooks follow from it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from django.db.models import Expression
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from perezvon.journey.kinds import is_among
from perezvon.kit.conditions import Fields
from perezvon.lists.listing import Listing
from perezvon.staff import access

from .schemas import In, Out

Label = str | Promise


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls and when. ``token`` is None for a page of the product itself (it may only read)."""

    user: Any
    at: datetime
    token: Any = None

    @property
    def sees_phones(self) -> bool:
        """Whether numbers are told in full."""
        return access.sees_phones(self.user)

    @property
    def key(self) -> str:
        """Whose budget and whose idempotency keys these are."""
        return f"t{self.token.pk}" if self.token is not None else f"u{self.user.pk}"


@dataclass(frozen=True, slots=True)
class Order:
    """An order that an index serves: by ``by`` (a column or an expression, never NULL), then by the id."""

    key: str
    by: str | Expression


@dataclass(frozen=True, slots=True)
class Expansion:
    """Another noun that is told along: ``of`` is its key, ``by`` the attribute of the row with its id."""

    of: str
    by: str


@dataclass(frozen=True, slots=True)
class Heard:
    """Facts that are about rows of a noun: kinds (a prefix ends with a dot), and where a fact has the row's id."""

    kinds: tuple[str, ...]
    of: Callable[[Any], int | None]

    def row(self, fact: Any) -> int | None:
        """The id of the row that a fact is about; None = it is about something else."""
        return self.of(fact) if is_among(fact.kind, self.kinds) else None


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be done: with the noun as a whole ("add") or with one row of it.

    ``act(caller, [row,] [body])`` calls the room's action and gives what is told: a row of ``tells`` (the key of a noun,
    "" = of this one), or None for nothing. ``right`` is what the caller must have, for this very row if there is one.
    ``is_outside``: it speaks to another server, so it is no part of our transaction and is done at most once a key.
    """

    key: str
    method: str
    right: str
    act: Callable[..., Any]
    body: type[In] | None = None
    words: Label = ""
    about: Label = ""
    tells: str = ""
    is_of_row: bool = True
    is_silent: bool = False
    is_outside: bool = False


@dataclass
class Noun:
    """One kind of rows. ``key`` stands in addresses ("people"), ``one`` in names ("person"), ``right`` in rights.

    ``rows(user, verb)`` are those in reach. ``dress(rows, caller)`` adds to the rows of one page what ``out`` reads,
    with a fixed number of queries, numbers masked for those who may not see them. ``narrow`` are parameters that
    name a column to be equal to an id or a word. ``right`` "" = whoever is signed in (``rows`` keeps the limits).
    """

    key: str
    one: str
    title: Label
    out: type[Out]
    rows: Callable[..., Any]
    right: str = ""
    view: str = "view"
    about: Label = ""
    related: tuple[str, ...] = ()
    fields: Fields | None = None
    orders: tuple[Order, ...] = ()
    search: Callable[[Any, Any, str], Any] | None = None
    dress: Callable[[Sequence[Any], Caller], None] = lambda rows, caller: None
    narrow: Mapping[str, str] = field(default_factory=dict)
    expand: Mapping[str, Expansion] = field(default_factory=dict)
    heard: Heard | None = None
    is_exported: bool = False
    verbs: list[Verb] = field(default_factory=list)

    @cached_property
    def is_versioned(self) -> bool:
        """Rows have a version that changes with every change."""
        return "version" in self.out.model_fields

    def can(self, user: Any, verb: str) -> bool:
        """Whether ``user`` may do that to at least something; "settings.administer" is a right on another noun."""
        other, dot, act = verb.partition(".")
        if dot:
            return access.can(user, other, act)
        return not self.right or access.can(user, self.right, verb)

    def adds(self, body: type[In], right: str = "add", **more: Any) -> Callable[..., Any]:
        """``act(caller, body)`` makes a row: POST to the noun."""
        return self._declare("add", "POST", body, right, is_of_row=False, **more)

    def changes(self, body: type[In], right: str = "edit", **more: Any) -> Callable[..., Any]:
        """``act(caller, row, body, version)`` changes it: PATCH; ``version`` is the one that was read, None = any."""
        return self._declare("change", "PATCH", body, right, **more)

    def removes(self, right: str = "edit", **more: Any) -> Callable[..., Any]:
        """``act(caller, row)`` takes it away: DELETE, nothing is told."""
        return self._declare("remove", "DELETE", None, right, is_silent=True, **more)

    def verb(self, key: str, words: Label, body: type[In] | None = None, right: str = "edit", **more: Any) -> Any:
        """``act(caller, row[, body])`` does something else with a row: POST to its address with the verb behind."""
        return self._declare(key, "POST", body, right, words=words, **more)

    def _declare(self, key: str, method: str, body: type[In] | None, right: str, **more: Any) -> Callable[..., Any]:
        def declare(act: Callable[..., Any]) -> Callable[..., Any]:
            if any(one.key == key for one in self.verbs):
                raise ValueError(f"{self.key}: the verb {key!r} is declared twice")
            self.verbs.append(Verb(key, method, right, act, body, **more))
            return act

        return declare


_nouns: dict[str, Noun] = {}


def register(noun: Noun) -> Noun:
    """Make a noun known to programs. ValueError when its key is taken."""
    if noun.key in _nouns:
        raise ValueError(f"the noun {noun.key!r} is declared twice")
    _nouns[noun.key] = noun
    return noun


def of_listing(listing: Listing, one: str, out: type[Out], **more: Any) -> Noun:
    """A noun that has a list: its rows, vocabulary, search and orders are those of the list."""
    orders = tuple(Order(sort.key, sort.by) for sort in listing.sorts)
    told: dict[str, Any] = {
        "title": listing.title, "rows": listing.rows, "right": listing.noun, "related": listing.related,
        "fields": listing.fields, "orders": orders, "search": listing.search, "is_exported": True, **more,
    }  # fmt: skip
    return register(Noun(listing.key, one, out=out, **told))


def nouns() -> dict[str, Noun]:
    """Everything that is declared, by key; the rooms' ``api.py`` are read at the first question."""
    _read_declarations()
    return _nouns


@cache
def _read_declarations() -> None:
    autodiscover_modules("api")


def heard(facts: Iterable[Any]) -> dict[str, dict[int, list[Any]]]:
    """Facts by the noun and the row that they are about; a fact may be about none."""
    found: dict[str, dict[int, list[Any]]] = {}
    for fact in facts:
        for noun in nouns().values():
            row = noun.heard.row(fact) if noun.heard else None
            if row:
                found.setdefault(noun.key, {}).setdefault(row, []).append(fact)
    return found


def fact_of(name: str) -> Callable[[Any], int | None]:
    """Where a fact has the id of its row: a column ("person_id") or one of the details ("task")."""

    def of(fact: Any) -> int | None:
        value = getattr(fact, name) if name.endswith("_id") else fact.details.get(name)
        return value if isinstance(value, int) else None

    return of


SUMMARIES: dict[str, Label] = {
    "list": _("%(nouns)s: a page of the list"),
    "get": _("%(nouns)s: one by its id"),
    "add": _("%(nouns)s: add one"),
    "change": _("%(nouns)s: change one"),
    "remove": _("%(nouns)s: take one away"),
    "changes": _("%(nouns)s: what has changed since"),
    "vocabulary": _("%(nouns)s: what can be asked in a filter"),
}
