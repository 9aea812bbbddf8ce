"""What the product may tell a person by itself: rooms declare their kinds of notices here.

    QUEUE_JAM = declare("alert.queue_jam", _("A queue is jammed"), group=_("Contact centre"), ways=("screen", "push"))

A kind is declared in a module that the room's ``plugs.py`` imports, so that every process knows it. ``ways`` are those
used by people who have not chosen; every notice also stands in the list behind the bell.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SCREEN, PUSH, MAIL = "screen", "push", "mail"
WAYS: dict[str, str | Promise] = {
    SCREEN: pgettext_lazy("notice", "on screen"),
    PUSH: pgettext_lazy("notice", "push to browsers"),
    MAIL: pgettext_lazy("notice", "by e-mail"),
}

GENERAL = _("General")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notice: its dotted name, what it is called, the ways it comes by itself."""

    name: str
    label: str | Promise
    group: str | Promise
    ways: tuple[str, ...]


_kinds: dict[str, Kind] = {}


def declare(name: str, label: str | Promise, *, group: str | Promise = GENERAL, ways: tuple[str, ...]) -> str:
    """Add a kind and return its name. ValueError for an unknown way or a name that is taken."""
    if name in _kinds or set(ways) - WAYS.keys():
        raise ValueError(f"the notice {name!r} cannot be declared like this")
    _kinds[name] = Kind(name, label, group, ways)
    return name


def kind(name: str) -> Kind:
    """The declared kind; LookupError for a name that no room has declared."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"no room declares the notice {name!r}") from None


def kinds() -> list[Kind]:
    """All kinds in the order in which they were declared."""
    return list(_kinds.values())


def words(name: str) -> str | Promise:
    """What a kind is called; the name itself of one that no longer exists."""
    return _kinds[name].label if name in _kinds else name


TEST = declare("staff.test", _("Test of the ways"), ways=(SCREEN, PUSH, MAIL))
