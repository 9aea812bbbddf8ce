"""From facts of calls and forms to requests."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from perezvon.crm.models import Person, Task
from perezvon.journey.models import Fact
from perezvon.tickets.actions.intake import admit
from perezvon.tickets.actions.tickets import assign, make_deal
from perezvon.tickets.models import Contact, Ticket
from perezvon.tickets.testing import DAY, HOUR, LINE, MINUTE, MONDAY, had, hang_up, lived, request_of, ring, tell

pytestmark = pytest.mark.django_db


def facts_of(ticket: Ticket) -> list[str]:
    return list(
        Fact.objects.filter(ticket_id=ticket.pk, kind__startswith="ticket.")
        .order_by("id")
        .values_list("kind", flat=True)
    )


def test_a_ring_opens_a_numbered_request():
    ring(at=MONDAY)
    lived(MONDAY)
    ticket = request_of()
    assert ticket.number.startswith("2026-") and len(ticket.number) == 11
    assert (ticket.state, ticket.step, ticket.channel, ticket.line) == ("open", "dialled", "call", LINE)
    assert ticket.first_response_due == MONDAY + 30 * MINUTE
    assert facts_of(ticket) == ["ticket.opened"]


def test_the_next_call_joins_the_open_request():
    had(stage="L05", at=MONDAY)
    had(stage="L07", at=MONDAY + HOUR)
    lived(MONDAY + 2 * HOUR)
    ticket = request_of()
    assert ticket.contacts.count() == 2
    assert ticket.loss == "L07"


def test_calls_of_one_batch_in_any_order_give_one_request():
    second, first = had(stage="L07", at=MONDAY + HOUR), had(stage="L05", at=MONDAY)
    lived(MONDAY + 2 * HOUR)
    assert request_of().opened_at == MONDAY
    tell("call.ended", second, second.ended_at)
    tell("call.started", first, MONDAY)
    lived(MONDAY + 2 * HOUR)
    assert request_of().contacts.count() == 2


def test_taking_facts_twice_changes_nothing():
    had(at=MONDAY)
    lived(MONDAY + HOUR)
    before, told = list(Ticket.objects.values()), Fact.objects.count()
    admit(list(Fact.objects.raw("SELECT * FROM journey_fact WHERE kind LIKE 'call.%%' ORDER BY id DESC")))
    assert list(Ticket.objects.values()) == before
    assert (Fact.objects.count(), Contact.objects.count()) == (told, 1)


def test_every_hidden_number_has_a_request_of_its_own():
    had("", at=MONDAY)
    had("", at=MONDAY)
    lived(MONDAY + HOUR)
    assert list(Ticket.objects.values_list("person", "loss")) == [(None, "L05"), (None, "L05")]


def test_our_own_call_joins_but_never_opens(anna):
    had(at=MONDAY, direction="out", stage="talked", by=anna)
    lived(MONDAY + HOUR)
    assert not Ticket.objects.exists()
    had(at=MONDAY + 2 * HOUR, stage="L05")
    had(at=MONDAY + 3 * HOUR, stage="talked", direction="out", by=anna)
    lived(MONDAY + 4 * HOUR)
    ticket = request_of()
    assert (ticket.loss, ticket.healed, ticket.recovery) == ("", "L05", "by_us")
    assert (ticket.responsible, ticket.department) == (anna, anna.department)


def test_after_the_window_a_new_request_is_opened():
    had(at=MONDAY)
    had(at=MONDAY + 4 * DAY, stage="talked")
    lived(MONDAY + 4 * DAY + HOUR)
    old, new = Ticket.objects.order_by("opened_at")
    assert (old.state, old.loss, new.state, new.loss) == ("closed", "L05", "open", "")


def test_a_revised_call_revises_the_request():
    call = had(at=MONDAY, stage="L07")
    lived(MONDAY + HOUR)
    hang_up(call, "talked", at=MONDAY + 5 * MINUTE)
    tell("call.revised", call, MONDAY + 2 * HOUR)
    lived(MONDAY + 2 * HOUR)
    ticket = request_of()
    assert (ticket.loss, ticket.step) == ("", "talk")
    assert ticket.contacts.get().stage == "talked"


def test_a_lost_call_makes_one_callback_task_and_a_talk_ends_it(anna):
    had(at=MONDAY)
    had(at=MONDAY + MINUTE * 5)
    lived(MONDAY + 8 * MINUTE)
    ticket, task = request_of(), Task.objects.get()
    assert (task.origin, task.ticket_id, task.kind) == ("lost_call", ticket.pk, "callback")
    assert task.deadline == MONDAY + 22 * MINUTE or task.deadline == MONDAY + 17 * MINUTE
    assert (ticket.next_task_id, ticket.deadline) == (task.pk, task.deadline)
    had(at=MONDAY + 10 * MINUTE, stage="talked", by=anna)
    lived(MONDAY + 20 * MINUTE)
    task.refresh_from_db()
    ticket.refresh_from_db()
    assert task.done_at and task.done_by is None and task.result
    assert (ticket.recovery, ticket.missed_at, ticket.next_task_id) == ("by_client", None, None)


def test_the_callback_goes_to_the_clients_own_manager(anna):
    from perezvon.crm.models import Person

    call = ring(at=MONDAY)
    Person.objects.filter(pk=call.person_id).update(responsible=anna, department=anna.department)
    hang_up(call, "L07", at=MONDAY + MINUTE)
    lived(MONDAY + 2 * MINUTE)
    task = Task.objects.get()
    assert (task.responsible, task.department) == (anna, anna.department)


def test_the_callback_of_a_queue_goes_to_its_department(support):
    had(at=MONDAY, department=support)
    lived(MONDAY + HOUR)
    task = Task.objects.get(origin="lost_call")
    assert (task.responsible, task.department) == (None, support)


def test_an_overdue_callback_goes_to_the_head(sales, boris):
    sales.head = boris
    sales.save()
    had(at=MONDAY, department=sales)
    lived(MONDAY + 3 * MINUTE)
    lived(MONDAY + HOUR)
    lived(MONDAY + HOUR)
    task = Task.objects.get(origin="escalated")
    assert task.responsible == boris
    ticket = request_of()
    assert "ticket.overdue" in facts_of(ticket)
    had(at=MONDAY + 2 * HOUR, stage="talked", direction="out", by=boris)
    lived(MONDAY + 3 * HOUR)
    assert not Task.objects.open().exists()


def test_the_window_closes_by_itself():
    had(at=MONDAY)
    lived(MONDAY + HOUR)
    lived(MONDAY + 4 * DAY)
    ticket = request_of()
    assert (ticket.state, ticket.loss) == ("closed", "L05")
    assert ticket.closed_at == ticket.window_until


def test_source_product_and_department_of_the_dialled_number(sales):
    from perezvon.crm.models import Product
    from perezvon.marketing.models import LineSource, Source
    from perezvon.telephony.models import Line

    product, source = Product.objects.create(name="Tours"), Source.objects.create(name="Radio")
    Line.objects.create(number=LINE, department=sales, product=product)
    LineSource.objects.create(line=LINE, source=source, since=MONDAY - DAY)
    had(at=MONDAY)
    lived(MONDAY + HOUR)
    ticket = request_of()
    assert (ticket.source, ticket.product, ticket.department) == (source, product, sales)


def test_a_client_who_bought_before_is_not_new():
    from perezvon.crm.models import Person

    call = ring(at=MONDAY)
    Person.objects.filter(pk=call.person_id).update(first_sale_at=MONDAY - DAY)
    lived(MONDAY)
    assert not request_of().is_new


def _batch(size: int) -> list[Fact]:
    for number in range(size):
        had(f"+7916{number:07d}", at=MONDAY + number * MINUTE / 60, stage="talked" if number % 2 else "L05")
    return list(Fact.objects.raw("SELECT * FROM journey_fact WHERE kind LIKE 'call.%%' ORDER BY id"))


@pytest.mark.parametrize("size", [2, 40])
def test_a_batch_takes_the_same_queries_whatever_its_size(size):
    facts = _batch(size)
    with CaptureQueriesContext(connection) as found:
        admit(facts)
    assert Ticket.objects.count() == size
    assert len(found) <= 42, [query["sql"][:100] for query in found]


def test_who_talked_may_open_the_client(client_of, anna):
    had(at=MONDAY, stage="talked", by=anna)
    lived(MONDAY + HOUR)
    person = request_of().person
    assert (person.responsible, person.department) == (anna, anna.department)
    assert client_of(anna).get(f"/people/{person.pk}/").status_code == 200


def test_an_operator_who_passes_a_client_on_does_not_become_his_manager(client_of, operator, anna, boris):
    """The talk makes her responsible for the request; the client becomes the seller's, in the seller's department."""
    had(at=MONDAY, stage="talked", by=operator, department=operator.department)
    lived(MONDAY + HOUR)
    ticket, person = Ticket.objects.get(), Person.objects.get()
    assert ticket.responsible == operator and person.responsible is None
    assert client_of(operator).get(f"/people/{person.pk}/").status_code == 200

    assign(ticket, responsible=anna, by=operator, at=MONDAY + 2 * HOUR)
    person.refresh_from_db()
    assert (person.responsible, person.department) == (anna, anna.department)
    assert client_of(boris).get(f"/people/{person.pk}/").status_code == 200


def test_a_deal_stands_where_its_seller_works(client_of, operator, anna, boris):
    had(at=MONDAY, stage="talked", by=operator, department=operator.department)
    lived(MONDAY + HOUR)
    deal = make_deal(Ticket.objects.get(), responsible=anna, at=MONDAY + HOUR)
    assert deal.department == anna.department
    assert client_of(boris).get(f"/deals/{deal.pk}/").status_code == 200
