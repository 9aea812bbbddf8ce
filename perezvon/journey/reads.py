"""What other rooms may read from the ledger."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext as _

from .kinds import kind as kind_of
from .models import Fact, Parked, Reader
from .reading import backlog
from .registry import readers

__all__ = ["backlog", "parked", "places", "sentence", "standings", "timeline", "with_other_facts"]

_OTHERS = """
SELECT DISTINCT {key} FROM journey_fact
 WHERE {key} = ANY(%s) AND (details ->> 'batch' = ANY(%s)) IS NOT TRUE
"""
_SUBJECTS = ("person_id", "company_id", "ticket_id", "deal_id", "call_id")


def timeline(
    *,
    limit: int = 50,
    before: tuple[datetime, int] | None = None,
    kinds: Iterable[str] | None = None,
    **subject: int | Sequence[int],
) -> list[Fact]:
    """Facts about one subject (person_id=, deal_id=, ticket_id=, call_id=), or several of a kind, the newest first.

    ``before`` is the (at, id) of the last fact already shown.
    """
    if len(subject) != 1 or next(iter(subject)) not in _SUBJECTS:
        raise TypeError(f"name one subject out of {_SUBJECTS}")
    ((name, value),) = subject.items()
    facts = Fact.objects.filter(**{name: value} if isinstance(value, int) else {f"{name}__in": list(value)})
    if kinds is not None:
        facts = facts.filter(kind__in=list(kinds))
    if before is not None:
        at, fact_id = before
        facts = facts.filter(at__lte=at).exclude(at=at, id__gte=fact_id)
    return list(facts.order_by("-at", "-id")[:limit])


class _Forgiving(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(fact: Fact, name_of: Callable[[int], str] | None = None) -> str:
    """The fact in words, in the reader's language; ``name_of`` turns a staff id into a name."""
    actor = name_of(fact.by_id) if name_of and fact.by_id else _("The system")
    values = _Forgiving(fact.details, by=actor, amount=fact.amount, seconds=fact.seconds)
    try:
        kind = kind_of(fact.kind)
    except LookupError:
        return fact.kind
    for name, word in kind.words.items():
        if name in values:
            values[name] = word(values[name])
    return str(kind.sentence) % values


def parked() -> list[Parked]:
    """What readers could not take, the oldest first."""
    return list(Parked.objects.order_by("parked_at", "id")[:500])


@dataclass(frozen=True)
class Standing:
    """How a reader is doing: ``unread`` facts wait for it, ``parked`` ones it could not take."""

    name: str
    moved_at: datetime | None
    unread: int
    parked: int


def standings() -> list[Standing]:
    """Every registered reader by name."""
    moved = dict(Reader.objects.values_list("name", "moved_at"))
    stuck = dict(Parked.objects.values_list("reader").annotate(count=Count("id")))
    return [Standing(name, moved.get(name), backlog(name), stuck.get(name, 0)) for name in sorted(readers)]


def places() -> list[Reader]:
    """How far every reader has come."""
    return list(Reader.objects.order_by("name"))


def with_other_facts(key: str, ids: Sequence[int], *, batches: Iterable[int]) -> set[int]:
    """Those of the subjects ``ids`` (``key`` "person_id", ...) of whom there are facts besides those of these bulk actions."""
    if key not in _SUBJECTS:
        raise TypeError(f"name one subject out of {_SUBJECTS}")
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS.format(key=key), [list(ids), list(map(str, batches))])
        return {row[0] for row in cursor.fetchall()}
