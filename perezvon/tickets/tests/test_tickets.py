"""What people do with a request."""

import pytest

from perezvon.crm.models import Task
from perezvon.journey.models import Fact
from perezvon.tickets.actions.errors import AlreadyEnded, HasDeal, NobodyToSell, ReasonNeeded, SomethingDue, Unticked
from perezvon.tickets.actions.settings import change_settings, forget_settings
from perezvon.tickets.actions.tickets import assign, call_back_done, close, disqualify, make_deal, name_client, plan
from perezvon.tickets.models import ChecklistItem
from perezvon.tickets.testing import DAY, HOUR, MINUTE, MONDAY, had, lived, request_of

pytestmark = pytest.mark.django_db
LATER = MONDAY + 10 * MINUTE


@pytest.fixture
def ticket(support):
    had(at=MONDAY, department=support)
    lived(MONDAY + 3 * MINUTE)
    return request_of()


def told(kind: str) -> int:
    return Fact.objects.filter(kind=kind).count()


def test_assigning_gives_the_waiting_tasks_too(ticket, anna, boris):
    assign(ticket, responsible=anna, by=boris, at=LATER)
    assert (ticket.responsible, ticket.department) == (anna, anna.department)
    assert Task.objects.get().responsible == anna
    assert told("ticket.assigned") == 1


def test_not_a_target_needs_a_reason_and_ends_the_callback(ticket, anna):
    with pytest.raises(ReasonNeeded):
        disqualify(ticket, reason="  ", by=anna, at=LATER)
    disqualify(ticket, reason="Wrong number", by=anna, at=LATER)
    assert (ticket.state, ticket.loss, ticket.out_by) == ("out", "L12", anna)
    assert not Task.objects.open().exists()
    with pytest.raises(AlreadyEnded):
        disqualify(ticket, reason="Again", by=anna, at=LATER)


def test_closed_only_when_nothing_is_due(ticket, anna):
    with pytest.raises(SomethingDue):
        close(ticket, reason="Done", by=anna, at=LATER)
    had(at=LATER, stage="talked", by=anna)
    lived(LATER + 3 * MINUTE)
    close(ticket, reason="Answered", by=anna, at=LATER + 5 * MINUTE)
    assert (ticket.state, ticket.loss, ticket.end_reason) == ("closed", "", "Answered")
    assert told("ticket.closed") == 1
    had(at=LATER + HOUR, stage="talked", by=anna)
    lived(LATER + 2 * HOUR)
    assert type(ticket).objects.count() == 2


def test_a_deal_in_one_click_when_the_checklist_is_ticked(ticket, anna):
    required = list(ChecklistItem.objects.filter(is_required=True).values_list("pk", flat=True))
    with pytest.raises(Unticked) as refused:
        make_deal(ticket, by=anna, at=LATER, ticked=required[1:])
    assert len(refused.value.items) == 1
    deal = make_deal(ticket, by=anna, at=LATER, ticked=required)
    assert (deal.ticket_id, ticket.deal_id, ticket.healed, ticket.recovery) == (ticket.pk, deal.pk, "L05", "by_us")
    assert ticket.marks.count() == len(required)
    assert told("ticket.deal") == 1
    lived(LATER)
    assert told("ticket.deal") == 1
    with pytest.raises(HasDeal):
        make_deal(ticket, by=anna, at=LATER)


def test_what_was_no_target_may_become_a_deal(ticket, anna):
    disqualify(ticket, reason="Joking", by=anna, at=LATER)
    make_deal(ticket, at=LATER + HOUR)
    assert (ticket.state, ticket.loss) == ("open", "")


def test_a_hidden_number_is_named_first(anna):
    had("", at=MONDAY)
    lived(MONDAY + HOUR)
    from perezvon.tickets.models import Ticket

    hidden = Ticket.objects.get()
    with pytest.raises(NobodyToSell):
        make_deal(hidden, at=LATER)
    person = name_client(hidden, name="Masha", phone="8 916 000-00-01", by=anna, at=LATER)
    assert hidden.person == person


def test_the_next_step_is_planned(ticket, anna):
    task = plan(ticket, kind="call", title="Offer", deadline=MONDAY + DAY, by=anna, at=LATER)
    assert (task.responsible, task.ticket_id, ticket.responsible) == (anna, ticket.pk, anna)
    assert ticket.next_task_id


def test_called_back_by_other_means_is_a_response(ticket, anna):
    call_back_done(ticket, result="Wrote in the messenger", by=anna, at=LATER)
    assert (ticket.first_response_at, ticket.loss) == (LATER, "L05")
    assert not Task.objects.open().exists()


def test_settings_are_changed_by_hand(admin):
    row = change_settings({"window_hours": 24, "nonsense": 1}, by=admin, at=MONDAY)
    assert row.window_hours == 24
    forget_settings()
    had(at=MONDAY)
    lived(MONDAY + HOUR)
    assert request_of().window_until == MONDAY + 2 * MINUTE + DAY
