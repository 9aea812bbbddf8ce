"""What the tests of this room share."""

from collections.abc import Iterator
from typing import Any

import pytest

from perezvon.crm import actions
from perezvon.kit.clock import now
from perezvon.lists import pinned


@pytest.fixture(autouse=True)
def _nothing_pinned_remembered() -> Iterator[None]:
    pinned.forget()
    yield
    pinned.forget()


@pytest.fixture
def add() -> Any:
    """``add(anna, "Олег")`` is a client of hers, each with a number of his own."""
    number = iter(range(1, 10_000))

    def make(user: Any, name: str, **fields: Any) -> Any:
        phone = fields.pop("phone", f"+7903000{next(number):04d}")
        return actions.add_person(name=name, phones=[phone], responsible=user, by=user, at=now(), **fields)

    return make


@pytest.fixture
def deal_of() -> Any:
    """``deal_of(anna)`` is a deal of hers with a client of hers."""

    def make(user: Any, title: str = "Турция на двоих", phone: str = "+79030000001", **fields: Any) -> Any:
        person = actions.add_person(name="Олег Смирнов", phones=[phone], responsible=user, by=user, at=now())
        return actions.open_deal(person=person, title=title, by=user, responsible=user, at=now(), **fields)

    return make
