"""What the office does moves the journey on."""

from datetime import timedelta
from decimal import Decimal

import pytest

from perezvon.billing.actions import receive_payment
from perezvon.crm.actions import (
    add_note,
    change_deal,
    complete_task,
    enter_person,
    lose_deal,
    move_deal,
    open_deal,
    reopen_deal,
    win_deal,
)
from perezvon.crm.models import Deal, LostReason, Product, Stage, Task
from perezvon.tickets.actions.tickets import make_deal, plan
from perezvon.tickets.models import ChecklistItem, Ticket
from perezvon.tickets.testing import CLIENT, DAY, HOUR, MINUTE, MONDAY, had, lived, request_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(anna):
    had(at=MONDAY, stage="talked", by=anna)
    lived(MONDAY + 3 * MINUTE)
    return request_of()


def stages() -> list[Stage]:
    return list(Stage.objects.filter(kind="open").order_by("order"))


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def sold(ticket: Ticket, anna, at=MONDAY + HOUR) -> Deal:
    deal = make_deal(ticket, by=anna, at=at, ticked=list(ChecklistItem.objects.values_list("pk", flat=True)))
    win_deal(deal, amount=50_000, by=anna, at=at + HOUR)
    lived(at + 2 * HOUR)
    return deal


def test_talked_and_never_entered(ticket):
    lived(MONDAY + 2 * DAY)
    assert fresh(ticket).loss == "L09"


def test_entered_late_is_saved_then_not_worked(ticket, anna):
    lived(MONDAY + 2 * DAY)
    enter_person(ticket.person, name="Ivan", by=anna, at=MONDAY + 2 * DAY)
    lived(MONDAY + 2 * DAY)
    found = fresh(ticket)
    assert (found.step, found.loss, found.healed, found.recovery) == ("entered", "", "L09", "by_us")
    lived(MONDAY + 4 * DAY)
    assert fresh(ticket).loss == "L10"
    add_note(ticket.person, "Thinks", by=anna, at=MONDAY + 4 * DAY)
    lived(MONDAY + 4 * DAY)
    assert (fresh(ticket).step, fresh(ticket).healed) == ("worked", "L10")


def test_a_forgotten_next_step(ticket, anna):
    enter_person(ticket.person, name="Ivan", by=anna, at=MONDAY + HOUR)
    plan(ticket, kind="call", title="Call", deadline=MONDAY + 3 * DAY, by=anna, at=MONDAY + HOUR)
    lived(MONDAY + 4 * DAY)
    found = fresh(ticket)
    assert found.overdue_since == MONDAY + 3 * DAY
    assert (found.step, found.loss) == ("worked", "")
    lived(MONDAY + 11 * DAY)
    assert fresh(ticket).loss == "L11"
    complete_task(Task.objects.get(), result="Talked", by=anna, at=MONDAY + 12 * DAY)
    lived(MONDAY + 12 * DAY)
    assert (fresh(ticket).loss, fresh(ticket).healed, fresh(ticket).next_task_id) == ("", "L11", None)


def test_the_deal_moves_the_journey(ticket, anna):
    items = list(ChecklistItem.objects.values_list("pk", flat=True))
    deal = make_deal(ticket, by=anna, at=MONDAY + HOUR, ticked=items)
    lived(MONDAY + HOUR)
    first, second, *_rest = stages()
    assert (fresh(ticket).step, fresh(ticket).deal_stage_id) == (f"deal:{first.pk}", first.pk)
    move_deal(deal, second, by=anna, at=MONDAY + 2 * HOUR)
    lived(MONDAY + 2 * HOUR)
    assert fresh(ticket).step == f"deal:{second.pk}"
    lose_deal(deal, reason=LostReason.objects.first(), comment="Too dear", by=anna, at=MONDAY + 3 * HOUR)
    lived(MONDAY + 3 * HOUR)
    found = fresh(ticket)
    assert (found.loss, found.deal_stage_id, found.state) == ("L13", second.pk, "closed")
    reopen_deal(deal, first, by=anna, at=MONDAY + 4 * HOUR)
    lived(MONDAY + 4 * HOUR)
    assert (fresh(ticket).loss, fresh(ticket).healed, fresh(ticket).state) == ("", "L13", "open")


def test_the_request_learns_from_its_deal_what_the_client_wants(ticket, anna):
    deal = make_deal(ticket, by=None, at=MONDAY + HOUR, amount=50_000, responsible=anna)
    assert fresh(ticket).product is None
    cruise = Product.objects.create(name="Cruises")
    change_deal(deal, {"product_id": cruise.pk}, version=deal.version, by=anna, at=MONDAY + 2 * HOUR)
    lived(MONDAY + 3 * HOUR)
    assert fresh(ticket).product == cruise


def test_won_paid_and_bought_again(ticket, anna):
    deal = sold(ticket, anna)
    assert (fresh(ticket).step, fresh(ticket).amount, fresh(ticket).state) == ("won", Decimal(50_000), "closed")
    receive_payment(deal, Decimal(50_000), by=anna, at=MONDAY + DAY)
    lived(MONDAY + DAY)
    assert (fresh(ticket).step, fresh(ticket).paid) == ("paid", Decimal(50_000))
    had(at=MONDAY + 30 * DAY, stage="talked", by=anna)
    lived(MONDAY + 30 * DAY + HOUR)
    again = Ticket.objects.exclude(pk=ticket.pk).get()
    assert not again.is_new
    sold(again, anna, at=MONDAY + 31 * DAY)
    assert (fresh(ticket).step, fresh(ticket).repeat_at) == ("repeat", MONDAY + 31 * DAY + HOUR)


def test_bought_once_and_not_offered_again(ticket, anna):
    sold(ticket, anna)
    lived(MONDAY + 370 * DAY)
    assert fresh(ticket).loss == "L14"


def test_a_deal_opened_by_hand_takes_the_open_request(ticket, anna):
    deal = open_deal(person=ticket.person, title="By hand", by=anna, at=MONDAY + HOUR)
    lived(MONDAY + HOUR)
    assert fresh(ticket).deal_id == deal.pk
    assert Deal.objects.get().ticket_id == ticket.pk


def test_a_deal_without_a_request_opens_one(anna):
    from perezvon.crm.actions import add_person

    person = add_person(name="Walk In", phones=[CLIENT], by=anna, at=MONDAY)
    one = open_deal(person=person, title="One", by=anna, at=MONDAY)
    two = open_deal(person=person, title="Two", by=anna, at=MONDAY + HOUR)
    lived(MONDAY + HOUR)
    found = list(Ticket.objects.order_by("opened_at"))
    assert [(t.channel, t.deal_id, t.state, t.responsible) for t in found] == [
        ("manual", one.pk, "open", anna), ("manual", two.pk, "open", anna),
    ]  # fmt: skip
    had(at=MONDAY + 2 * HOUR, stage="L05")
    lived(MONDAY + 3 * HOUR)
    assert Ticket.objects.count() == 2
    assert Ticket.objects.get(deal_id=two.pk).missed_at


def test_sold_to_a_client_who_had_been_lost(anna):
    had(at=MONDAY)
    lived(MONDAY + 5 * DAY)
    lost = request_of()
    assert (lost.state, lost.loss) == ("closed", "L05")
    deal = open_deal(person=lost.person, title="All the same", by=anna, at=MONDAY + 6 * DAY)
    win_deal(deal, amount=10_000, by=anna, at=MONDAY + 6 * DAY + HOUR)
    lived(MONDAY + 6 * DAY + HOUR)
    found = fresh(lost)
    assert (found.loss, found.healed, found.recovery, found.step) == ("", "L05", "sold", "won")


def test_first_response_is_told_once(ticket):
    from perezvon.journey.models import Fact

    assert ticket.first_response_at == MONDAY + timedelta(seconds=15)
    assert Fact.objects.get(kind="ticket.responded").seconds == 15


def test_standing_still_tells_nothing(ticket, anna):
    from perezvon.journey.models import Fact
    from perezvon.tickets.actions.standing import restand_ids

    told = Fact.objects.count()
    assert restand_ids([ticket.pk], at=MONDAY + 10 * MINUTE) == []
    assert Fact.objects.count() == told
