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
NEW = 1000
RECENT_SECONDS = 60.0
_bounds: dict[type[Model], tuple[float, datetime | None]] = {}


def people(user: Any, text: str, limit: int) -> list[Person]:
    """People whom ``user`` may see, those spoken to last first: by name, number in any spelling, address."""
    rows = Person.objects.visible_to(user).select_related("company")
    return _gathered(rows, _parties(typed(text), user, "person"), nearest, limit)


def companies(user: Any, text: str, limit: int) -> list[Company]:
    """Companies whom ``user`` may see: by name, INN, number, address; else by words of the name in any form."""
    rows, asked = Company.objects.visible_to(user), typed(text)
    return _in_any_form(rows, _gathered(rows, _companies(asked, user), _newest, limit), asked, "name", limit)


def deals(user: Any, text: str, limit: int) -> list[Deal]:
    """Deals whom ``user`` may see, the newest first: by number, by words of the title in any form."""
    rows = Deal.objects.visible_to(user).select_related("stage", "person", "company")
    rows = rows.only("title", "stage__name", "person__name", "company__name")
    asked = typed(text)
    return _in_any_form(rows, _gathered(rows, _deals(asked), _newest, limit), asked, "title", limit)


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


def _deals(asked: Typed) -> Iterator[Q]:
    if asked.row is not None:
        yield Q(pk=asked.row)
    if asked:
        yield name_has(asked.words, "title")


def _newest(rows: "QuerySet[M]", limit: int) -> list[M]:
    return list(rows.order_by("-created_at", "-pk")[:limit])


def _in_any_form(rows: "QuerySet[M]", found: list[M], asked: Typed, field: str, limit: int) -> list[M]:
    """Fill ``found`` up with rows that have the words in another form.

    First among the newest, which is cheap however many fit, then by the index of the words: the planner takes the
    beginning of a word for frequent, and would walk through everything in the order of time.
    """
    if len(found) >= limit or not asked.words or asked.digits or asked.address:
        return found
    rows = rows.filter(forms_of(asked, field)).exclude(pk__in=[row.pk for row in found])
    bound, missing = _bound(rows.model, F("created_at"), NEW), limit - len(found)
    if bound is not None:
        more = _newest(rows.filter(created_at__gte=bound), missing)
        if len(more) == missing:
            return found + more
    return found + list(rows.order_by(_by_hand("created_at").desc(), "-pk")[:missing])


def _by_hand(column: str) -> ExpressionWrapper:
    """An order that no index has: the rows are found by their condition."""
    return ExpressionWrapper(F(column) + timedelta(), DateTimeField())


def nearest(rows: Any, limit: int) -> list[Person]:
    """The people of ``rows`` who were spoken to last.

    First among the few thousand of the last contacts, which is cheap however many fit; then, when too few were
    found there, among so many of those who fit that another letter tells more than their order does: never by walking
    through everybody in the order of contacts, nor by reading hundreds of thousands of rows to show six.
    """
    rows = rows.annotate(contacted=last_contact())
    bound = _bound(Person, last_contact(), RECENT)
    if bound is not None:
        found = list(rows.filter(contacted__gte=bound).order_by("-contacted", "-pk")[:limit])
        if len(found) == limit:
            return found
    fitting = rows.order_by().values("pk")[:CANDIDATES]  # without an order: the first that the index names
    everybody = Person.objects.select_related("company").annotate(contacted=last_contact())
    return list(everybody.filter(pk__in=fitting).order_by(_by_hand("contacted").desc(), "-pk")[:limit])


def _bound(model: type[Model], moment: Any, place: int) -> datetime | None:
    """The ``moment`` of the row at this place from the newest, remembered for a minute; None = there are fewer."""
    until, bound = _bounds.get(model, (0.0, None))
    if monotonic() >= until:
        rows = model._default_manager.annotate(moment=moment).order_by("-moment", "-pk")
        bound = next(iter(rows.values_list("moment", flat=True)[place : place + 1]), None)
        _bounds[model] = (monotonic() + RECENT_SECONDS, bound)
    return bound
