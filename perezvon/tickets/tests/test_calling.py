"""Calling back one after another: who is next, who may not be called and why, what the results do."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from perezvon.crm.models import Person, Task
from perezvon.kit import clock
from perezvon.staff.actions import change_department
from perezvon.staff.contracts import NounContract
from perezvon.tickets.actions.calling import (
    EnoughToday,
    NobodyWaits,
    NoNumber,
    NotAService,
    NotYet,
    Outcome,
    Sleeps,
    SomebodyElse,
    StillCalling,
    finish,
    note_dialled,
    refusal,
    take,
    take_next,
    turn_of,
)  # fmt: skip
from perezvon.tickets.models import CallbackTurn, Contact, LostCall, Ticket
from perezvon.tickets.testing import CLIENT, DAY, HOUR, MINUTE, MONDAY, had, lived

pytestmark = pytest.mark.django_db
NOW = MONDAY + 5 * MINUTE
SECOND = "+79161234500"


@pytest.fixture
def lost(sales: Any) -> Any:
    """A client who did not get through at ten in the morning; his task belongs to the sales department."""

    def make(phone: str = CLIENT, *, at: Any = MONDAY, by: Any = None) -> Task:
        had(phone, at=at, department_id=sales.pk)
        if by is not None:
            Person.objects.filter(contact_owners__point__value=phone).update(responsible=by, department=sales)
        lived(at + 3 * MINUTE)
        return Task.objects.open().filter(person__contact_owners__point__value=phone).get()

    return make


def test_the_most_urgent_comes_first_and_becomes_mine(lost: Any, boris: Any) -> None:
    first, second = lost(), lost(SECOND, at=MONDAY + MINUTE)
    turn = take_next(by=boris, at=NOW)
    assert turn is not None and turn.task_id == first.pk
    first.refresh_from_db()
    assert first.responsible == boris
    with pytest.raises(StillCalling):
        take_next(by=boris, at=NOW)
    with pytest.raises(StillCalling):
        take(second, by=boris, at=NOW)


def test_two_people_never_call_one_client(lost: Any, boris: Any, admin: Any) -> None:
    task = lost()
    take(task, by=boris, at=NOW)
    with pytest.raises(SomebodyElse):
        take(task, by=admin, at=NOW)
    assert take(task, by=admin, at=NOW + timedelta(minutes=31)).user == admin, "a forgotten turn ends by itself"


def test_nobody_is_called_who_did_not_call_us(lost: Any, boris: Any) -> None:
    task = lost()
    cold = Task.objects.create(
        kind="callback", title="Sell!", person=task.person, deadline=NOW, created_at=NOW, responsible=boris
    )
    for cold.origin, cold.ticket_id in (("", None), ("next_step", task.ticket_id), ("lost_call", None)):
        assert isinstance(refusal(cold, at=NOW), NotAService)
    assert CallbackTurn.objects.count() == 0
    cold.origin, cold.ticket_id, cold.kind = "lost_call", task.ticket_id, "call"
    assert isinstance(refusal(cold, at=NOW), NotAService)


def test_whoever_was_reached_is_left_alone(lost: Any, boris: Any) -> None:
    task = lost()
    had(stage="talked", at=NOW, minutes=2, cause="caller_hangup")
    lived(NOW + 5 * MINUTE)
    task.refresh_from_db()
    assert isinstance(refusal(task, at=NOW + 10 * MINUTE), NobodyWaits)
    assert take_next(by=boris, at=NOW + 10 * MINUTE) is None


def test_night_at_the_client_s(lost: Any, boris: Any) -> None:
    task = lost()
    assert isinstance(refusal(task, at=MONDAY + 12 * HOUR), Sleeps)
    with pytest.raises(Sleeps):
        take_next(by=boris, at=MONDAY + 12 * HOUR)
    far = lost("+74232123456", at=MONDAY + MINUTE)  # Vladivostok
    assert refusal(far, at=NOW) is None
    assert isinstance(refusal(far, at=MONDAY + 5 * HOUR), Sleeps)


def test_a_hidden_number_cannot_be_called(sales: Any) -> None:
    had("", at=MONDAY, department_id=sales.pk)
    lived(NOW)
    assert isinstance(refusal(Task.objects.get(), at=NOW), NoNumber)


def test_a_vain_call_waits_for_its_pause_and_the_day_has_its_measure(lost: Any, sales: Any) -> None:
    change_department(sales, name="Sales", head=None, calendar=None, at=MONDAY)
    task = lost()
    moment = NOW
    for number in range(4):
        had(stage="", direction="out", at=moment, minutes=1, cause="no_answer")
        lived(moment + 2 * MINUTE)
        task.refresh_from_db()
        expected = NotYet if number < 3 else (NotYet, EnoughToday)
        assert isinstance(refusal(task, at=moment + 2 * MINUTE), expected)
        moment = task.deadline
    task.deadline = moment = MONDAY + 9 * HOUR
    assert isinstance(refusal(task, at=moment), EnoughToday)
    task.deadline = MONDAY + DAY
    assert refusal(task, at=MONDAY + DAY) is None


def test_the_button_asks_the_rules_once_more(lost: Any, boris: Any) -> None:
    turn = take(lost(), by=boris, at=NOW)
    note_dialled(turn, at=NOW)
    with pytest.raises(NotYet):
        note_dialled(turn, at=NOW + timedelta(seconds=5))
    note_dialled(turn, at=NOW + MINUTE)
    with pytest.raises(Sleeps):
        CallbackTurn.objects.update(until=MONDAY + DAY)
        note_dialled(turn, at=MONDAY + 13 * HOUR)


def test_no_answer_counts_once_and_follows_the_rule(lost: Any, boris: Any) -> None:
    task = lost()
    finish(take(task, by=boris, at=NOW), Outcome("no_answer", "No answer"), by=boris, at=NOW + MINUTE)
    task.refresh_from_db()
    assert (LostCall.objects.get().attempts, task.deadline) == (1, NOW + MINUTE + 15 * MINUTE)
    assert Contact.objects.filter(kind="try").count() == 1
    later = task.deadline
    turn = take(task, by=boris, at=later)
    had(stage="", direction="out", at=later + MINUTE, minutes=1, cause="no_answer", by=boris)
    lived(later + 3 * MINUTE)
    finish(turn, Outcome("no_answer", "No answer"), by=boris, at=later + 4 * MINUTE)
    assert LostCall.objects.get().attempts == 2, "what the exchange has seen is not counted twice"
    assert not CallbackTurn.objects.exists()


def test_later_moves_the_task(lost: Any, boris: Any) -> None:
    task = lost()
    finish(take(task, by=boris, at=NOW), Outcome("later", "Later", MONDAY + DAY), by=boris, at=NOW)
    task.refresh_from_db()
    assert (task.deadline, task.done_at) == (MONDAY + DAY, None)


@pytest.mark.parametrize("kind", ["reached", "refused", "wrong"])
def test_the_rest_ends_it(lost: Any, boris: Any, kind: str) -> None:
    task = lost()
    finish(take(task, by=boris, at=NOW), Outcome(kind, "Said so"), by=boris, at=NOW)
    task.refresh_from_db()
    assert (task.result, task.done_by) == ("Said so", boris)


class TestPages:
    @pytest.fixture(autouse=True)
    def _day(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("perezvon.kit.clock.now", lambda: NOW)

    def test_one_after_another(self, lost: Any, boris: Any, client_of: Any) -> None:
        lost(), lost(SECOND, at=MONDAY + MINUTE)
        client = client_of(boris)
        assert "2 clients" in client.get("/tickets/calling/").content.decode()
        client.post("/tickets/calling/turn/")
        page = client.get("/tickets/calling/").content.decode()
        assert "L05" in page and "tel:" in page
        client.post("/tickets/calling/dial/")
        assert CallbackTurn.objects.get().dialled_at == NOW
        assert client.post("/tickets/calling/outcome/", {"kind": ""}).status_code == 422
        before = CallbackTurn.objects.get().task_id
        client.post("/tickets/calling/outcome/", {"kind": "reached", "text": "Fine"})
        assert CallbackTurn.objects.get().task_id != before, "the next one follows"
        client.post("/tickets/calling/outcome/", {"kind": "reached", "stop": "1"})
        assert "Nobody waits" in client.get("/tickets/calling/").content.decode()

    def test_one_click_from_the_list(self, lost: Any, boris: Any, client_of: Any, gleb: Any, operator: Any) -> None:
        task = lost()
        row = LostCall.objects.get()
        client = client_of(boris)
        page = client.get("/tickets/lost/").content.decode()
        address = reverse("tickets:call_back", args=[row.pk])
        assert address in page and "L05" in page
        assert client_of(gleb).get("/tickets/lost/").status_code == 404
        assert client_of(operator).post(address).status_code == 404
        client.post(address)
        assert turn_of(boris, at=NOW) is not None
        client.post("/tickets/calling/return/")
        assert turn_of(boris, at=NOW) is None and Task.objects.open().filter(pk=task.pk).exists()

    def test_numbers_are_masked_and_not_dialled_from_the_page(self, lost: Any, client_of: Any, boris: Any) -> None:
        from perezvon.staff.models import Grant

        lost()
        Grant.objects.filter(noun="phone").delete()
        client = client_of(boris)
        client.post("/tickets/calling/turn/")
        page = client.get("/tickets/calling/").content.decode()
        assert CLIENT not in page and "tel:" not in page
        assert "123-45-67" not in client.get("/tickets/lost/").content.decode()

    def test_figures(self, lost: Any, boris: Any, anna: Any, client_of: Any) -> None:
        lost(by=anna), lost(SECOND, at=MONDAY + MINUTE)
        had(stage="talked", direction="out", at=MONDAY + 4 * MINUTE, minutes=0.5, by=anna, cause="agent_hangup")
        lived(NOW)
        page = client_of(boris).get("/tickets/lost/?show=all")
        assert [chip.count for chip in page.context["chips"]] == [1, 1, 0, 2]
        people = {name: figures for name, _pk, figures in page.context["by_person"]}
        assert (people["Anna Petrova"].by_us, people["Anna Petrova"].median) == (1, 120.0)
        assert people["Anna Petrova"].share_within(5) == 1.0
        for query in (
            "stage=L99&department=x&responsible=9999999999999999999",
            "from=2026-03-05&to=2026-03-01",
            "show=x&cursor=y",
        ):
            assert client_of(boris).get("/tickets/lost/?" + query).status_code == 200
        assert not client_of(boris).get("/tickets/lost/?show=all&stage=L07").context["rows"]
        assert len(client_of(boris).get(f"/tickets/lost/?show=all&responsible={anna.pk}").context["rows"]) == 1

    def test_the_rule_is_edited_by_the_administrator(self, client_of: Any, admin: Any, boris: Any, sales: Any) -> None:
        assert client_of(boris).get("/tickets/redial/").status_code == 404
        client = client_of(admin)
        assert "Everywhere" in client.get("/tickets/redial/").content.decode()
        values = {"attempts": 2, "pauses": "5, 30", "from_time": "10:00", "to_time": "20:00", "daily": 2}
        assert client.post("/tickets/redial/add/", values | {"department": sales.pk}).status_code == 302
        from perezvon.tickets.actions.redial import forget_policies, policy_of

        forget_policies()
        assert (policy_of(sales.pk).pauses, policy_of(None).pauses) == ((5, 30), (15, 60, 240))
        for wrong in ({"pauses": "soon"}, {"pauses": ""}, {"to_time": "09:00"}, {"attempts": 0}):
            answer = client.post("/tickets/redial/add/", values | {"department": sales.pk} | wrong)
            assert answer.status_code == 422


class TestLostCalls(NounContract):
    noun, list_url = "ticket", "tickets:lost"
    max_list_queries = 20

    def make(self, *, owner: Any, department: Any, at: Any) -> LostCall:
        number = LostCall.objects.count()
        moment = clock.now() - number * MINUTE - HOUR
        person = Person.objects.create(name=f"Client {number}", created_at=at)
        ticket = Ticket.objects.create(
            person=person, channel="call", opened_at=moment, last_contact_at=moment, changed_at=moment, missed_at=moment,
            responsible=owner, department=department, loss="L05", lost_at=moment,
        )  # fmt: skip
        return LostCall.objects.create(
            ticket=ticket, person=person, began_at=moment, lost_at=moment, last_at=moment, stage="L05",
            window_until=moment + 3 * DAY, responsible=owner, department=department,
        )  # fmt: skip

    def words(self, thing: Any) -> str:
        return str(thing.person.name)
