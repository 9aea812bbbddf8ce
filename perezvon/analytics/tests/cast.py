"""Journeys for the tests of analytics: rows of requests as the tickets room leaves them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from perezvon.crm.models import Person, Product
from perezvon.marketing.models import Source
from perezvon.tickets.models import Ticket

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def client(name: str = "Client", at: datetime = MONDAY) -> Person:
    """A client of the company."""
    return Person.objects.create(name=name, created_at=at)


def source(name: str) -> Source:
    return Source.objects.get_or_create(name=name)[0]


def product(name: str) -> Product:
    return Product.objects.get_or_create(name=name)[0]


def journey(rank: int = 0, *, at: datetime = MONDAY, **fields: Any) -> Ticket:
    """A request that came to ``rank``; a client with several has to have all but one closed."""
    values: dict[str, Any] = {
        "state": "open",
        "channel": "call",
        "opened_at": at,
        "last_contact_at": at,
        "changed_at": at,
        "rank": rank,
        "step": "dialled",
    }
    if fields.get("state") == "out":
        values |= {"out_reason": "spam", "out_at": at}
    return Ticket.objects.create(**{**values, **fields})


def sale(amount: int, **fields: Any) -> Ticket:
    """A journey that ended with a sale."""
    return journey(2010, amount=Decimal(amount), **fields)


def days(number: float) -> timedelta:
    return timedelta(days=number)
