"""ITooLabs crmapi: rings, history, and the answer before the first ring."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from perezvon.crm.actions.people import add_person
from perezvon.kit import clock
from perezvon.telephony.actions import accept, add_provider, set_extension
from perezvon.telephony.canonical import Call, Rules
from perezvon.telephony.models import Call as CallRow
from perezvon.telephony.models import Provider, RawEvent
from perezvon.telephony.providers import adapter
from perezvon.telephony.providers.capabilities import Dial, Record
from perezvon.telephony.providers.contract import Account, Stored

from . import fake_itoolabs
from .conftest import CLIENT, LINE, NOON
from .contract import DAY, EVERYTHING, ExchangeContract, Knock
from .fake_exchange import FakeExchange

TOKEN = "t0ken"  # noqa: S105
AT_NIGHT = Rules(is_open=lambda _line, _queue, _at: False)


def event(kind: str, second: int, user: str = "anna", **more: str) -> Stored:
    fields = {
        "type": kind, "callid": "c1", "phone": "79161234567", "user": user, "direction": "in",
        "diversion": "74951112233", **more,
    }  # fmt: skip
    return Stored("event", fields, NOON + timedelta(seconds=second))


def history(status: str, duration: int = 0, **more: str) -> Stored:
    fields = {
        "type": "in", "callid": "c1", "phone": "79161234567", "user": "anna", "diversion": "74951112233",
        "start": f"{NOON:%Y%m%dT%H%M%SZ}", "duration": str(duration), "status": status, **more,
    }  # fmt: skip
    return Stored("history", fields, NOON + timedelta(seconds=90))


def read(*stored: Stored, rules: Rules | None = None) -> Call:
    exchange = adapter("itoolabs")
    call = exchange.interpret("c1", [exchange.read(one) for one in stored], rules or Rules())
    assert call is not None
    return call


TALK = (event("INCOMING", 1), event("ACCEPTED", 9), event("COMPLETED", 69))


def test_a_talk() -> None:
    call = read(*TALK, history("Success", 60, link="https://records.example/1.mp3"))
    assert (call.stage, call.extension, call.talk_seconds, call.wait_seconds) == ("talked", "anna", 60, 9)
    assert (call.phone, call.line, call.record) == (CLIENT, LINE, "https://records.example/1.mp3")


def test_a_talk_known_from_the_history_alone() -> None:
    call = read(history("Success", 60))
    assert (call.stage, call.talk_seconds, call.extension) == ("talked", 60, "anna")


def test_another_of_the_group_takes_it() -> None:
    call = read(
        event("INCOMING", 1), event("INCOMING", 1, "oleg"), event("ACCEPTED", 9, "oleg"), event("CANCELLED", 9),
        event("COMPLETED", 69, "oleg"), history("Success", 60, user="oleg", groupRealName="Sales"),
    )  # fmt: skip
    assert (call.stage, call.extension, call.queue) == ("talked", "oleg", "Sales")
    assert {(a.extension, a.cause) for a in call.attempts} == {("anna", "answered_elsewhere"), ("oleg", "answered")}


def test_missed_by_an_employee() -> None:
    call = read(event("INCOMING", 1), event("CANCELLED", 21), history("missed"))
    assert (call.stage, call.cause, call.observed) == ("L07", "no_answer", True)
    assert [a.extension for a in call.attempts] == ["anna"]


@pytest.mark.parametrize("status", ["missed", "Missed", "MISSED"])
def test_missed_at_night_is_off_hours_but_inferred(status: str) -> None:
    call = read(history(status), rules=AT_NIGHT)
    assert (call.stage, call.observed) == ("L02", False)


def test_missed_by_day_and_nobody_rung_is_lost_in_the_menu_but_inferred() -> None:
    call = read(history("missed"))
    assert (call.stage, call.observed) == ("L03", False)


@pytest.mark.parametrize(
    ("status", "stage"), [("Busy", "L07"), ("NotAvailable", "L07"), ("NotAllowed", "L01"), ("Something", "L07")]
)
def test_other_statuses(status: str, stage: str) -> None:
    assert read(history(status)).stage == stage


def test_a_call_of_ours() -> None:
    call = read(event("OUTGOING", 1, direction="out"), history("missed", type="out"))
    assert (call.direction, call.stage) == ("out", "")


def test_a_call_lasts_until_its_history() -> None:
    assert read(*TALK[:2]).state == "talking"
    assert read(TALK[0]).state == "ringing"


def test_a_mark_after_the_talk() -> None:
    rating = Stored("rating", {"callid": "c1", "rating": "5"}, NOON)
    assert read(*TALK, history("Success", 60), rating).rating == 5


@pytest.fixture
def exchange(db: Any) -> Provider:
    answer = add_provider("itoolabs", "MegaFon", crm_token=TOKEN, at=NOON)
    return Provider.objects.get(pk=answer["id"])


def post(exchange: Provider, **fields: str) -> Any:
    return accept(exchange, urlencode({"crm_token": TOKEN, **fields}).encode(), {}, NOON)


class TestContact:
    def test_name_and_responsible_by_his_login_here(self, exchange: Provider, anna: Any) -> None:
        add_person(name="Ольга", phones=["8 (916) 123-45-67"], responsible=anna, by=anna, at=NOON)
        set_extension(exchange, "anna-login", user=anna, at=clock.now())
        answer = post(exchange, cmd="contact", phone="79161234567", callid="c1")
        assert (answer.status, answer.content_type) == (200, "application/json")
        assert json.loads(answer.body) == {"contact_name": "Ольга", "responsible": "anna-login"}

    def test_his_internal_number_otherwise(self, exchange: Provider, anna: Any) -> None:
        anna.extension = "205"
        anna.save()
        add_person(name="Ольга", phones=[CLIENT], responsible=anna, by=anna, at=NOON)
        assert json.loads(post(exchange, cmd="contact", phone=CLIENT).body)["responsible"] == "205"

    def test_an_unknown_number(self, exchange: Provider) -> None:
        assert json.loads(post(exchange, cmd="contact", phone="79990000000").body) == {}
        assert not RawEvent.objects.exists()

    def test_two_statements(self, exchange: Provider, anna: Any, django_assert_num_queries: Any) -> None:
        add_person(name="Ольга", phones=[CLIENT], responsible=anna, by=anna, at=NOON)
        with django_assert_num_queries(2):
            post(exchange, cmd="contact", phone=CLIENT)


def test_the_token_is_not_stored(exchange: Provider, drain: Any) -> None:
    fields = dict(history("Success", 60).payload.items())
    assert post(exchange, cmd="history", **fields).status == 200
    assert TOKEN not in str(RawEvent.objects.get().payload)
    drain(at=NOON)
    assert CallRow.objects.get().stage == "talked"


def test_a_wrong_token_is_refused_and_counted(exchange: Provider) -> None:
    answer = accept(exchange, urlencode({"crm_token": "guess", "cmd": "history"}).encode(), {}, NOON)
    exchange.refresh_from_db()
    assert (answer.status, exchange.refused, RawEvent.objects.count()) == (401, 1, 0)


@pytest.mark.parametrize("fields", [{"cmd": "dance"}, {"cmd": "event"}, {"cmd": "event", "callid": "x" * 200}, {}])
def test_what_cannot_be_read_is_stored_as_rejected(exchange: Provider, fields: dict[str, str]) -> None:
    assert post(exchange, **fields).status == 400
    row = RawEvent.objects.get()
    assert (row.state, bool(row.reason)) == ("rejected", True)
    assert TOKEN not in row.body


class TestContract(ExchangeContract):
    kind, fake = "itoolabs", fake_itoolabs.FakeItoolabs
    secrets = {"crm_token": "t0ken", "api_key": fake_itoolabs.KEY}
    stages = {"talk": "talked", "no_answer": "L07", "menu": "L03", "off_hours": "L02", "outbound": "talked"}
    theirs = {
        "c1": ("talked", 60), "c2": ("L03", 0), "other-c3": ("L03", 0), "c4": ("L02", 0), "c5": ("talked", 30),
        "c6": ("talked", 30),
    }  # fmt: skip
    can = EVERYTHING
    dial = Dial("anna", "+79161234567", LINE, "ask-1")
    base = "/crmapi/v1"

    def record_of(self, there: FakeExchange) -> Record:
        return Record(f"{there.address}/records/c1.mp3", "c1", NOON)

    def knock(self, told: Mapping[str, Any], at: datetime) -> Knock:
        return Knock(urlencode({**told, "crm_token": "t0ken"}).encode(), at=at)

    def wrong(self, good: Knock) -> list[Knock]:
        return [Knock(good.body.replace(b"t0ken", b"guess")), Knock(b""), Knock(b"cmd=history")]

    def malformed(self) -> list[Knock]:
        return [
            self.knock(told, NOON)
            for told in ({"cmd": "dance"}, {"cmd": "event"}, {"cmd": "event", "callid": "x" * 200})
        ]

    def test_a_full_answer_is_asked_for_in_halves(
        self, asking: Account, there: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("perezvon.telephony.providers.itoolabs.asking.ROWS", 3)
        assert {event.call_key for event in self.exchange.statistics(asking, *DAY)} == set(self.theirs)  # type: ignore[misc]
        assert len(there.asked) > 3

    def test_an_operator_without_a_history(self, asking: Account, there: Any, provider: Provider) -> None:
        there.status = 501
        provider.refresh_from_db()
        balance = self._balanced(provider)
        assert (balance.state, "501" in balance.reason) == ("failed", True)

    def test_who_works_there(self, asking: Account) -> None:
        roster = self.exchange.employees(asking)  # type: ignore[misc]
        assert [(seat.number, seat.name, seat.also) for seat in roster.seats] == [
            ("anna", "Анна", ("101",)), ("oleg", "Олег", ("102",)),
        ]  # fmt: skip
        assert [(group.key, group.name) for group in roster.groups] == [("Отдел продаж", "Отдел продаж")]

    def test_calls_are_matched_by_number_when_their_names_differ(
        self, asking: Account, provider: Provider, drain: Any
    ) -> None:
        for knock in self.knocks("menu"):
            accept(provider, knock.body, knock.headers, knock.at, path=knock.path)
        drain(at=NOON)
        provider.refresh_from_db()
        balance = self._balanced(provider)
        assert (balance.matched, balance.missing_there) == (1, 0)
        assert CallRow.objects.filter(key__in=["c3", "other-c3"]).count() == 1
