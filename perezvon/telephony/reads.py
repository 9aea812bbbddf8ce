"""What other rooms may read of calls."""

from collections.abc import Iterable

from .models import Call, Line, Provider
from .players import sounds_of

__all__ = ["calls", "line_names", "lines", "live_calls", "providers", "sounds_of"]


def calls(ids: Iterable[int]) -> list[Call]:
    """Calls by id, in the order of their beginning."""
    return list(Call.objects.filter(pk__in=list(ids)).order_by("started_at", "id"))


def live_calls(limit: int = 200) -> list[Call]:
    """Calls that last now, the longest first."""
    return list(Call.objects.live().order_by("started_at", "id")[:limit])


def lines() -> list[Line]:
    """Our numbers that clients dial."""
    return list(Line.objects.filter(is_enabled=True))


def line_names() -> dict[str, str]:
    """E.164 of our numbers -> what we call them."""
    return {line.number: str(line) for line in Line.objects.all()}


def providers() -> list[Provider]:
    """Connected exchanges that are switched on."""
    return list(Provider.objects.filter(is_enabled=True))
