"""Where rooms plug into the shared surface.

A room registers in its own ``plugs.py`` (found by itself at start): an entry of
the navigation, a panel in a slot of a lower room's page, a command of the
palette, a source of search hits. The surface never asks who registered.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.db import connection, transaction
from django.urls import NoReverseMatch, reverse

# Rights are asked of whatever object the sign-in put on the request: this
# floor does not know the class of users.
Permission = Callable[[Any], bool]
Count = Callable[[Any], int | None]


def everybody(user: Any) -> bool:
    """Return True for any person who is signed in."""
    return bool(getattr(user, "is_authenticated", False))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation; ``count`` is the number on its badge."""

    key: str
    label: Any
    url_name: str
    icon: str
    order: int = 100
    can: Permission = everybody
    count: Count | None = None
    group: Any = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a lower room's page, loaded from ``url_name`` with the key of the page's object.

    ``live`` is the beginning of the kinds of facts after which it is loaded again: "call".
    """

    slot: str
    key: str
    title: Any
    url_name: str
    order: int = 100
    can: Permission = everybody
    live: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """An action of the palette: opens ``url_name``."""

    key: str
    label: Any
    url_name: str
    icon: str = "arrow-right"
    can: Permission = everybody


@dataclass(frozen=True, slots=True)
class Hit:
    """One found thing: what it is called, what it is, where it opens."""

    title: str
    subtitle: str
    url: str
    icon: str = "search"


Find = Callable[[Any, str, int], list[Hit]]


@dataclass(frozen=True, slots=True)
class SearchSource:
    """A kind of things that can be found; ``find(user, text, limit)`` applies the rights itself."""

    key: str
    label: Any
    find: Find
    order: int = 100
    can: Permission = everybody


@dataclass(frozen=True, slots=True)
class Tool:
    """Something in the bar over every page; ``draw(request)`` gives safe HTML or ""."""

    key: str
    draw: Callable[[Any], str]
    order: int = 100
    can: Permission = everybody


T = TypeVar("T", Entry, Panel, Command, SearchSource, Tool)


@dataclass
class Registry(Generic[T]):
    """Plugs of one kind by key; a key registered twice is a programming error."""

    kind: str
    plugs: dict[str, T] = field(default_factory=dict)

    def add(self, plug: T) -> T:
        """Register ``plug``. Raises ValueError when its key is taken."""
        key = f"{plug.slot}/{plug.key}" if isinstance(plug, Panel) else plug.key
        if key in self.plugs:
            raise ValueError(f"the {self.kind} {key!r} is registered twice")
        self.plugs[key] = plug
        return plug

    def open_to(self, user: Any) -> Iterator[T]:
        """Yield the plugs that ``user`` may use, in the order they were given."""
        plugs = sorted(self.plugs.values(), key=lambda plug: getattr(plug, "order", 100))
        return (plug for plug in plugs if plug.can(user))


entries: Registry[Entry] = Registry("navigation entry")
panels: Registry[Panel] = Registry("panel")
commands: Registry[Command] = Registry("command")
sources: Registry[SearchSource] = Registry("search source")
tools: Registry[Tool] = Registry("tool of the bar")


def navigation(
    key: str,
    label: Any,
    url_name: str,
    icon: str,
    order: int = 100,
    can: Permission = everybody,
    count: Count | None = None,
    group: Any = "",
) -> Entry:
    """Put a line into the navigation.

    ``label`` and ``group`` (a heading; empty for the main part) are translated
    lazily; ``count(user)`` is the number on the badge, None or 0 hides it.
    """
    return entries.add(Entry(key, label, url_name, icon, order, can, count, group))


def panel(
    slot: str, key: str, title: Any, url_name: str, order: int = 100, can: Permission = everybody, live: str = ""
) -> Panel:
    """Put a panel into the slot that a lower room declares with ``{% slot %}``."""
    return panels.add(Panel(slot, key, title, url_name, order, can, live))


def command(key: str, label: Any, url_name: str, icon: str = "arrow-right", can: Permission = everybody) -> Command:
    """Add a command to the palette (Ctrl+K)."""
    return commands.add(Command(key, label, url_name, icon, can))


def search_source(key: str, label: Any, find: Find, order: int = 100, can: Permission = everybody) -> SearchSource:
    """Add a kind of things to the search box, the palette and the search page."""
    return sources.add(SearchSource(key, label, find, order, can))


def tool(key: str, draw: Callable[[Any], str], order: int = 100, can: Permission = everybody) -> Tool:
    """Put something into the bar over every page: ``draw(request)`` gives safe HTML, "" = nothing."""
    return tools.add(Tool(key, draw, order, can))


def address(url_name: str, *args: Any) -> str:
    """Return the address of ``url_name`` or "" when no such address exists."""
    return _reversed(url_name, args) if args else _known(url_name)


@lru_cache(maxsize=1024)
def _known(url_name: str) -> str:
    """Remember addresses without arguments: every page asks for some dozens."""
    return _reversed(url_name, ())


def _reversed(url_name: str, args: tuple[Any, ...]) -> str:
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""


def panels_of(slot: str, user: Any) -> list[Panel]:
    """Return the panels of ``slot`` that ``user`` may see, in order."""
    return [panel for panel in panels.open_to(user) if panel.slot == slot]


def counts_of(user: Any) -> dict[str, int]:
    """Return the numbers on the badges of ``user``'s navigation by key; zero is left out."""
    counted = ((entry, entry.count(user)) for entry in entries.open_to(user) if entry.count)
    return {entry.key: number for entry, number in counted if number}


def search(user: Any, text: str, limit: int) -> list[tuple[SearchSource, list[Hit]]]:
    """Return up to ``limit`` hits of every kind for ``text``; kinds without hits are left out."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FEW_BEST)
        found = [(source, source.find(user, text, limit)) for source in sources.open_to(user)]
    return [(source, hits) for source, hits in found if hits]


# Six rows of millions, while somebody types: the indexes know them. To begin a parallel worker takes longer than the
# whole answer, and a table is not to be walked through because the planner hopes for many rows that fit.
_FEW_BEST = "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL enable_seqscan = off"
