"""What every test of the product may lean on."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

pytest_plugins = ["perezvon.staff.testing", "perezvon.api.testing", "perezvon.telephony.testing_pbx.plugin"]

_flush = DatabaseOperations.execute_sql_flush


def _flush_in_spite_of_guards(self: DatabaseOperations, sql_list: list[str]) -> None:
    """Empty the base after a transactional test although triggers refuse it, then seed it again."""
    guards_off = ["SET LOCAL session_replication_role = replica"]
    _flush(self, [*guards_off, *sql_list, "TRUNCATE journey_fact"] if sql_list else sql_list)
    seed = getattr(connection, "_test_serialized_contents", None)
    if sql_list and seed:
        connection.creation.deserialize_db_from_string(seed)


@pytest.fixture(autouse=True, scope="session")
def _flush_guarded_tables() -> Iterator[None]:
    DatabaseOperations.execute_sql_flush = _flush_in_spite_of_guards  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = _flush  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _rules_are_read_anew() -> Iterator[None]:
    """What a process remembers of the queues and promises of one test is not there in the next."""
    yield
    if rulebook := sys.modules.get("perezvon.tickets.actions.rulebook"):
        rulebook.forget_rulebook()


@pytest.fixture
def drain(db: Any) -> Any:
    """Background work done on the spot: ``drain(at=...)`` returns how much there was."""
    from perezvon.journey.pump import drain as work_until_quiet

    return work_until_quiet
