"""Employees and queues as the exchange knows them: guessed whose is whose, stored when somebody has looked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_noop

from perezvon.journey.actions import record
from perezvon.staff.models import User

from .. import facts
from ..models import Extension, Provider, Queue
from ..providers import ExchangeError, adapter
from ..providers.capabilities import Group, Seat
from .balance import CANNOT
from .intake import account_of
from .providers import set_extension, set_queue


@dataclass(frozen=True, slots=True)
class Guessed:
    """A number at the exchange, whose it is there, and who of ours that may be (None = nobody we know)."""

    number: str
    name: str
    email: str
    user_id: int | None


@dataclass(frozen=True, slots=True)
class Guess:
    """What the exchange told, beside what we know."""

    seats: tuple[Guessed, ...]
    groups: tuple[Group, ...]


def guess_roster(provider: Provider) -> Guess:
    """Ask the exchange who works there and guess who they are. ExchangeError when it cannot be asked.

    What is stored already stays; else the e-mail decides, else the internal number on the card, else the name.
    """
    exchange, account = adapter(provider.kind), account_of(provider)
    if exchange.employees is None or not exchange.can_ask(account):
        raise ExchangeError(CANNOT)
    roster = exchange.employees(account)
    stored = dict(Extension.objects.filter(provider=provider).values_list("number", "user_id"))
    known = dict(Queue.objects.filter(provider=provider).values_list("key", "name"))
    people = list(User.objects.filter(is_active=True))
    seats = [guessed for seat in roster.seats for guessed in _guessed(seat, stored, people)]
    return Guess(tuple(seats), tuple(Group(one.key, known.get(one.key, one.name)) for one in roster.groups))


def packed(guess: Guess, provider_id: int) -> str:
    """The guess as signed text, so that saving it need not ask the exchange again."""
    told = [
        [[one.number, one.name, one.email, one.user_id] for one in guess.seats],
        [[g.key, g.name] for g in guess.groups],
    ]
    return signing.dumps(told, salt=f"roster {provider_id}", compress=True)


def unpacked(text: str, provider_id: int) -> Guess:
    """The guess back. ExchangeError when the text is not ours, or older than a day."""
    try:
        seats, groups = signing.loads(text, salt=f"roster {provider_id}", max_age=86_400)
    except signing.BadSignature:
        raise ExchangeError(gettext_noop("The list is too old: ask the exchange again.")) from None
    return Guess(tuple(Guessed(*one) for one in seats), tuple(Group(*one) for one in groups))


def _guessed(seat: Seat, stored: dict[str, int], people: Iterable[User]) -> list[Guessed]:
    numbers = [seat.number, *(one for one in seat.also if one != seat.number)]
    user_id = next((stored[one] for one in numbers if one in stored), None) or _who(seat, numbers, people)
    return [Guessed(one, seat.name, seat.email, stored.get(one, user_id)) for one in numbers]


def _who(seat: Seat, numbers: list[str], people: Iterable[User]) -> int | None:
    asks: list[Any] = [
        lambda user: bool(seat.email) and user.email.lower() == seat.email.lower(),
        lambda user: bool(user.extension) and user.extension in numbers,
        lambda user: bool(seat.name) and user.name.casefold() == seat.name.casefold(),
    ]
    for ask in asks:
        found = [user.pk for user in people if ask(user)]
        if len(found) == 1:
            return int(found[0])
    return None


@transaction.atomic
def set_roster(
    provider: Provider,
    seats: Iterable[tuple[str, Any]],
    groups: Iterable[tuple[str, str]],
    *,
    by: Any = None,
    at: datetime,
) -> int:
    """Store whose numbers are whose and what the queues are called; how many rows. A queue keeps its department."""
    number = 0
    for extension, user in seats:
        set_extension(provider, extension, user=user, by=by, at=at)
        number += 1
    for key, name in groups:
        known = Queue.objects.filter(provider=provider, key=key).first()
        set_queue(provider, key, name=name, department=known.department if known else None, by=by, at=at)
        number += 1
    record(facts.PROVIDER_CHANGED, at=at, by=by, department_id=provider.department_id, name=provider.name)
    return number
