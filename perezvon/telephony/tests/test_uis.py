"""The traps of UIS, each one a test; what it tells when it is asked."""

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
from perezvon.telephony.models import Provider, RawEvent
from perezvon.telephony.providers import ExchangeError, adapter
from perezvon.telephony.providers.capabilities import STATISTICS, Dial, Record
from perezvon.telephony.providers.contract import Account, Stored
from perezvon.telephony.providers.uis.codes import CAUSES, cause_of
from perezvon.telephony.providers.uis.template import templates
from perezvon.telephony.stages import Cause

from . import fake_uis
from .conftest import CLIENT, LINE, NOON
from .contract import DAYTIME, EVERYTHING, ExchangeContract, Knock
from .fake_exchange import payload


class TestContract(ExchangeContract):
    kind, fake = "uis", fake_uis.FakeUis
    secrets = {"access_token": fake_uis.TOKEN}
    stages = {"talk": "talked", "no_answer": "L07", "menu": "L03", "off_hours": "L02", "outbound": "talked"}
    theirs = {
        "9001": ("talked", 60), "9002": ("L07", 0), "9003": ("L03", 0), "9004": ("L02", 0), "9005": ("talked", 30),
        "9006": ("talked", 30), "9007": ("L05", 0),
    }  # fmt: skip
    can = EVERYTHING
    dial = Dial("501", "+79161234567", LINE, "ask-1")
    record = Record("9001/aa11bb22", "9001", NOON)

    def knock(self, told: Mapping[str, Any], at: datetime) -> Knock:
        return Knock(json.dumps(told, ensure_ascii=False).encode(), at=at)

    def wrong(self, good: Knock) -> list[Knock]:
        pytest.skip("nothing is signed: the address is the lock, and the list of addresses")

    def malformed(self) -> list[Knock]:
        bodies = [b"{", b"[]", b'{"event": "dance"}', b'{"event": "lost"}', b"\xff", b"", b'{"call_session_id": 1}']
        return [Knock(body) for body in bodies]

    def test_trap_7_points_run_out(self, asking: Account, there: Any, pauses: list[float]) -> None:
        there.points = 2
        list(self.exchange.statistics(asking, NOON, NOON + timedelta(hours=1)))  # type: ignore[misc]
        assert 18.0 in pauses, "the last point of the minute: the next one is waited for"
        with pytest.raises(ExchangeError, match="Limit of points") as caught:
            list(self.exchange.statistics(asking, NOON, NOON + timedelta(hours=1)))  # type: ignore[misc]
        assert caught.value.retry_after == 60

    def test_long_periods_are_asked_in_parts(self, asking: Account, there: Any) -> None:
        list(self.exchange.statistics(asking, NOON - timedelta(days=200), NOON))  # type: ignore[misc]
        assert len(there.asked) == 6

    def test_pages(self, asking: Account, there: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("perezvon.telephony.providers.uis.asking.ROWS", 2)
        assert len(self.exchange.employees(asking).seats) == 2  # type: ignore[misc]
        assert [asked.json()["params"]["offset"] for asked in there.asked] == [0, 2]

    def test_a_call_has_the_name_it_will_have(self, asking: Account, there: Any) -> None:
        dialled = self.exchange.click_to_call(asking, self.dial)  # type: ignore[misc]
        assert dialled.call_key == "9100"
        values = there.asked[-1].json()["params"]
        assert (values["employee"], values["virtual_phone_number"], values["external_id"]) == (
            {"id": 501}, "74951112233", "ask-1",
        )  # fmt: skip
        with pytest.raises(ExchangeError):
            self.exchange.click_to_call(asking, Dial("101", CLIENT))  # type: ignore[misc]

    def test_who_works_there(self, asking: Account) -> None:
        seats = self.exchange.employees(asking).seats  # type: ignore[misc]
        assert [(seat.number, seat.name, seat.also) for seat in seats] == [
            ("501", "Анна", ("+79031112233", "101")), ("502", "Олег", ("102",)),
        ]  # fmt: skip


CASES = TestContract()


def told(name: str, leave: tuple[str, ...] = ()) -> Call:
    found = CASES.told([(event, at) for event, at in CASES.raw(name) if event.name not in leave])
    assert found is not None
    return found


def report(key: int, **changes: Any) -> Stored:
    call = next(row for row in payload("uis", "calls_report.json") if row["id"] == key)
    legs = [leg for leg in payload("uis", "call_legs_report.json") if leg["call_session_id"] == key]
    return Stored(STATISTICS, {"call": {**call, **changes}, "legs": legs}, NOON + timedelta(days=1))


def read(*stored: Stored, rules: Rules = DAYTIME) -> Call:
    exchange = adapter("uis")
    found = exchange.interpret("k", [exchange.read(one) for one in stored], rules)
    assert found is not None
    return found


@pytest.fixture
def exchange(db: Any) -> Provider:
    return Provider.objects.get(pk=add_provider("uis", "UIS", at=NOON)["id"])


class TestTemplate:
    def test_for_every_notification_a_text(self) -> None:
        texts = [text for _label, text in templates("")]
        assert len(texts) == 8
        for text in texts:
            assert '"{{' not in text, "the account brings the quotes"
            filled = json.loads(text.replace("{{", '"').replace("}}", '"'))
            assert {"event", "call_session_id", "notification_time", "notification_timestamp"} <= filled.keys()

    @pytest.mark.parametrize(
        "body",
        [
            b'{"event": "lost", "call_session_id": ""9003"", "contact_phone_number": ""79161234567""}',
            b'{"event": "lost", "call_session_id": 9003, "employee_ids": , "contact_phone_number": "79161234567"}',
            b'{"event": "lost", "call_session_id": 9003, "contact_phone_number": "79161234567", "employee_ids": }',
        ],
    )
    def test_trap_1_quotes_and_emptiness_are_mended(self, exchange: Provider, body: bytes) -> None:
        assert accept(exchange, body, {}, NOON).status == 200
        row = RawEvent.objects.get()
        assert (row.call_key, row.payload["contact_phone_number"]) == ("9003", "79161234567")

    def test_trap_2_another_text_is_named(self, exchange: Provider) -> None:
        answer = accept(exchange, b'{"notification_name": "x", "call_session_id": 1}', {}, NOON)
        assert (answer.status, b"template" in answer.body) == (400, True)


class TestWay:
    def test_a_talk(self) -> None:
        call = told("talk")
        assert (call.stage, call.extension, call.talk_seconds, call.phone, call.line) == (
            "talked", "501", 60, CLIENT, LINE,
        )  # fmt: skip
        assert {(a.extension, a.cause) for a in call.attempts} == {("501", "answered"), ("502", "answered_elsewhere")}
        assert call.record == read(report(9001)).record == "9001/aa11bb22"
        other = {"call_session_id": "1", "file_link": "https://own.example/a.mp3?x=1"}
        assert read(Stored("call_in", {"call_session_id": "1"}, NOON), Stored("record", other, NOON)).record == (
            "https://own.example/a.mp3?x=1"
        )

    def test_trap_3_both_moments_are_used(self) -> None:
        call = told("talk")
        assert call.answered_at == NOON + timedelta(seconds=15, milliseconds=700)
        written = {"call_session_id": "1", "notification_time": "2026-03-11 12:00:00.5", "notification_timestamp": ""}
        assert read(Stored("call_in", written, NOON)).started_at == NOON + timedelta(milliseconds=500)
        other = read(Stored("call_in", written, NOON), rules=Rules(zone="Asia/Yekaterinburg"))
        assert other.started_at == NOON - timedelta(hours=2) + timedelta(milliseconds=500)
        assert read(Stored("call_in", {"call_session_id": "1"}, NOON)).started_at == NOON

    def test_trap_4_our_leg_of_the_two(self) -> None:
        assert sorted(leg.id for leg in told("talk").legs) == ["11", "12"]

    def test_trap_5_why_it_ended_is_known_from_the_report(self) -> None:
        assert told("no_answer").cause == "no_answer"
        call = read(report(9002))
        assert [(a.extension, a.cause) for a in call.attempts] == [("501", "no_answer"), ("502", "busy")]
        assert (call.cause, call.stage) == ("caller_hangup", "L07")

    def test_trap_6_closed_is_known_from_legs(self) -> None:
        assert (told("off_hours").stage, told("off_hours").observed) == ("L02", False)
        call = read(report(9004))
        assert (call.stage, call.cause, call.observed) == ("L02", "off_hours", True)

    def test_the_queue_is_known_from_legs(self) -> None:
        call = read(report(9007))
        assert (call.stage, call.queue) == ("L05", "Отдел продаж")

    @pytest.mark.parametrize(
        ("reason", "stage"),
        [
            ("max_in_call_reached", "L01"), ("no_money", "L01"), ("numa_in_spam_list", "L01"), ("incorrect_input", "L04"),
            ("no_operation", "L04"), ("subscriber_disconnects", "L03"), ("action_interval_exceeded", "L06"),
            ("group_inactive_by_schedule", "L02"), ("no_success_operator_call", "L07"),
        ],
    )  # fmt: skip
    def test_losses_before_a_ring(self, reason: str, stage: str) -> None:
        assert read(report(9003, finish_reason=reason)).stage == stage

    def test_what_was_not_heard_is_filled_in(self) -> None:
        call = told("talk", leave=("talk_start", "talk_end"))
        assert (call.stage, call.talk_seconds, call.extension) == ("talked", 60, "501")

    def test_internal_calls(self) -> None:
        body = {"call_session_id": "1", "is_internal": True, "direction": "in"}
        assert read(Stored("waiting", body, NOON)).direction == "internal"

    @pytest.mark.parametrize(
        "body", [{"notification_timestamp": "soon"}, {"notification_time": "soon"}, {"talk_time_duration": -1}]
    )
    def test_nonsense_is_refused_with_a_reason(self, body: dict[str, Any]) -> None:
        with pytest.raises(ExchangeError, match=r"is no"):
            adapter("uis").read(Stored("call_end", body, NOON))


class TestCodes:
    def test_every_word_has_a_cause(self) -> None:
        assert len(CAUSES) > 80
        assert set(CAUSES.values()) <= set(Cause)

    @pytest.mark.parametrize(
        ("reason", "cause"),
        [
            ("employee_busy_after_call", "wrap_up"), ("employee_status_break", "on_break"), ("sip_offline", "unavailable"),
            ("another_operator_answer", "answered_elsewhere"), ("something_by_schedule", "off_hours"),
            ("employee_status_lunch", "on_break"), ("fax_not_allowed", "barred"), ("", "normal"), ("new", "network_error"),
        ],
    )  # fmt: skip
    def test_causes(self, reason: str, cause: str) -> None:
        assert cause_of(reason) == cause


class TestRouting:
    @pytest.fixture
    def olga(self, exchange: Provider, anna: Any) -> None:
        add_person(name="Ольга", phones=["8 (916) 123-45-67"], responsible=anna, by=anna, at=NOON)
        set_extension(exchange, "501", user=anna, at=clock.now())
        set_extension(exchange, "+79031112233", user=anna, at=clock.now())

    def ask(self, exchange: Provider, numa: str = "79161234567") -> Any:
        query = urlencode({"cdr_id": "1", "numa": numa, "numb": "74951112233", "input_result": "None"}).encode()
        return json.loads(accept(exchange, query, {}, NOON, path="route").body)

    @pytest.mark.usefixtures("olga")
    def test_to_the_clients_own_manager(self, exchange: Provider, anna: Any, client: Any) -> None:
        assert self.ask(exchange) == {"phones": ["79031112233"]}
        page = client.get(f"/hooks/{exchange.slug}/route?numa=79161234567")
        assert (page.json(), page.headers["Content-Type"]) == ({"phones": ["79031112233"]}, "application/json")
        assert self.ask(exchange, "79990000000") == {"returned_code": 1}
        type(anna).objects.filter(pk=anna.pk).update(presence="dnd")
        assert self.ask(exchange) == {"returned_code": 1}
        assert not RawEvent.objects.exists()

    @pytest.mark.usefixtures("olga")
    def test_the_answer_costs_two_queries(self, exchange: Provider, django_assert_num_queries: Any) -> None:
        self.ask(exchange)
        with django_assert_num_queries(2):
            self.ask(exchange)

    @pytest.mark.usefixtures("olga")
    def test_switched_off(self, exchange: Provider) -> None:
        exchange.settings = {"sticky": False}
        assert self.ask(exchange) == {"returned_code": 1}


def test_the_address_is_long_and_can_be_renewed(exchange: Provider, client: Any) -> None:
    from perezvon.telephony.actions import renew_address

    before = exchange.slug
    assert len(before.rpartition("-")[2]) == 32
    renew_address(exchange, at=NOON)
    assert exchange.slug != before
    assert client.get(f"/hooks/{before}/route?numa=1").status_code == 404
    assert client.get(f"/hooks/{exchange.slug}/route?numa=1").status_code == 200
