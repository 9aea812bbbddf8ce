"""What other rooms read of requests."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from perezvon.tickets import reads
from perezvon.tickets.models import Contact, Ticket
from perezvon.tickets.rows import insert_tickets
from perezvon.tickets.testing import CLIENT, DAY, HOUR, MONDAY, had, lived, request_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(anna):
    had(at=MONDAY)
    had(at=MONDAY + HOUR, stage="talked", direction="out", by=anna)
    lived(MONDAY + 2 * HOUR)
    return request_of()


def test_the_row_of_a_journey(ticket, anna):
    row = dict(zip(reads.JOURNEY_COLUMNS, reads.journey_rows([ticket.pk])[0], strict=True))
    assert row["ticket_id"] == ticket.pk
    assert (row["healed"], row["recovery"], row["loss"], row["rank"]) == ("L05", "by_us", "", 60)
    assert (row["response_seconds"], row["responsible_id"]) == (3615, anna.pk)


def test_a_month_is_one_statement_and_streams(ticket):
    assert reads.months() == [date(2026, 3, 1)]
    with connection.cursor() as cursor:
        cursor.execute(reads.journey_month_sql(date(2026, 3, 1)))
        plain = cursor.fetchall()
    assert plain == reads.journey_rows([ticket.pk])
    assert list(reads.stream_month(date(2026, 3, 1), size=1)) == [plain]
    assert list(reads.stream_month(date(2026, 2, 1))) == []


def test_months_have_no_gaps(db):
    for at in (datetime(2025, 11, 30, 23, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)):
        insert_tickets([Ticket(channel="call", opened_at=at, last_contact_at=at, changed_at=at)])
    assert reads.months() == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


def test_changed_since(ticket):
    assert [pk for pk, _at in reads.changed_since(MONDAY)] == [ticket.pk]
    assert reads.changed_since(MONDAY + DAY) == []


def test_the_export_masks_the_client(ticket):
    row = next(reads.export_rows(MONDAY))
    assert (row["number"], row["stage"], row["healed"], row["recovery"]) == (ticket.number, "", "L05", "by_us")
    assert row["client"]["phone"] == "+7 916 •••-••-67"
    assert next(reads.export_rows(unmasked=True))["client"]["phone"] == CLIENT
    assert list(reads.export_rows(MONDAY + DAY)) == []


def test_requests_of_a_person_and_of_calls(ticket):
    call = Contact.objects.earliest("at").ref_id
    assert reads.of_person(ticket.person_id) == [ticket]
    assert reads.of_calls([call]) == {call: (ticket.pk, ticket.number)}
