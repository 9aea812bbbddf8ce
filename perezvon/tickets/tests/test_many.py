"""Many requests at once: priority, queue, waiting and going on, each taken back as a whole."""

from datetime import timedelta

import pytest
from django.urls import reverse

from perezvon.kit import clock
from perezvon.lists.models import Bulk
from perezvon.tickets.models import Ticket, TicketPause, TicketQueue
from perezvon.tickets.testing import HOUR, had, lived

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets(anna, sales):
    at = clock.now() - 2 * HOUR
    for number in ("+79160000001", "+79160000002"):
        had(number, at=at, stage="talked", by=anna, department=sales)
    lived(at + HOUR)
    return list(Ticket.objects.order_by("pk"))


@pytest.fixture
def do(client_of, boris, tickets):
    browser = client_of(boris)

    def act(action: str, **data) -> Bulk:
        ids = [one.pk for one in tickets]
        answer = browser.post(reverse("lists:do", args=["tickets"]), {"action": action, "id": ids, "sure": 1, **data})
        assert answer.status_code == 302, answer.content.decode()
        return Bulk.objects.latest("pk")

    return act


@pytest.fixture
def undo(client_of, boris):
    def act(bulk: Bulk) -> Bulk:
        client_of(boris).post(reverse("lists:undo", args=[bulk.pk]))
        bulk.refresh_from_db()
        return bulk

    return act


def test_priority(do, undo, tickets):
    Ticket.objects.filter(pk=tickets[0].pk).update(priority="urgent")
    bulk = do("priority", priority="urgent")
    assert (bulk.total, bulk.changed) == (2, 1)
    assert set(Ticket.objects.values_list("priority", flat=True)) == {"urgent"}
    assert undo(bulk).restored == 1
    assert list(Ticket.objects.order_by("pk").values_list("priority", flat=True)) == ["urgent", "normal"]


def test_queue(do, undo):
    first, second = TicketQueue.objects.create(name="One"), TicketQueue.objects.create(name="Two")
    Ticket.objects.update(queue=first)
    bulk = do("queue", queue=second.pk)
    assert set(Ticket.objects.values_list("queue", flat=True)) == {second.pk}
    assert undo(bulk).restored == 2
    assert set(Ticket.objects.values_list("queue", flat=True)) == {first.pk}


def test_waiting_and_going_on(do, undo):
    until = f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    bulk = do("pause", why="Ждём паспорт", until=until)
    assert bulk.changed == 2 and Ticket.objects.filter(paused_at=None).count() == 0
    again = do("pause", why="Ждём паспорт", until=until)
    assert (again.changed, again.refused) == (0, 2)  # it waits already
    on = do("resume")
    assert on.changed == 2 and not TicketPause.objects.filter(ended_at=None).exists()
    assert undo(on).restored == 2
    assert set(TicketPause.objects.filter(ended_at=None).values_list("why", flat=True)) == {"Ждём паспорт"}
    assert undo(bulk).kept == 2  # other pauses than the action's own
