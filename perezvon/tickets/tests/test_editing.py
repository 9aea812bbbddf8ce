"""Fields of a request changed in place, in the list and on its page."""

import pytest
from django.urls import reverse

from perezvon.crm.models import Product
from perezvon.journey.models import Fact
from perezvon.kit import clock
from perezvon.tickets.actions.tickets import set_priority
from perezvon.tickets.models import Ticket, TicketQueue
from perezvon.tickets.testing import HOUR, had, lived, request_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def ticket(anna):
    at = clock.now() - HOUR
    had(at=at, stage="talked", by=anna)
    lived(at + HOUR)
    return request_of()


def field(ticket, name):
    return reverse("lists:field", args=["tickets", ticket.pk, name])


def test_a_field_is_changed_in_place(client_of, anna, gleb, ticket):
    product = Product.objects.create(name="Круиз")
    browser, address = client_of(anna), field(ticket, "product")
    assert field(ticket, "region") in browser.get(reverse("tickets:ticket", args=[ticket.pk])).content.decode()
    assert "Круиз" in browser.get(address, headers=HX).content.decode()
    answer = browser.post(address, {"version": ticket.version, "was": "", "value": product.pk}, headers=HX)
    assert answer.status_code == 200 and "Круиз" in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.product == product and Fact.objects.get(kind="ticket.edited").details["fields"] == ["product_id"]
    assert client_of(gleb).get(address).status_code == 404


def test_whoever_was_faster_is_not_overwritten(client_of, anna, boris, ticket):
    read = ticket.version
    set_priority(ticket, "high", by=boris, at=clock.now())
    browser = client_of(anna)
    answer = browser.post(field(ticket, "priority"), {"version": read, "was": "normal", "value": "low"}, headers=HX)
    assert answer.status_code == 409 and Ticket.objects.get().priority == "high"
    answer = browser.post(field(ticket, "region"), {"version": read, "was": ticket.region, "value": "Тула"}, headers=HX)
    assert answer.status_code == 200  # nobody has touched that field
    ticket.refresh_from_db()
    assert (ticket.region, ticket.priority) == ("Тула", "high")


def test_handing_over_needs_its_right(client_of, anna, boris, ticket):
    queue = TicketQueue.objects.create(name="Вторая")
    data = {"version": ticket.version, "was": anna.pk, "value": boris.pk}
    Ticket.objects.filter(pk=ticket.pk).update(responsible=anna, department=anna.department)
    ticket.refresh_from_db()
    assert client_of(anna).post(field(ticket, "responsible"), data, headers=HX).status_code == 422
    data = {"version": ticket.version, "was": anna.pk, "value": boris.pk}
    assert client_of(boris).post(field(ticket, "responsible"), data, headers=HX).status_code == 200
    ticket.refresh_from_db()
    assert ticket.responsible == boris and Fact.objects.filter(kind="ticket.assigned").exists()
    data = {"version": ticket.version, "was": "", "value": queue.pk}
    assert client_of(boris).post(field(ticket, "queue"), data, headers=HX).status_code == 200
    ticket.refresh_from_db()
    assert ticket.queue == queue
