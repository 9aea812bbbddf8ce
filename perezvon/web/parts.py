"""Inputs of the components: small frozen things that views hand to partials."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter chip of ``web/_chips.html``: a queue with the number of things in it.

    ``tone`` is "" or one of danger, success, warning, primary; ``key`` is for tests and live reload.
    """

    label: Any
    url: str
    count: int | None = None
    active: bool = False
    tone: str = ""
    icon: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Stat:
    """One figure of ``web/_stat.html``.

    ``value`` is ready text; ``now`` and ``before`` are the raw figures of this and the previous
    period (for the difference); ``definition`` says how the figure is counted; ``url`` opens the
    rows behind it. ``falling_is_good`` turns the colours round (losses, seconds of waiting).
    """

    label: Any
    value: str
    now: Any = None
    before: Any = None
    definition: Any = ""
    url: str = ""
    icon: str = ""
    tone: str = ""
    falling_is_good: bool = False
    hint: Any = ""


@dataclass(frozen=True, slots=True)
class Sound:
    """A talk that can be heard: ``web/_sound.html`` opens its player at ``url`` at the foot of the page.

    ``seconds`` is its length.
    """

    url: str
    seconds: float
