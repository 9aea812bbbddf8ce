"""Lost calls as episodes: begun, tried, won back or gone, at every stage, and who has to call by when."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from perezvon.crm.actions import identify
from perezvon.crm.models import Person, Task
from perezvon.staff.actions import change_department
from perezvon.tickets.actions.redial import forget_policies
from perezvon.tickets.actions.standing import restand_ids
from perezvon.tickets.journey import CALL, FORM, IN, OUT, Journey, Limits, Move, Sale, Touch
from perezvon.tickets.lost_calls import Lost, lost_calls
from perezvon.tickets.models import LostCall, RedialPolicy
from perezvon.tickets.testing import CLIENT, DAY, HOUR, MINUTE, MONDAY, had, lived, request_of, tell


class Round:
    """A calendar that is always open."""

    def between(self, start: Any, end: Any) -> int:
        return int((end - start).total_seconds())


def told(*touches: Touch, at: Any = MONDAY + DAY, **fields: Any) -> list[Lost]:
    limits = Limits(72 * HOUR, 24 * HOUR, 9 * 3600, 7 * DAY, 365 * DAY, Round())  # type: ignore[arg-type]
    return lost_calls(Journey(MONDAY, touches, **fields), limits, at)


def vain(hours: float, stage: str = "L05") -> Touch:
    at = MONDAY + hours * HOUR
    return Touch(CALL, IN, at, at + MINUTE, None, stage, "caller_hangup")


def out(hours: float, stage: str = "", by: int | None = 7) -> Touch:
    at = MONDAY + hours * HOUR
    return Touch(CALL, OUT, at, at + MINUTE, at if stage else None, stage, "no_answer", by_id=by)


def talk(hours: float) -> Touch:
    at = MONDAY + hours * HOUR
    return Touch(CALL, IN, at, at + MINUTE, at, "talked", "caller_hangup", 60, by_id=8)


def test_several_rings_are_one_loss_until_he_is_reached() -> None:
    (lost,) = told(vain(0), vain(0.5, "L07"), out(0.6), out(0.8), out(1, "talked"))
    assert (lost.stage, lost.rings, lost.attempts, lost.state) == ("L05", 2, 2, "recovered")
    assert (lost.recovery, lost.healed_by_id) == ("by_us", 7)
    assert lost.seconds == lost.work_seconds == 59 * 60
    assert lost.first_try_at == MONDAY + 0.6 * HOUR


def test_whoever_comes_back_himself_is_nobody_s_merit() -> None:
    (called,) = told(vain(0), talk(2))
    (wrote,) = told(vain(0), Touch(FORM, IN, MONDAY + HOUR))
    assert (called.recovery, called.healed_by_id) == (wrote.recovery, wrote.healed_by_id) == ("by_client", None)


def test_a_loss_after_a_talk_is_a_loss_anew() -> None:
    first, second = told(vain(0), talk(1), vain(3, "L07"))
    assert (first.state, second.state, second.stage) == ("recovered", "waiting", "L07")


def test_the_window_closes_for_good_and_the_next_call_begins_anew() -> None:
    late = told(vain(0), out(80, "talked"), at=MONDAY + 4 * DAY)
    assert [lost.state for lost in late] == ["gone"]
    first, second = told(vain(0), vain(100), at=MONDAY + 101 * HOUR)
    assert (first.state, second.state) == ("gone", "waiting")


def test_a_deal_makes_it_good_whenever_it_was_opened() -> None:
    sale = Sale(MONDAY + 10 * DAY, (Move(MONDAY + 10 * DAY, 1, 1, "open"), Move(MONDAY + 11 * DAY, 2, 2, "won")))
    (lost,) = told(vain(0), at=MONDAY + 12 * DAY, sale=sale)
    assert (lost.state, lost.recovery) == ("recovered", "sold")


def test_what_was_closed_by_hand_is_neither() -> None:
    (lost,) = told(vain(0), out_at=MONDAY + HOUR)
    assert lost.state == "dropped"


def test_a_barred_caller_is_no_loss() -> None:
    assert told(Touch(CALL, IN, MONDAY, MONDAY + MINUTE, None, "L01", "barred")) == []


STAGES = [("L01", "lines_exhausted"), ("L02", "off_hours"), ("L03", "caller_hangup"), ("L04", "ivr_ended"),
          ("L05", "caller_hangup"), ("L06", "queue_timeout"), ("L07", "no_answer"), ("L08", "network_error")]  # fmt: skip


@pytest.mark.django_db
class TestEveryStage:
    @pytest.mark.parametrize(("stage", "cause"), STAGES)
    def test_a_task_for_the_client_s_manager_in_working_time(
        self, stage: str, cause: str, anna: Any, sales: Any
    ) -> None:
        """Ten in the morning: fifteen working minutes."""
        identify([CLIENT], at=MONDAY - DAY)
        Person.objects.update(responsible=anna, department=sales)
        had(stage=stage, cause=cause, at=MONDAY)
        lived(MONDAY + 3 * MINUTE)
        task = Task.objects.filter(done_at=None, origin="lost_call").get()
        assert (task.responsible, task.kind, task.is_hard) == (anna, "callback", True)
        assert task.deadline == MONDAY + 2 * MINUTE + 15 * MINUTE
        lost = LostCall.objects.get(state="waiting")
        assert (lost.stage, lost.ticket_id, lost.responsible) == (stage, task.ticket_id, anna)

    @pytest.mark.parametrize(("stage", "cause"), STAGES)
    def test_off_hours_the_deadline_is_the_next_morning(self, stage: str, cause: str, support: Any) -> None:
        night = MONDAY + 12 * HOUR  # ten in the evening
        had(stage=stage, cause=cause, at=night, department_id=support.pk)
        lived(night + 3 * MINUTE)
        task = Task.objects.get()
        assert (task.responsible, task.department) == (None, support)
        assert task.deadline == MONDAY + DAY - HOUR + 15 * MINUTE

    def test_a_talk_of_ours_wins_him_back_and_ends_the_task(self, anna: Any) -> None:
        had(at=MONDAY)
        lived(MONDAY + 3 * MINUTE)
        had(stage="talked", direction="out", at=MONDAY + 10 * MINUTE, minutes=5, by=anna, cause="caller_hangup")
        lived(MONDAY + 20 * MINUTE)
        lost = LostCall.objects.get()
        assert (lost.state, lost.recovery, lost.healed_by, lost.seconds) == ("recovered", "by_us", anna, 8 * 60)
        assert not Task.objects.open().exists()

    def test_a_spammer_makes_no_work(self) -> None:
        had(stage="L01", cause="barred", at=MONDAY)
        lived(MONDAY + HOUR)
        ticket = request_of()
        assert (ticket.state, ticket.loss, ticket.missed_at) == ("closed", "", None)
        assert not Task.objects.exists() and not LostCall.objects.exists()

    def test_a_hidden_number_is_a_loss_too(self) -> None:
        had("", at=MONDAY)
        lived(MONDAY + HOUR)
        assert LostCall.objects.get().person is None

    def test_the_window_closes_by_itself(self) -> None:
        had(at=MONDAY)
        lived(MONDAY + 4 * DAY)
        assert LostCall.objects.get().state == "gone"

    def test_what_the_exchange_corrects_disappears(self) -> None:
        call = had(at=MONDAY)
        lived(MONDAY + HOUR)
        call.stage, call.cause, call.answered_at, call.talk_seconds = "talked", "caller_hangup", MONDAY, 60
        call.save()
        tell("call.revised", call, MONDAY + 2 * HOUR)
        lived(MONDAY + 2 * HOUR)
        assert [lost.state for lost in LostCall.objects.all()] in ([], ["recovered"])


@pytest.mark.django_db
class TestRedial:
    def vain_call(self, at: Any, by: Any = None) -> None:
        had(stage="", direction="out", at=at, minutes=1, cause="no_answer", by=by)
        lived(at + 2 * MINUTE)

    def test_after_a_vain_call_the_task_waits_by_the_rule(self, anna: Any) -> None:
        had(at=MONDAY)
        lived(MONDAY + 3 * MINUTE)
        self.vain_call(MONDAY + 10 * MINUTE)
        task = Task.objects.get()
        assert task.deadline == MONDAY + 11 * MINUTE + 15 * MINUTE
        lived(MONDAY + 13 * MINUTE)
        self.vain_call(MONDAY + 30 * MINUTE)
        task.refresh_from_db()
        assert task.deadline == MONDAY + 31 * MINUTE + 60 * MINUTE
        had(stage="", direction="out", at=MONDAY + 40 * MINUTE, minutes=1, cause="own_busy")
        lived(MONDAY + 42 * MINUTE)
        assert LostCall.objects.get().attempts == 2, "an employee who did not take his own telephone has rung nobody"

    def test_after_the_last_vain_call_the_head_decides(self, sales: Any, boris: Any, anna: Any) -> None:
        change_department(sales, name="Sales", head=boris, calendar=None, at=MONDAY)
        had(at=MONDAY, department_id=sales.pk)
        lived(MONDAY + 3 * MINUTE)
        for minutes in (10, 30, 100):
            self.vain_call(MONDAY + minutes * MINUTE)
        tasks = {task.origin: task for task in Task.objects.all()}
        assert tasks["lost_call"].done_at is not None and tasks["lost_call"].result
        assert (tasks["escalated"].responsible, tasks["escalated"].done_at) == (boris, None)
        self.vain_call(MONDAY + 120 * MINUTE)
        assert Task.objects.count() == 2

    def test_the_client_s_night_is_left_alone(self, sales: Any) -> None:
        """A number of Vladivostok, seven hours ahead: three in the afternoon here is ten at night there."""
        had("+74232123456", at=MONDAY + 4 * HOUR, department_id=sales.pk)
        lived(MONDAY + 4 * HOUR + 3 * MINUTE)
        self_call = MONDAY + 4 * HOUR + 10 * MINUTE
        had("+74232123456", stage="", direction="out", at=self_call, minutes=1, cause="no_answer")
        lived(self_call + 2 * MINUTE)
        task = Task.objects.get()
        local = task.deadline.astimezone(ZoneInfo("Asia/Vladivostok"))
        assert 9 <= local.hour < 21

    def test_a_policy_of_the_department(self, sales: Any) -> None:
        RedialPolicy.objects.create(department=sales, attempts=5, pauses=[5])
        forget_policies()
        had(at=MONDAY, department_id=sales.pk)
        lived(MONDAY + 3 * MINUTE)
        self.vain_call(MONDAY + 10 * MINUTE)
        assert Task.objects.get().deadline == MONDAY + 16 * MINUTE

    def test_hearing_of_it_twice_moves_nothing(self) -> None:
        had(at=MONDAY)
        lived(MONDAY + 3 * MINUTE)
        self.vain_call(MONDAY + 10 * MINUTE)
        task = Task.objects.get()
        moved = task.deadline + timedelta(hours=1)
        Task.objects.update(deadline=moved)  # a person has put it off since
        restand_ids([task.ticket_id], at=MONDAY + 20 * MINUTE)
        task.refresh_from_db()
        assert task.deadline == moved
