"""Kept connections: looked at without a journey to the server, and given up when the server has gone."""

import psycopg
import pytest
from django.db import connection, connections

from perezvon.journey.statements import listed, prepared
from perezvon.staff.models import User


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_closed_is_replaced() -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    pid = connection.connection.info.backend_pid
    with psycopg.connect(connection.connection.info.dsn, password=connection.settings_dict["PASSWORD"]) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert not connection.is_usable()
    connection.close_if_unusable_or_obsolete()  # the beginning of the next page
    connection.health_check_enabled, connection.health_check_done = True, False
    assert prepared("SELECT 1", []) == [(1,)]
    assert connection.connection.info.backend_pid != pid
    connections.close_all()


@pytest.mark.django_db
def test_a_plan_is_kept_and_only_that_of_prepared_statements() -> None:
    for number in range(3):
        assert prepared("SELECT %s::int + 1", [number]) == [(number + 1,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int + 1'")
        assert cursor.fetchone()[0] == 1
    assert connection.connection.prepare_threshold is None


@pytest.mark.django_db
def test_rows_come_as_objects(django_user_model: type[User]) -> None:
    anna = django_user_model.objects.create_user("anna@example.com", name="Анна")
    found = listed(User, "WHERE email = %s", ["anna@example.com"])
    assert found == [anna] and found[0].joined_at == anna.joined_at and not found[0]._state.adding
