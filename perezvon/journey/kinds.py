"""What may stand in the ledger: every kind of fact is declared by the room that records it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Kind:
    """A kind of fact: its dotted name, the sentence of the timeline and its icon.

    ``sentence`` is a lazy translation with named placeholders; the fact's details, ``by`` (the
    person's name), ``amount`` and ``seconds`` may stand in it. ``words`` turns a detail's code
    into the reader's language.
    """

    name: str
    sentence: str | Promise
    icon: str = "point"
    live: bool = True
    words: Mapping[str, Callable[[Any], object]] = field(default_factory=dict)


_KINDS: dict[str, Kind] = {}


def declare(
    name: str,
    *,
    sentence: str | Promise,
    icon: str = "point",
    live: bool = True,
    words: Mapping[str, Callable[[Any], object]] | None = None,
) -> str:
    """Add a kind to the vocabulary and return its name. ValueError when two rooms claim one name."""
    if name in _KINDS:
        raise ValueError(f"the fact {name!r} is declared twice")
    _KINDS[name] = Kind(name, sentence, icon, live, words or {})
    return name


def kind(name: str) -> Kind:
    """The declared kind; LookupError for a name no room has declared."""
    try:
        return _KINDS[name]
    except KeyError:
        raise LookupError(f"no room declares the fact {name!r}") from None


def kinds() -> list[Kind]:
    """All declared kinds by name."""
    return [_KINDS[name] for name in sorted(_KINDS)]


def is_among(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a kind is one of the patterns; a pattern ending with a dot is a prefix, "*" is every kind."""
    return any(name.startswith(p) if p.endswith(".") else p in (name, "*") for p in patterns)
