"""Through the real pump: what is committed is heard, in effect once, also by two workers at a time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from perezvon.journey.models import Due, Fact, Parked
from perezvon.tickets.actions.intake import admit
from perezvon.tickets.models import Contact, Ticket
from perezvon.tickets.testing import DAY, HOUR, MONDAY, had

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_the_pump_carries_calls_into_requests(drain):
    had(at=MONDAY)
    drain(at=MONDAY + HOUR)
    assert Ticket.objects.get().loss == "L05"
    assert Due.objects.filter(kind="tickets.look").count() == 1
    drain(at=MONDAY + 4 * DAY)
    assert Ticket.objects.get().state == "closed"
    assert not Parked.objects.exists()


def test_two_workers_open_one_request():
    had(at=MONDAY)
    had(at=MONDAY + HOUR)
    facts = list(Fact.objects.raw("SELECT * FROM journey_fact WHERE kind LIKE 'call.%%' ORDER BY id"))

    def take(some):
        try:
            admit(some)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(take, [facts[:2], facts[2:], facts[:2], facts[2:]]))
    assert (Ticket.objects.count(), Contact.objects.count()) == (1, 2)


def test_two_workers_never_give_one_request_to_two(anna, boris):
    from perezvon.tickets.actions.routing import route
    from perezvon.tickets.actions.rulebook import forget_rulebook
    from perezvon.tickets.models import Handout, QueueSeat, TicketQueue

    queue = TicketQueue.objects.create(name="All")
    for user in (anna, boris):
        QueueSeat.objects.create(queue=queue, user=user)
    forget_rulebook()
    for number in range(4):
        had(f"+7916000000{number}", at=MONDAY)
    admit(list(Fact.objects.raw("SELECT * FROM journey_fact WHERE kind LIKE 'call.%%' ORDER BY id")))
    ids = list(Ticket.objects.values_list("pk", flat=True))

    def give(some):
        try:
            route(some, at=MONDAY + HOUR)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(give, [ids, ids[::-1], ids[:2], ids[2:]]))
    assert Handout.objects.count() == 4
    assert [Handout.objects.filter(user=user).count() for user in (anna, boris)] == [2, 2]
