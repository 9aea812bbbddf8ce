"""What the tests of this room share."""

from typing import Any

import pytest

from perezvon.crm import actions
from perezvon.kit.clock import now


@pytest.fixture
def deal_of() -> Any:
    """``deal_of(anna)`` is a deal of hers with a client of hers."""

    def make(user: Any, title: str = "Турция на двоих", phone: str = "+79030000001", **fields: Any) -> Any:
        person = actions.add_person(name="Олег Смирнов", phones=[phone], responsible=user, by=user, at=now())
        return actions.open_deal(person=person, title=title, by=user, responsible=user, at=now(), **fields)

    return make
