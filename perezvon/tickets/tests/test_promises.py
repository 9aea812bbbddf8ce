"""What the database itself promises, by raw SQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from perezvon.tickets.models import ChecklistItem, ChecklistMark, Contact, Ticket
from perezvon.tickets.rows import insert_tickets
from perezvon.tickets.testing import MONDAY, had, lived

TABLES = ("tickets_ticket", "tickets_contact", "tickets_checklistmark")


def blank(**fields: object) -> Ticket:
    return Ticket(channel="call", opened_at=MONDAY, last_contact_at=MONDAY, changed_at=MONDAY, **fields)


@pytest.fixture
def ticket(db):
    had("", at=MONDAY)
    lived(MONDAY)
    made = Ticket.objects.get()
    ChecklistMark.objects.create(ticket=made, item=ChecklistItem.objects.first(), at=MONDAY)
    return made


def refused(sql: str) -> str:
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return str(error.value)


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_deleted(ticket, table):
    assert "never deleted" in refused(f"DELETE FROM {table}")
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_truncated(ticket, table):
    connection.check_constraints()  # deferred ones hold the tables otherwise
    assert "never deleted" in refused(f"TRUNCATE {table} CASCADE")


def test_an_ordinary_role_is_refused_too(ticket):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE ROLE tickets_reader")
        cursor.execute("GRANT ALL ON tickets_ticket TO tickets_reader")
        cursor.execute("SET LOCAL ROLE tickets_reader")
        with pytest.raises(DatabaseError, match="never deleted"):
            cursor.execute("DELETE FROM tickets_ticket")
        transaction.set_rollback(True)


def test_the_number_is_the_databases_and_never_changes(ticket):
    assert "never changes" in refused("UPDATE tickets_ticket SET number = '2026-999999'")
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('tickets_number')")
    made = insert_tickets([blank(number="2020-000001")])[0]
    assert made.number.startswith("2026-")


@pytest.mark.django_db
def test_a_number_is_not_given_again_after_a_rollback():
    with transaction.atomic():
        lost = insert_tickets([blank()])[0].number
        transaction.set_rollback(True)
    assert insert_tickets([blank()])[0].number > lost


@pytest.mark.django_db
def test_one_open_request_per_person():
    from perezvon.crm.models import Person

    person = Person.objects.create(created_at=MONDAY)
    assert len(insert_tickets([blank(person=person), blank(person=person)])) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.create(
            person=person, channel="call", opened_at=MONDAY, last_contact_at=MONDAY, changed_at=MONDAY
        )


@pytest.mark.django_db
def test_not_a_target_has_a_reason(ticket):
    assert "tickets_out_has_reason" in refused(
        "UPDATE tickets_ticket SET state = 'out', out_at = now(), out_reason = ' '"
    )


@pytest.mark.django_db(transaction=True)
def test_numbers_of_many_at_once_are_all_different():
    def open_some(_number: int) -> list[str]:
        try:
            return [ticket.number for ticket in insert_tickets([blank() for _ in range(5)])]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = [number for some in pool.map(open_some, range(8)) for number in some]
    assert len(set(numbers)) == 40
