"""Requests come to queues and to people, and go on when nobody takes them up."""

from datetime import timedelta

import pytest

from perezvon.crm.models import Person, Task
from perezvon.journey.models import Fact
from perezvon.staff.actions.presence import set_presence
from perezvon.staff.models import Notice
from perezvon.tickets.actions import tickets as verbs
from perezvon.tickets.actions.errors import NotYours
from perezvon.tickets.actions.routing import route, route_waiting
from perezvon.tickets.actions.rulebook import forget_rulebook
from perezvon.tickets.models import AssignRule, Handout, QueueSeat, TicketQueue
from perezvon.tickets.testing import CLIENT, HOUR, MINUTE, MONDAY, had, hang_up, lived, request_of, ring

pytestmark = pytest.mark.django_db
LOST = {"all": [{"field": "channel", "op": "is", "value": ["call"]}]}


@pytest.fixture
def queue(anna, boris):
    one = TicketQueue.objects.create(name="Calls", where=LOST, accept_minutes=10)
    for user in (anna, boris):
        QueueSeat.objects.create(queue=one, user=user)
    forget_rulebook()
    return one


def test_a_lost_call_is_given_to_somebody_with_its_task_and_the_reason(queue, anna):
    had(at=MONDAY)
    lived(MONDAY + 3 * MINUTE)
    ticket = request_of()
    assert ticket.queue == queue and ticket.responsible == anna and ticket.waiting_since is None
    assert Task.objects.get().responsible == anna
    handout = Handout.objects.get()
    assert handout.accept_by == handout.at + 10 * MINUTE and handout.steps[0]["answer"] == "given"
    assert Notice.objects.get().user == anna
    assert {"ticket.queued", "ticket.handed"} <= set(Fact.objects.values_list("kind", flat=True))


def test_a_call_that_lasts_is_left_to_whoever_talks(queue, boris):
    call = ring(at=MONDAY)
    lived(MONDAY + MINUTE)
    assert request_of().responsible is None and not Handout.objects.exists()
    hang_up(call, "talked", at=MONDAY + 5 * MINUTE, by=boris)
    lived(MONDAY + 6 * MINUTE)
    assert request_of().responsible == boris and not Handout.objects.exists()


def test_the_load_is_shared(queue, anna, boris):
    for number in range(4):
        had(f"+7916000000{number}", at=MONDAY + number * MINUTE, minutes=0.5)
        lived(MONDAY + (number + 1) * MINUTE)
    given = list(Handout.objects.order_by("at").values_list("user", flat=True))
    assert sorted(given) == sorted([anna.pk, boris.pk] * 2)


def test_not_taken_up_in_time_it_goes_to_the_next_and_stays_when_there_is_nobody_else(queue, anna, boris):
    had(at=MONDAY)
    lived(MONDAY + 3 * MINUTE)
    lived(MONDAY + 14 * MINUTE)
    assert request_of().responsible == boris
    assert [(h.user, h.outcome) for h in Handout.objects.order_by("at", "pk")] == [(anna, "passed"), (boris, "")]
    lived(MONDAY + 30 * MINUTE)
    assert request_of().responsible == boris and Handout.objects.filter(ended_at=None).count() == 1


def test_taken_up_it_stays(queue, anna, boris):
    had(at=MONDAY)
    lived(MONDAY + 3 * MINUTE)
    ticket = request_of()
    with pytest.raises(NotYours):
        verbs.accept(ticket, by=boris, at=MONDAY + 4 * MINUTE)
    verbs.accept(ticket, by=anna, at=MONDAY + 4 * MINUTE)
    lived(MONDAY + HOUR)
    assert request_of().responsible == anna and Handout.objects.get().outcome == "accepted"


def test_nobody_there_it_waits_and_comes_to_whoever_comes(queue, anna, boris):
    for user in (anna, boris):
        set_presence(user, "break", at=MONDAY)
    had(at=MONDAY)
    lived(MONDAY + 3 * MINUTE)
    assert request_of().responsible is None and request_of().waiting_since is not None
    set_presence(boris, "available", at=MONDAY + 5 * MINUTE)
    lived(MONDAY + 5 * MINUTE)
    assert request_of().responsible == boris and request_of().waiting_since is None


def test_out_of_hours_it_waits_for_the_morning(queue):
    night = MONDAY + timedelta(hours=12)
    had(at=night)
    lived(night + 3 * MINUTE)
    assert request_of().responsible is None
    assert route_waiting(at=night + HOUR) == 0
    assert route_waiting(at=MONDAY + timedelta(days=1)) == 1


def test_the_manager_comes_first_but_not_for_ever(queue, anna, boris):
    call = had(at=MONDAY)
    Person.objects.filter(pk=call.person_id).update(responsible=boris, department=boris.department)
    lived(MONDAY + 3 * MINUTE)
    assert request_of().responsible == boris
    lived(MONDAY + 14 * MINUTE)
    assert request_of().responsible == anna


def test_rules_are_asked_in_order(queue, anna, boris, admin):
    AssignRule.objects.create(
        queue=queue,
        order=1,
        name="Boss",
        where={"field": "region", "op": "is", "value": ["Mars"]},
        way="person",
        user=admin,
    )
    AssignRule.objects.create(queue=queue, order=2, name="Skill", way="skill", skill="english")
    QueueSeat.objects.filter(user=boris).update(skills=["English"])
    forget_rulebook()
    had(at=MONDAY)
    lived(MONDAY + 3 * MINUTE)
    assert request_of().responsible == boris
    assert [step["answer"] for step in Handout.objects.get().steps] == ["unfit", "given"]
    assert Handout.objects.get().rule_name == "Skill"


def test_given_by_hand_the_rules_leave_it_alone(queue, anna, boris):
    had(at=MONDAY)
    lived(MONDAY + 3 * MINUTE)
    verbs.assign(request_of(), responsible=boris, by=boris, at=MONDAY + 4 * MINUTE)
    lived(MONDAY + HOUR)
    assert request_of().responsible == boris
    assert route([request_of().pk], at=MONDAY + HOUR) == []
    assert CLIENT
