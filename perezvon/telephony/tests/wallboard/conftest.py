"""A queue of the contact centre on a Wednesday noon in Moscow."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from perezvon.telephony.models import Extension, Provider, Queue
from perezvon.telephony.wallboard import show


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    show.forget()
    yield
    show.forget()


@pytest.fixture
def sales_queue(mango: Provider, sales: Any) -> Queue:
    return Queue.objects.create(provider=mango, key="1", name="Sales", department=sales, answer_within_seconds=20)


@pytest.fixture
def support_queue(mango: Provider, support: Any) -> Queue:
    return Queue.objects.create(provider=mango, key="2", name="Support", department=support, answer_within_seconds=20)


@pytest.fixture
def team(mango: Provider, anna: Any, operator: Any) -> None:
    """Anna and the operator have numbers at the exchange."""
    for person in (anna, operator):
        Extension.objects.create(provider=mango, number=person.extension, user=person)


@pytest.fixture
def supervisor(support: Any) -> Any:
    """Sveta leads the contact centre: she sees and leads everything."""
    from perezvon.staff.testing import person

    return person("Sveta Kim", "supervisor", department=support)


@pytest.fixture
def at(noon: datetime) -> datetime:
    return noon
