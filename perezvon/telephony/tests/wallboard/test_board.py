"""What the board shows: read from calls, dressed for each by his rights."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from perezvon.crm.actions.deals import open_deal
from perezvon.crm.actions.people import add_person
from perezvon.staff import access
from perezvon.staff.actions import set_presence
from perezvon.staff.models import Grant, Role
from perezvon.staff.testing import person
from perezvon.telephony.models import Call, Provider, Queue, QueueMember
from perezvon.telephony.wallboard import show
from perezvon.telephony.wallboard.board import Board
from perezvon.telephony.wallboard.gather import GATHERER
from perezvon.telephony.wallboard.rows import AgentRow, PulseRow, QueueRow, WaitingRow
from perezvon.telephony.wallboard.show import Show
from perezvon.telephony.wallboard.viewer import viewer_of

from .floor import answered, call, lost, ringing, seconds, talking

MINUTE = timedelta(minutes=1)


def board(at: datetime) -> Board:
    return GATHERER.board(at)


def rows(at: datetime, user: Any, section: str) -> list[Any]:
    return [piece.row for piece in Show(at).sections(viewer_of(user, "en"))[section]]


def test_who_waits_since_when_and_at_which_place(mango: Provider, sales_queue: Queue, at: datetime) -> None:
    call(mango, at - seconds(30), queue=sales_queue)
    call(mango, at - seconds(90), queue=sales_queue)
    call(mango, at - seconds(5))
    call(mango, at, direction="internal")
    found = board(at).waiting
    assert [(one.position, (at - one.began_at).total_seconds()) for one in found] == [(1, 90), (2, 30), (0, 10)]


def test_patience_is_learnt_from_the_queue(mango: Provider, sales_queue: Queue, at: datetime) -> None:
    for number in range(12):
        lost(mango, at - timedelta(days=2, hours=number), 20 + 10 * number, queue=sales_queue)  # 20 .. 130
    lost(mango, at - timedelta(days=1), 2, queue=sales_queue)  # a wrong number: has not begun to wait
    call(mango, at - seconds(50), queue=sales_queue)
    one = board(at).waiting[0]
    assert one.patience == 75
    assert one.gives_up_at == one.began_at + seconds(95)  # the median of 60 .. 130


def test_the_day_so_far_by_queue(mango: Provider, sales_queue: Queue, anna: Any, at: datetime) -> None:
    hour = at - timedelta(hours=1)
    answered(mango, hour, 10, 60, queue=sales_queue, user=anna)
    answered(mango, hour, 30, 120, queue=sales_queue, user=anna)
    lost(mango, hour, 40, queue=sales_queue)
    lost(mango, hour, 3, queue=sales_queue)
    lost(mango, hour, 50, "L07", queue=sales_queue)
    lost(mango, hour, 0, "L03")
    talking(mango, at - MINUTE, anna, 15, queue=sales_queue)
    call(mango, at - MINUTE, queue=sales_queue)
    answered(mango, at - timedelta(days=1), 5, 60, queue=sales_queue)  # yesterday
    tally = board(at).queues[0].tally(None)
    assert (tally.offered, tally.answered, tally.within) == (6, 3, 2)
    assert (tally.abandoned, tally.short, tally.lost, tally.waited) == (2, 1, 3, 55)
    assert board(at).tally(None).lost == 4


def test_the_sums_stay_right_as_calls_end(mango: Provider, sales_queue: Queue, at: datetime) -> None:
    """Whatever is folded into the sums and whatever is read afresh, the total is that of a whole count."""
    moment = at
    for number in range(12):
        moment += seconds(47)
        answered(mango, moment - seconds(60), 10, 20 + number, queue=sales_queue)
        kept = board(moment).queues[0].tally(None)
        assert kept.offered == number + 1
    show.forget()
    assert board(moment).queues[0].tally(None) == kept


def test_a_revised_call_is_right_after_the_next_whole_count(mango: Provider, sales_queue: Queue, at: datetime) -> None:
    one = lost(mango, at - timedelta(minutes=30), 40, queue=sales_queue)
    assert board(at).queues[0].tally(None).abandoned == 1
    Call.objects.filter(pk=one.pk).update(stage="L06")
    assert board(at + timedelta(minutes=11)).queues[0].tally(None).abandoned == 0


def test_what_people_do(
    mango: Provider, sales_queue: Queue, anna: Any, operator: Any, boris: Any, team: None, at: datetime
) -> None:
    QueueMember.objects.create(queue=sales_queue, user=boris)
    set_presence(boris, "break", reason="lunch", at=at - 3 * MINUTE)
    set_presence(anna, "available", at=at - timedelta(hours=1))
    talking(mango, at - 5 * MINUTE, anna, 10, queue=sales_queue)
    ringing(mango, at - seconds(4), "101", queue=sales_queue)
    found = {one.name: one for one in board(at).agents}
    assert (found["Anna Petrova"].state, found["Anna Petrova"].direction) == ("talking", "in")
    assert found["Anna Petrova"].occupancy == pytest.approx(290 / 3600, abs=0.01)
    assert found["Olga Kim"].state == "ringing"
    assert (found["Boris Orlov"].state, found["Boris Orlov"].reason) == ("break", "lunch")


def test_an_accountant_with_a_number_answers_no_calls(mango: Provider, vera: Any, at: datetime) -> None:
    vera.extension = "301"
    vera.save()
    assert board(at).agents == ()


def test_money_at_stake(mango: Provider, sales_queue: Queue, anna: Any, supervisor: Any, at: datetime) -> None:
    rich = add_person(name="Rich", phones=["+79160001122"], responsible=anna, by=anna, at=at)
    for amount in (300_000, 50_000):
        open_deal(person=rich, title="Tour", amount=amount, responsible=anna, by=anna, at=at)
    call(mango, at - seconds(10), queue=sales_queue, person=rich)
    call(mango, at - seconds(5), queue=sales_queue)
    first, second = rows(at, supervisor, "waiting")
    assert isinstance(first, WaitingRow)
    assert (first.stake, first.is_guess, first.who.manager) == (Decimal(350_000), False, anna.name)
    assert second.is_guess
    pulse = rows(at, supervisor, "pulse")[0]
    assert isinstance(pulse, PulseRow)
    assert pulse.stake == first.stake + second.stake


def test_deals_that_one_may_not_see_are_no_money_for_him(
    mango: Provider, support_queue: Queue, anna: Any, support: Any, at: datetime
) -> None:
    """Calls of the department, deals of one's own: the deal of Anna does not betray itself."""
    role = Role.objects.create(key="watcher", name="Watcher")
    Grant.objects.create(role=role, noun="call", verb="view", scope="department")
    Grant.objects.create(role=role, noun="deal", verb="view", scope="own")
    watcher = person("Wanda Watcher", "watcher", department=support)
    rich = add_person(name="Rich", phones=["+79160001122"], responsible=anna, by=anna, at=at)
    open_deal(person=rich, title="Tour", amount=777_000, responsible=anna, by=anna, at=at)
    call(mango, at - seconds(10), queue=support_queue, person=rich)
    row = rows(at, watcher, "waiting")[0]
    assert row.is_guess and row.stake == 0
    assert "•" in row.who.phone  # no right to numbers


def test_a_department_sees_its_own(
    mango: Provider,
    sales_queue: Queue,
    support_queue: Queue,
    boris: Any,
    anna: Any,
    operator: Any,
    team: None,
    at: datetime,
) -> None:
    mine = call(mango, at - seconds(10), queue=sales_queue)
    call(mango, at - seconds(20), queue=support_queue)
    lost(mango, at - MINUTE, 30, queue=support_queue)
    answered(mango, at - timedelta(hours=1), 5, 60, queue=sales_queue, user=anna)
    answered(mango, at - timedelta(hours=1), 5, 60, queue=support_queue, user=operator)
    assert [row.call_id for row in rows(at, boris, "waiting")] == [mine.pk]
    assert [row.name for row in rows(at, boris, "queues")] == ["Sales"]
    assert [row.name for row in rows(at, boris, "agents")] == [anna.name]
    assert rows(at, boris, "losses") == []
    assert rows(at, boris, "pulse")[0].tally.offered == 1


def test_a_colleague_in_a_foreign_call_shows_no_client(
    mango: Provider, support_queue: Queue, boris: Any, anna: Any, team: None, at: datetime
) -> None:
    talking(mango, at - MINUTE, anna, queue=support_queue)
    row = rows(at, boris, "agents")[0]
    assert isinstance(row, AgentRow)
    assert (row.state, row.who, row.call_id) == ("talking", None, None)


def test_nobody_logged_in_is_seen(
    mango: Provider, sales_queue: Queue, anna: Any, supervisor: Any, at: datetime
) -> None:
    row = rows(at, supervisor, "queues")[0]
    assert isinstance(row, QueueRow) and row.logged is None  # the exchange alone knows
    QueueMember.objects.create(queue=sales_queue, user=anna)
    set_presence(anna, "offline", at=at)
    show.forget()
    assert rows(at, supervisor, "queues")[0].logged == 0


def test_today_against_the_usual_day(mango: Provider, sales_queue: Queue, supervisor: Any, at: datetime) -> None:
    for week in range(1, 9):
        for number in range(10):
            answered(mango, at - timedelta(weeks=week, minutes=20 + number), 5, 30, queue=sales_queue)
    for number in range(40):
        lost(mango, at - timedelta(minutes=15 + number // 4), 30, queue=sales_queue)
    day = rows(at, supervisor, "day")[0]
    assert (day.verdict.level, day.verdict.now, day.verdict.usual) == ("above", 40, 10)
    assert day.bars[0].hour <= 9 and {bar.hour: bar.calls for bar in day.bars}[11] == 40


def test_the_board_costs_the_same_however_many_call(
    mango: Provider, sales_queue: Queue, anna: Any, team: None, at: datetime, django_assert_max_num_queries: Any
) -> None:
    board(at)
    for number in range(30):
        call(mango, at - seconds(number), queue=sales_queue)
    with django_assert_max_num_queries(9):  # calls, ended ones (2), lost ones, wrap-ups, people, promises (2), alerts
        assert len(board(at + seconds(1)).waiting) == 30


def test_the_page(
    client_of: Any,
    mango: Provider,
    sales_queue: Queue,
    supervisor: Any,
    anna: Any,
    gleb: Any,
    at: datetime,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr("perezvon.kit.clock.now", lambda: at)
    call(mango, at - seconds(65), queue=sales_queue)
    second = Provider.objects.create(kind="mango", slug="second", name="Second", created_at=at)
    Queue.objects.create(provider=second, key="1", name="Sales", department=sales_queue.department)
    page = client_of(supervisor).get(reverse("telephony:wallboard"))
    assert page.status_code == 200 and 'data-feed="wallboard"' in page.content.decode()
    assert "1:05" in page.content.decode() and "Sales · Second" in page.content.decode()
    assert client_of(supervisor).get(reverse("telephony:wallboard_tv")).status_code == 200
    assert client_of(anna).get(reverse("telephony:wallboard")).status_code == 404  # sees her own calls only
    assert client_of(gleb).get(reverse("telephony:wallboard")).status_code == 404
    assert client_of(None).get(reverse("telephony:wallboard")).status_code == 302


def test_equal_rights_share_one_picture(supervisor: Any, admin: Any, support: Any) -> None:
    twin = person("Tanya Twin", "supervisor", department=support)
    assert viewer_of(supervisor, "en") == viewer_of(twin, "en") != viewer_of(supervisor, "ru")
    access.forget_everybody()
