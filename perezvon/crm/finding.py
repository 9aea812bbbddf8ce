"""The few best while somebody types: likely readings of the text one after another, until there are enough.

Each reading is one condition with an index of its own. A union of them would have to be worked out whole before the
best of it could be taken: half a second for "@mail.ru" among a million clients.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, TypeVar

from django.db.models import DateTimeField, ExpressionWrapper, F, Model, Q, QuerySet

from .models import Company, ContactPoint, Deal, Person
from .models.party import last_contact
from .search import CANDIDATES, beginning_with, forms_of, name_has, owners_of, points_of_number
from .typed import FEWEST_DIGITS, Typed, typed

M = TypeVar("M", bound=Model)
RECENT = 3000
RECENT_SECONDS = 60.0
_recent: tuple[float, datetime | None] = (0.0, None)


def people(user: Any, text: str, limit: int) -> list[Person]:
    """People whom ``user`` may see, those spoken to last first: by name, number in any spelling, address."""
    rows = Person.objects.visible_to(user).select_related("company")
    return _gathered(rows, _parties(typed(text), user, "person"), nearest, limit)


def companies(user: Any, text: str, limit: int) -> list[Company]:
    """Companies whom ``user`` may see: by name, INN, number, address."""
    return _gathered(Company.objects.visible_to(user), _companies(typed(text), user), _newest, limit)


def deals(user: Any, text: str, limit: int) -> list[Deal]:
    """Deals whom ``user`` may see, the newest first: by number, by words of the title in any form."""
    rows = Deal.objects.visible_to(user).select_related("stage", "person", "company")
    return _gathered(rows, _deals(typed(text)), _newest, limit)


def _gathered(
    rows: "QuerySet[M]", readings: Iterator[Q], take: "Callable[[QuerySet[M], int], list[M]]", limit: int
) -> list[M]:
    """Rows of one reading after another, each once."""
    found: dict[Any, M] = {}
    for reading in readings:
        found |= {row.pk: row for row in take(rows.filter(reading), limit) if row.pk not in found}
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _parties(asked: Typed, user: Any, owner: str) -> Iterator[Q]:
    if asked.digits:
        yield _owned(points_of_number(asked, user), owner)
        if len(asked.digits) < 7:
            yield name_has(asked.words)
    elif asked.tail:
        yield name_has(asked.words) & _owned(points_of_number(typed(asked.tail), user), owner)
        yield name_has((*asked.words, asked.tail))
    elif asked:
        yield name_has(asked.words)
        if asked.address:
            yield from _addressed(asked.address, owner)


def _addressed(address: str, owner: str) -> Iterator[Q]:
    emails = ContactPoint.objects.filter(kind="email").order_by()
    found = list(beginning_with(emails, address).values_list("pk", flat=True)[:CANDIDATES])
    yield _owned(emails.filter(pk__in=found), owner)
    if len(found) < CANDIDATES:  # else another letter tells more than hundreds of candidates
        yield _owned(emails.filter(value__contains=address), owner)


def _owned(points: "QuerySet[ContactPoint]", owner: str) -> Q:
    return Q(pk__in=owners_of(points, owner))


def _companies(asked: Typed, user: Any) -> Iterator[Q]:
    if len(asked.digits) >= FEWEST_DIGITS:
        yield Q(inn__startswith=asked.digits)
    yield from _parties(asked, user, "company")
    if asked.words and not asked.digits:
        yield forms_of(asked, "name")


def _deals(asked: Typed) -> Iterator[Q]:
    if asked.row is not None:
        yield Q(pk=asked.row)
    if asked:
        yield name_has(asked.words, "title")
        yield forms_of(asked)


def _newest(rows: "QuerySet[M]", limit: int) -> list[M]:
    return list(rows.order_by("-created_at", "-pk")[:limit])


def nearest(rows: Any, limit: int) -> list[Person]:
    """The people of ``rows`` who were spoken to last.

    First among the few thousand of the last contacts, which is cheap however many fit; then, when too few were
    found there, by the index of the condition: never by walking through everybody in the order of contacts.
    """
    rows = rows.annotate(contacted=last_contact())
    bound = _recent_bound()
    if bound is not None:
        found = list(rows.filter(contacted__gte=bound).order_by("-contacted", "-pk")[:limit])
        if len(found) == limit:
            return found
    by_hand = ExpressionWrapper(F("contacted") + timedelta(), DateTimeField())  # an order that no index has
    return list(rows.order_by(by_hand.desc(), "-pk")[:limit])


def _recent_bound() -> datetime | None:
    """When the 3,000th person from the end was spoken to, remembered for a minute; None = there are fewer."""
    global _recent
    until, bound = _recent
    if monotonic() >= until:
        rows = Person.objects.annotate(contacted=last_contact()).order_by("-contacted", "-pk")
        bound = next(iter(rows.values_list("contacted", flat=True)[RECENT : RECENT + 1]), None)
        _recent = (monotonic() + RECENT_SECONDS, bound)
    return bound
