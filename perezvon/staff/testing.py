"""The named cast, as pytest fixtures for the tests of every room.

Anna sells (own rows), Boris leads sales (his department and below), Vera keeps the money, Gleb is an
outsider with no roles, the operator answers calls in support, the admin may do everything.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

PASSWORD = "right-horse-battery"
JOINED = datetime(2025, 1, 9, 6, 0, tzinfo=UTC)


def person(name: str, *roles: str, department: Any = None, **fields: Any) -> Any:
    """Take somebody on; his e-mail is his name, his password is ``PASSWORD``."""
    from perezvon.staff.actions import add_user

    fields.setdefault("email", f"{name.split()[0].lower()}@veter.example")
    fields.setdefault("language", "en")
    return add_user(name=name, roles=roles, department=department, password=PASSWORD, at=JOINED, **fields)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    from perezvon.staff import reads, tokens

    reads.forget()
    tokens.forget()
    yield
    reads.forget()
    tokens.forget()


@pytest.fixture
def company(db: Any) -> Any:
    """The root department."""
    from perezvon.staff.actions import add_department

    return add_department("Company", at=JOINED)


@pytest.fixture
def sales(company: Any) -> Any:
    """The sales department."""
    from perezvon.staff.actions import add_department

    return add_department("Sales", parent=company, at=JOINED)


@pytest.fixture
def support(company: Any) -> Any:
    """The contact centre: a stranger to sales."""
    from perezvon.staff.actions import add_department

    return add_department("Support", parent=company, at=JOINED)


@pytest.fixture
def anna(sales: Any) -> Any:
    """Anna sells: she sees what is hers."""
    return person("Anna Petrova", "seller", department=sales, extension="201")


@pytest.fixture
def boris(sales: Any) -> Any:
    """Boris leads sales: he sees his department and all below it."""
    return person("Boris Orlov", "head_of_sales", department=sales, extension="200")


@pytest.fixture
def vera(company: Any) -> Any:
    """Vera keeps the money: all payments, all deals to look at, no phone numbers."""
    return person("Vera Ivanova", "accountant", department=company)


@pytest.fixture
def gleb(support: Any) -> Any:
    """Gleb is an outsider: signed in, no roles."""
    return person("Gleb Sidorov", department=support)


@pytest.fixture
def operator(support: Any) -> Any:
    """Olga answers calls in the contact centre."""
    return person("Olga Kim", "operator", department=support, extension="101")


@pytest.fixture
def admin(company: Any) -> Any:
    """The administrator may do everything."""
    return person("Adam Volkov", "administrator", department=company)


@pytest.fixture
def client_of(db: Any) -> Callable[[Any], Client]:
    """``client_of(anna)`` is a browser in which Anna is signed in; ``client_of(None)`` is a stranger's."""

    def sign_in(user: Any = None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return sign_in
