from collections.abc import Iterator
from typing import Any

import pytest

from perezvon.staff.testing import JOINED


@pytest.fixture(autouse=True)
def _no_memory_of_forms() -> Iterator[None]:
    from perezvon.marketing import known_forms, throttle

    known_forms.forget()
    throttle.forget()
    yield
    known_forms.forget()
    throttle.forget()


@pytest.fixture
def yandex(db: Any) -> Any:
    from perezvon.marketing.actions import add_source

    return add_source("Yandex", channel="search", at=JOINED)


@pytest.fixture
def site(db: Any) -> Any:
    from perezvon.marketing.actions import add_source

    return add_source("Site", at=JOINED)


@pytest.fixture
def form(site: Any, sales: Any) -> Any:
    from perezvon.marketing.actions import add_form

    return add_form(
        "Ask us",
        key="ask",
        origins=["https://tours.example"],
        source=site,
        department=sales,
        limit_per_minute=0,
        at=JOINED,
    )
