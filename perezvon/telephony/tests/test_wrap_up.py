"""After a talk: the time to write down what came of it, the result, what the exchange is told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from perezvon.crm.actions.people import add_person
from perezvon.crm.actions.tasks import set_task
from perezvon.crm.models import Task
from perezvon.journey.actions import record
from perezvon.journey.models import Fact
from perezvon.staff.actions import set_presence
from perezvon.telephony import agents, facts
from perezvon.telephony.actions import finish_wrap_up, note_result, pausing, wrapping_up
from perezvon.telephony.models import Call, CallResult, Dialling, Provider, WrapUp
from perezvon.telephony.pbx import control

from .conftest import CLIENT
from .operator import own_exchange, queue, ringing, talked, telephone

HTMX = {"headers": {"HX-Request": "true"}}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def own(noon: datetime, anna: Any) -> Provider:
    provider = own_exchange(noon)
    telephone(provider, anna, "101")
    queue(provider, anna, wrap_up=30)
    return provider


def end(call: Call) -> None:
    """The call's end is in the ledger, and its reader hears of it."""
    record(facts.CALL_ENDED, at=call.ended_at, owner_id=call.user_id, call_id=call.pk, stage=call.stage)  # type: ignore[arg-type]
    wrapping_up.begin(list(Fact.objects.filter(kind=facts.CALL_ENDED)))


@pytest.fixture
def call(own: Provider, anna: Any, noon: datetime) -> Call:
    call = talked(own, "101", anna, noon)
    end(call)
    return call


def test_a_talk_from_a_queue_is_followed_by_its_wrap_up(call: Call, anna: Any) -> None:
    wrap = WrapUp.objects.get()
    assert (wrap.user, wrap.since, wrap.most_until) == (anna, call.ended_at, call.ended_at + timedelta(seconds=30))
    state = agents.states([anna.pk], wrap.since + timedelta(seconds=5))[anna.pk]
    assert (state.state, state.call_id, state.until) == ("wrap_up", call.pk, wrap.most_until)
    assert Fact.objects.get(kind="call.wrap_up").owner_id == anna.pk


def test_twice_is_once(call: Call) -> None:
    end(call)
    assert WrapUp.objects.count() == 1


@pytest.mark.parametrize("change", [{"queue": ""}, {"stage": "L05"}])
def test_no_queue_or_no_talk_no_wrap_up(change: dict[str, Any], own: Provider, anna: Any, noon: datetime) -> None:
    end(talked(own, "101", anna, noon, **change))
    assert not WrapUp.objects.exists()


def test_it_ends_by_itself_at_the_queues_limit(call: Call, anna: Any, drain: Any) -> None:
    wrap = WrapUp.objects.get()
    drain(at=wrap.most_until + timedelta(seconds=2))
    wrap.refresh_from_db()
    assert wrap.until == wrap.most_until
    fact = Fact.objects.get(kind="call.wrapped_up")
    assert (fact.seconds, fact.owner_id, fact.at) == (30, anna.pk, wrap.most_until)
    assert not finish_wrap_up(wrap, at=wrap.most_until)


def test_ready_ends_it_sooner(call: Call, anna: Any, client_of: Any, drain: Any) -> None:
    WrapUp.objects.update(since="2100-01-01T10:00Z", most_until="2100-01-01T10:00:30Z")
    answer = client_of(anna).post(reverse("telephony:ready", args=[call.pk]), **HTMX)
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "wrapped-up")
    wrap = WrapUp.objects.get()
    assert wrap.until == wrap.since  # it cannot end before it began
    assert client_of(anna).post(reverse("telephony:ready", args=[call.pk])).status_code == 302


def test_a_result_in_one_press_with_the_next_step(call: Call, anna: Any, client_of: Any) -> None:
    browser, address = client_of(anna), reverse("telephony:result", args=[call.pk])
    form = browser.get(reverse("telephony:wrap_up"), **HTMX).content.decode()
    assert address in form and "Agreed on the next step" in form
    assert browser.post(address, {"text": "no button"}, **HTMX).status_code == 422
    given = {
        "result": "Agreed on the next step",
        "text": "Call 8 916 123-45-67",
        "next_kind": "call",
        "when": "tomorrow",
    }
    answer = browser.post(address, given, **HTMX)
    assert (answer.status_code, answer["HX-Trigger"]) == (200, "wrapped-up")
    row = CallResult.objects.get()
    assert (row.by, row.note) == (anna, "Call 8 916 123-45-67")
    assert "123-45-67" not in Fact.objects.get(kind="call.noted").details["result"]
    task = Task.objects.get()
    assert (task.kind, task.responsible, task.call_id) == ("call", anna, call.pk)
    assert WrapUp.objects.get().until is not None
    assert browser.get(reverse("telephony:wrap_up"), **HTMX).content == b""
    page = browser.get(address).content.decode()
    assert "Agreed on the next step · Call 8 916 123-45-67" in page
    assert (
        address in browser.get(reverse("telephony:call", args=[call.pk])).content.decode()
    )  # a panel of the call's page


def test_the_task_that_asked_for_the_call_is_done_by_its_result(own: Provider, anna: Any, noon: datetime) -> None:
    ivan = add_person(name="Ivan", phones=[CLIENT], responsible=anna, by=anna, at=noon)
    task = set_task(kind="callback", title="Call back", deadline=noon, person=ivan, by=anna, at=noon)
    Dialling.objects.create(
        user=anna, provider=own, token="t", phone=CLIENT, task=task, at=noon, call_key="node1-our-t"
    )
    call = talked(own, "101", anna, noon, key="node1-our-t", direction="out", queue="")
    note_result(call, result="Question answered", note="", by=anna, at=noon)
    task.refresh_from_db()
    assert (task.done_by, task.result) == (anna, "Question answered")


def test_results_are_never_rewritten(call: Call, anna: Any, noon: datetime) -> None:
    row = note_result(call, result="Wrong number", by=anna, at=noon)
    for spoil in (lambda: CallResult.objects.filter(pk=row.pk).update(result="x"), lambda: row.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            spoil()


def test_a_stranger_writes_no_result(call: Call, gleb: Any, client_of: Any) -> None:
    assert client_of(gleb).get(reverse("telephony:result", args=[call.pk])).status_code == 404
    assert client_of(gleb).post(reverse("telephony:ready", args=[call.pk])).status_code == 404


class TestPauses:
    @pytest.fixture
    def told(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
        """What the exchange was told: (extension, reason; "" = ring him)."""
        heard: list[tuple[str, str]] = []
        monkeypatch.setattr(control, "pause", lambda _own, number, *, reason: heard.append((number, reason)))
        monkeypatch.setattr(control, "unpause", lambda _own, number: heard.append((number, "")))
        return heard

    def test_follow_the_state_with_its_reason(self, own: Provider, anna: Any, told: Any, noon: datetime) -> None:
        for state, reason in (("break", "lunch"), ("outbound", ""), ("available", "")):
            set_presence(anna, state, reason=reason, by=anna, at=noon)
            pausing.follow([anna.pk], noon)
        assert told == [("101", "lunch"), ("101", "outbound"), ("101", "")]

    def test_follow_the_wrap_up(self, call: Call, anna: Any, told: Any) -> None:
        wrap = WrapUp.objects.get()
        pausing.follow([anna.pk], wrap.since)
        finish_wrap_up(wrap, by=anna, at=wrap.since + timedelta(seconds=3))
        pausing.follow([anna.pk], wrap.since + timedelta(seconds=3))
        assert told == [("101", "wrap_up"), ("101", "")]

    def test_leave_alone_who_answers_no_queue(self, own: Provider, boris: Any, told: Any, noon: datetime) -> None:
        telephone(own, boris, "102")
        set_presence(boris, "break", by=boris, at=noon)
        pausing.follow([boris.pk], noon)
        assert told == [] and pausing.members_among([boris.pk]) == set()

    def test_are_told_anew_where_the_exchange_does_something_else(
        self, own: Provider, anna: Any, told: Any, noon: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It has started and forgotten a break; or a worker died before it told of the end of a wrap-up."""
        Provider.objects.filter(pk=own.pk).update(settings={**own.settings, "own": "1"})
        member = {"Event": "QueueMember", "Location": "PJSIP/101w", "Paused": "0"}
        monkeypatch.setattr(control, "queue_status", lambda _own: [member])
        pausing.sync_all(noon)
        assert told == []  # who never chose a state is rung
        set_presence(anna, "away", by=anna, at=noon)
        pausing.sync(own.pk, noon)
        member["Paused"] = "1"
        pausing.sync(own.pk, noon)
        assert told == [("101", "away")]
        set_presence(anna, "available", by=anna, at=noon)
        pausing.sync_all(noon)
        assert told == [("101", "away"), ("101", "")]

    def test_an_exchange_that_does_not_answer_stops_nothing(self, own: Provider, anna: Any, noon: datetime) -> None:
        set_presence(anna, "away", by=anna, at=noon)
        pausing.follow([anna.pk], noon)  # port 1: nobody is there


def test_states_that_calls_make(own: Provider, anna: Any, boris: Any, noon: datetime) -> None:
    telephone(own, boris, "102")
    set_presence(boris, "available", by=boris, at=noon - MINUTE)
    assert agents.states([anna.pk, boris.pk], noon)[anna.pk].state == "offline"
    ringing(own, "102", noon)
    state = agents.states([boris.pk], noon)[boris.pk]
    assert (state.state, state.since) == ("ringing", noon)
    talking = {"state": "held", "user": boris, "path": [{"state": "held", "at": noon.isoformat()}], "attempts": []}
    ringing(own, "102", noon, **talking)
    assert agents.states([boris.pk], noon)[boris.pk].state == "held"
    assert wrapping_up.OVER == "telephony.wrap_up_over"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_through_the_pump_and_into_the_queue_of_jobs(own: Provider, anna: Any, noon: datetime, drain: Any) -> None:
    call = talked(own, "101", anna, noon)
    with transaction.atomic():
        record(facts.CALL_ENDED, at=call.ended_at, owner_id=anna.pk, call_id=call.pk, stage=call.stage)  # type: ignore[arg-type]
    drain(at=call.ended_at)
    assert WrapUp.objects.get().user == anna
    jobs = list(ProcrastinateJob.objects.filter(task_name="telephony.follow_states").values_list("args", flat=True))
    assert jobs == [{"users": [anna.pk]}]
