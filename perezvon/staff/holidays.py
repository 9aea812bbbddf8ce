"""Public holidays as data: ``data/holidays_ru.json`` turned into the exceptions of a calendar.

Sources: Labour Code of Russia art. 95 and 112, government decrees of 04.10.2024 No. 1335 (for 2025)
and of 24.09.2025 No. 1466 (for 2026). 2027 holds what the Code itself says; days that a decree may
move (2 and 3 January 2027) are added when it is known.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

Pairs = list[list[str]]
_FILE = Path(__file__).parent / "data" / "holidays_ru.json"
_MONDAY = "0"


@dataclass(frozen=True, slots=True)
class PublicDay:
    """A day that differs from its weekday; ``kind``: closed, short (an hour less), working_short (a working
    Saturday, an hour less)."""

    day: date
    name: str
    kind: str


@cache
def public_days() -> tuple[PublicDay, ...]:
    """Everything we ship, in order."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(PublicDay(date.fromisoformat(row["day"]), row["name"], row["kind"]) for row in rows)


def exceptions(weekly: Mapping[str, Sequence[Sequence[str]]]) -> list[tuple[date, str, Pairs]]:
    """(day, name, intervals) for a calendar with these weekly hours; days that change nothing are left out."""
    found = []
    for public in public_days():
        usual = [list(pair) for pair in weekly.get(str(public.day.weekday()), ())]
        hours = _hours(public, usual, weekly)
        if hours != usual:
            found.append((public.day, public.name, hours))
    return found


def _hours(public: PublicDay, usual: Pairs, weekly: Mapping[str, Sequence[Sequence[str]]]) -> Pairs:
    if public.kind == "closed":
        return []
    if public.kind == "short":
        return shortened(usual)
    return shortened(usual or [list(pair) for pair in weekly.get(_MONDAY, ())])


def shortened(pairs: Pairs) -> Pairs:
    """The same day ended an hour earlier; a last interval of an hour or less disappears."""
    if not pairs:
        return []
    *rest, (opens, closes) = pairs
    hour, minute = (int(part) for part in closes.split(":"))
    earlier = f"{(hour or 24) - 1:02d}:{minute:02d}"
    return [*rest, [opens, earlier]] if opens < earlier else rest
