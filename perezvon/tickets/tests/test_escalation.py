"""Promises of time, pauses and the ladder, as the room lives them."""

from datetime import timedelta

import pytest

from perezvon.crm.models import Task
from perezvon.journey.models import Fact
from perezvon.staff.actions.calendars import change_calendar
from perezvon.staff.models import Notice, WorkCalendar
from perezvon.tickets.actions import tickets as verbs
from perezvon.tickets.actions.climbing import hear
from perezvon.tickets.actions.errors import DoesNotWait, TooLate, WaitsAlready
from perezvon.tickets.actions.pausing import pause, resume
from perezvon.tickets.actions.rulebook import forget_rulebook
from perezvon.tickets.actions.settings import change_settings
from perezvon.tickets.models import LadderStep, SlaClock, SlaPolicy, TicketPause
from perezvon.tickets.testing import DAY, HOUR, MINUTE, MONDAY, had, lived, request_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(anna, boris, sales):
    sales.head = boris
    sales.save()
    had(at=MONDAY, department=sales)
    lived(MONDAY + 3 * MINUTE)
    verbs.assign(request_of(), responsible=anna, by=boris, at=MONDAY + 3 * MINUTE)
    return request_of()


def clock(kind="first"):
    return SlaClock.objects.filter(kind=kind).latest("started_at")


def titles(user):
    return list(
        Notice.objects.filter(user=user, kind="ticket.late").order_by("at", "pk").values_list("title", flat=True)
    )


def test_the_promise_stands_on_the_request(ticket):
    assert ticket.due_at == MONDAY + 30 * MINUTE == ticket.first_response_due == clock().deadline_at
    assert ticket.due_kind == "first"


def test_a_policy_of_its_own_holds_for_what_fits(ticket):
    where = {"field": "priority", "op": "is", "value": ["urgent"]}
    SlaPolicy.objects.create(name="Fast", where=where, first_minutes=5, resolution_minutes=60)
    forget_rulebook()
    verbs.set_priority(ticket, "urgent", by=None, at=MONDAY + 4 * MINUTE)
    assert ticket.due_at == MONDAY + 5 * MINUTE
    assert clock("resolution").deadline_at == MONDAY + HOUR
    assert clock().policy.name == "Fast"


def test_a_pause_stops_the_clock_until_somebody_goes_on(ticket, anna):
    pause(ticket, why="Passport", until=MONDAY + 2 * DAY, by=anna, at=MONDAY + 10 * MINUTE)
    assert ticket.due_at is None and ticket.paused_at == MONDAY + 10 * MINUTE
    with pytest.raises(WaitsAlready):
        pause(ticket, why="More", until=MONDAY + 2 * DAY, by=anna, at=MONDAY + 11 * MINUTE)
    lived(MONDAY + 5 * HOUR)
    assert clock().breached_at is None and not titles(anna)
    resume(ticket, by=anna, at=MONDAY + 5 * HOUR)
    assert ticket.due_at == MONDAY + 5 * HOUR + 20 * MINUTE
    assert (TicketPause.objects.get().ending, TicketPause.objects.get().ended_by) == ("person", anna)
    with pytest.raises(DoesNotWait):
        resume(ticket, by=anna, at=MONDAY + 5 * HOUR)


def test_a_pause_ends_by_itself_when_the_client_comes_or_the_time_is_up(ticket, anna):
    with pytest.raises(TooLate):
        pause(ticket, why="Passport", until=MONDAY, by=anna, at=MONDAY + 4 * MINUTE)
    pause(ticket, why="Passport", until=MONDAY + HOUR, by=anna, at=MONDAY + 4 * MINUTE)
    had(at=MONDAY + 20 * MINUTE)
    lived(MONDAY + 23 * MINUTE)
    assert TicketPause.objects.get().ending == "client" and request_of().paused_at is None
    pause(request_of(), why="Money", until=MONDAY + 40 * MINUTE, by=anna, at=MONDAY + 30 * MINUTE)
    lived(MONDAY + 41 * MINUTE)
    assert TicketPause.objects.latest("since").ending == "time"


def test_the_calendar_moves_what_is_promised(ticket, admin):
    calendar = WorkCalendar.objects.get(is_default=True)
    lunch = {str(day): [["09:00", "10:10"], ["14:00", "18:00"]] for day in range(5)}
    change_calendar(calendar, name="", weekly=lunch, time_zone="Europe/Moscow", by=admin, at=MONDAY + 5 * MINUTE)
    lived(MONDAY + 6 * MINUTE)
    assert request_of().due_at == MONDAY + 4 * HOUR + 20 * MINUTE


def test_the_settings_move_what_is_promised(ticket, admin):
    change_settings({"response_minutes": 60}, by=admin, at=MONDAY + 5 * MINUTE)
    from perezvon.tickets.actions.settings import forget_settings

    forget_settings()  # as it does after the commit
    lived(MONDAY + 6 * MINUTE)
    assert request_of().due_at == MONDAY + HOUR


def test_the_ladder_goes_up_and_never_ends(ticket, anna, boris, admin):
    lived(MONDAY + 21 * MINUTE)
    assert len(titles(anna)) == 1 and not titles(boris)
    lived(MONDAY + 31 * MINUTE)
    assert len(titles(anna)) == 2 and clock().breached_at == MONDAY + 30 * MINUTE
    lived(MONDAY + 46 * MINUTE)
    assert len(titles(boris)) == 1
    for half in range(2, 2 * 28):
        lived(MONDAY + half * 30 * MINUTE)
    told = Fact.objects.filter(kind="ticket.escalated")
    assert told.count() == clock().rungs and clock().rungs > len(LadderStep.objects.filter(kind="first"))
    assert Task.objects.filter(origin="escalation").get().responsible == boris
    assert titles(admin), "nobody stands above Boris and nobody owns the business: the administrator hears of it"
    assert clock().next_rung_at is not None


def test_an_answer_ends_it(ticket, anna, boris):
    lived(MONDAY + 31 * MINUTE)
    had(at=MONDAY + 35 * MINUTE, stage="talked", by=anna, direction="out")
    lived(MONDAY + DAY)
    assert clock().met_at is not None and clock().next_rung_at is None and not titles(boris)
    assert Fact.objects.filter(kind="ticket.breached").count() == 1
    assert request_of().due_at is None


def test_who_is_on_it_is_left_in_peace_for_an_hour(ticket, anna, boris):
    lived(MONDAY + 31 * MINUTE)
    hear(ticket, by=anna, at=MONDAY + 32 * MINUTE)
    lived(MONDAY + 90 * MINUTE)
    assert not titles(boris)
    lived(MONDAY + 93 * MINUTE)
    assert titles(boris)


def test_one_notice_for_many_requests(anna, boris, sales):
    sales.head = boris
    sales.save()
    for number in range(5):
        had(f"+7916000000{number}", at=MONDAY, department=sales)
    lived(MONDAY + 3 * MINUTE)
    lived(MONDAY + 46 * MINUTE)
    own = titles(boris)  # nobody is responsible: what he should hear goes to the head
    assert any("5 requests" in title for title in own) and len(own) < 5
    assert Fact.objects.filter(kind="ticket.escalated").count() >= 5


def test_next_response_is_promised_where_the_policy_says_so(ticket, anna):
    SlaPolicy.objects.create(name="All", next_minutes=20)
    forget_rulebook()
    had(at=MONDAY + 10 * MINUTE, stage="talked", by=anna, direction="out")
    had(at=MONDAY + HOUR)
    lived(MONDAY + HOUR + 3 * MINUTE)
    assert request_of().due_kind == "next" and request_of().due_at == MONDAY + HOUR + 22 * MINUTE
    assert timedelta(minutes=20).total_seconds() == clock("next").seconds
