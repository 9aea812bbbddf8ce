"""From stored events to one call and its facts, exactly once in effect."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from perezvon.journey.models import Fact
from perezvon.kit import clock
from perezvon.telephony.actions import close_silent, interpret_pending, replay, set_extension, set_line, set_queue
from perezvon.telephony.actions.intake import account_of, store
from perezvon.telephony.actions.interpret import claim_calls
from perezvon.telephony.models import Call, Provider, RawEvent
from perezvon.telephony.testing import MangoEvent, as_raw, mango_call, store_events

from .conftest import CLIENT, LINE

pytestmark = pytest.mark.django_db


def made(kind: str, noon: datetime, **how: Any) -> list[MangoEvent]:
    return mango_call(kind, **{"caller": CLIENT, "line": LINE, "started_at": noon, **how})


def kinds() -> list[str]:
    return list(Fact.objects.filter(kind__startswith="call.").order_by("id").values_list("kind", flat=True))


def test_the_company_s_side_of_a_call(
    mango: Provider, noon: datetime, drain: Any, anna: Any, boris: Any, support: Any
) -> None:
    set_extension(mango, "101", user=anna, at=clock.now())
    boris.extension = "101"  # the exchange's own map is stronger than the card
    boris.save()
    set_queue(mango, "1", name="Front desk", department=support, at=clock.now())
    store_events(mango, made("answered", noon))
    drain(at=noon)
    call = Call.objects.get()
    assert (call.user, call.department) == (anna, support)
    queued = Fact.objects.get(kind="call.queued")
    assert queued.details == {"queue": "Front desk"}
    assert set(Fact.objects.filter(kind__startswith="call.").values_list("department_id", flat=True)) == {support.pk}


def test_the_line_s_department_where_no_queue_says(mango: Provider, noon: datetime, drain: Any, support: Any) -> None:
    set_line(LINE, name="Yandex", department=support, at=clock.now())
    store_events(mango, made("lines_busy", noon))
    drain(at=noon)
    assert Call.objects.get().department == support


def test_events_one_by_one_tell_each_fact_once(mango: Provider, noon: datetime, drain: Any) -> None:
    for event in made("answered", noon):
        for _ in range(2):
            store_events(mango, [event], noon)
            drain(at=noon)
    assert kinds() == ["call.started", "call.queued", "call.ringing", "call.connected", "call.ended"]


def test_a_late_event_revises_what_was_told(mango: Provider, noon: datetime, drain: Any) -> None:
    *early, last = made("answered", noon)
    late = early.pop(3)  # the queue's leg
    store_events(mango, [late, last], noon)
    drain(at=noon)
    store_events(mango, early, noon)
    drain(at=noon)
    assert Call.objects.count() == 1
    busy = dict(last[1], disconnect_reason=5003)
    store_events(mango, [("events/summary", {**busy, "end_time": busy["end_time"] + 1})], noon)
    drain(at=noon)
    assert kinds().count("call.ended") == 1
    revised = Fact.objects.filter(kind="call.revised").order_by("id").last()
    assert revised is not None
    assert (revised.details["stage"], revised.details["cause"]) == ("L08", "network_error")
    assert (revised.call_id, revised.person_id) == (Call.objects.get().pk, Call.objects.get().person_id)


def test_internal_calls_are_not_told(mango: Provider, noon: datetime, drain: Any) -> None:
    path, payload = made("no_answer", noon)[-1]
    inside = {**payload, "call_direction": 0, "from": {"extension": "102"}, "to": {"extension": "101"}}
    store_events(mango, [(path, inside)], noon)
    drain(at=noon)
    assert (Call.objects.get().direction, kinds()) == ("internal", [])


def test_a_broken_event_is_put_aside_and_the_rest_goes_on(mango: Provider, noon: datetime, drain: Any) -> None:
    events = made("answered", noon)
    broken = ("events/call", {**events[0][1], "call_state": "Dancing"})
    store_events(mango, [broken, *events, *made("off_hours", noon, caller="+79160000001")], noon)
    drain(at=noon)
    rejected = RawEvent.objects.get(state="rejected")
    assert "Dancing" in rejected.reason
    assert sorted(Call.objects.values_list("stage", flat=True)) == ["L02", "talked"]


def test_a_call_that_breaks_the_interpreter_stops_nobody(
    mango: Provider, noon: datetime, drain: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from perezvon.telephony.actions import interpret

    real = interpret.columns_of

    def fragile(told: Any) -> Any:
        if told.key == "bad":
            raise RuntimeError("never seen before")
        return real(told)

    monkeypatch.setattr(interpret, "columns_of", fragile)
    good = made("off_hours", noon, caller="+79160000001")
    store_events(mango, [*made("answered", noon, call_id="bad"), *good], noon)
    drain(at=noon)
    assert Call.objects.get().stage == "L02"
    assert RawEvent.objects.filter(state="rejected", reason__contains="never seen before").count() == 9
    assert not RawEvent.objects.filter(state="new").exists()


def test_the_clock_of_the_account_is_learned(mango: Provider, noon: datetime, drain: Any) -> None:
    ahead = made("answered", noon + timedelta(hours=3))
    store_events(mango, ahead, noon + timedelta(seconds=1))
    drain(at=noon)
    mango.refresh_from_db()
    assert mango.settings["clock_offset"] == 10_800
    assert Call.objects.get().started_at == noon


def test_a_hidden_number_has_no_person(mango: Provider, noon: datetime, drain: Any) -> None:
    events = [(path, {**payload, "from": {"number": "anonymous"}}) for path, payload in made("off_hours", noon)]
    store_events(mango, events, noon)
    drain(at=noon)
    call = Call.objects.get()
    assert (call.phone, call.person_id, call.stage) == ("", None, "L02")


def test_a_batch_costs_the_same_however_many_calls(
    mango: Provider, noon: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        store_events(mango, made("answered", noon, caller=f"+7916000{number:04d}", call_id=f"c{number}"), noon)
    with django_assert_max_num_queries(34):
        assert interpret_pending() == 360
    assert Call.objects.count() == 40


def test_silent_calls_are_closed_as_inferred(mango: Provider, noon: datetime, drain: Any) -> None:
    store_events(mango, made("queue_abandoned", noon)[:-2], noon)
    store_events(mango, [e for e in made("answered", noon, call_id="talk") if e[0] == "events/call"][:6], noon)
    drain(at=noon)
    assert close_silent(noon + timedelta(minutes=29)) == 0
    assert close_silent(noon + timedelta(minutes=31)) == 1
    drain(at=noon)
    waiting = Call.objects.exclude(key="talk").get()
    assert (waiting.stage, waiting.cause, waiting.observed) == ("L05", "network_error", False)
    assert close_silent(noon + timedelta(hours=5)) == 1
    drain(at=noon)
    talk = Call.objects.get(key="talk")
    assert (talk.state, talk.stage, talk.observed) == ("ended", "talked", False)
    assert close_silent(noon + timedelta(hours=6)) == 0


class TestReplay:
    def test_a_rebuilt_day_has_no_differences(self, mango: Provider, noon: datetime, drain: Any) -> None:
        for kind in ("answered", "off_hours", "queue_timeout"):
            store_events(mango, made(kind, noon, call_id=kind), noon)
        drain(at=noon)
        report = replay(mango, noon - timedelta(days=1), noon + timedelta(days=1))
        assert (report.calls, report.is_clean) == (3, True)

    def test_what_was_spoilt_is_rebuilt_and_told(self, mango: Provider, noon: datetime, drain: Any) -> None:
        store_events(mango, made("answered", noon, call_id="a"), noon)
        store_events(mango, made("off_hours", noon, call_id="b"), noon)
        drain(at=noon)
        Call.objects.filter(key="a").update(stage="L05", talk_seconds=1)
        Call.objects.filter(key="b").delete()
        since, until = noon - timedelta(days=1), noon + timedelta(days=1)
        report = replay(mango, since, until)
        assert {(d.column, d.stored, d.rebuilt) for d in report.differences} == {
            ("stage", "L05", "talked"), ("talk_seconds", 1, 120),
        }  # fmt: skip
        assert report.added == 1
        assert replay(mango, since, until).is_clean
        assert not replay(mango, until, until + timedelta(days=1)).calls


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_work_on_one_call(mango: Provider, noon: datetime) -> None:
    """While one holds a call, another takes other calls and leaves this one's new events for later."""
    first = as_raw(made("answered", noon, call_id="one")[0])
    results: list[int] = []

    def other_worker() -> None:
        store(account_of(mango), [(first, noon)])
        store_events(mango, made("off_hours", noon, caller="+79160000002", call_id="two"), noon)
        results.append(interpret_pending())
        connection.close()

    with transaction.atomic():
        claim_calls({(mango.pk, "one"): []})
        thread = threading.Thread(target=other_worker)
        thread.start()
        thread.join(timeout=30)
    assert results == [1]
    assert Call.objects.get().key == "two"
    assert interpret_pending() == 1
    assert set(Call.objects.values_list("key", flat=True)) == {"one", "two"}
