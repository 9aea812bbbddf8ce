"""Zadarma: signatures, the way of a call, the answer before the first ring."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from perezvon.crm.actions.people import add_person
from perezvon.kit import clock
from perezvon.telephony.actions import accept, add_provider, set_extension
from perezvon.telephony.canonical import Call, Rules
from perezvon.telephony.models import Call as CallRow
from perezvon.telephony.models import Provider, RawEvent
from perezvon.telephony.providers import ExchangeError, adapter
from perezvon.telephony.providers.capabilities import STATISTICS, Record
from perezvon.telephony.providers.contract import Account, Stored
from perezvon.telephony.providers.zadarma.signing import of_notice, of_request, query_of

from . import fake_zadarma
from .conftest import CLIENT, LINE, NOON
from .contract import DAY, EVERYTHING, ExchangeContract, Knock

SECRET = "s3cret"
BEGAN = "2026-03-11 12:00:00"  # NOON in Moscow
AT_NIGHT = Rules(is_open=lambda _line, _queue, _at: False)


def notice(event: str, second: int = 0, **more: str) -> Stored:
    outward = event.startswith("NOTIFY_OUT")
    sides = {"destination": "79161234567", "internal": "101", "caller_id": "74951112233"} if outward else {}
    fields = {
        "event": event, "call_start": BEGAN, "pbx_call_id": "out_1" if outward else "in_1", "caller_id": "+79161234567",
        "called_did": "74951112233", **sides, **more,
    }  # fmt: skip
    return Stored(event, fields, NOON + timedelta(seconds=second))


def end(disposition: str, duration: int = 0, second: int = 80, **more: str) -> Stored:
    told = {"disposition": disposition, "duration": str(duration), "status_code": "16", **more}
    return notice("NOTIFY_END", second, **told)


def rows(*found: dict[str, Any], key: str = "in_1", ahead: int = 10_800, at: int = 86_400) -> Stored:
    base = {"callstart": BEGAN, "pbx_call_id": key, "clid": "79161234567", "is_recorded": "false", "call_id": "1.2"}
    payload = {"key": key, "ahead": ahead, "rows": [{**base, **row} for row in found]}
    return Stored(STATISTICS, payload, NOON + timedelta(seconds=at))


def read(*stored: Stored, rules: Rules | None = None) -> Call:
    exchange = adapter("zadarma")
    call = exchange.interpret("in_1", [exchange.read(one) for one in stored], rules or Rules())
    assert call is not None
    return call


TALK = (
    notice("NOTIFY_START"), notice("NOTIFY_INTERNAL", 5, internal="101"),
    notice("NOTIFY_ANSWER", 12, destination="101", internal="101"),
    end("answered", 60, second=72, internal="101", is_recorded="1", call_id_with_rec="1700.42"),
)  # fmt: skip


class TestSignature:
    def test_trap_1_base64_of_the_hex_text(self) -> None:
        fields = {"event": "NOTIFY_START", "caller_id": "1", "called_did": "2", "call_start": "3"}
        mixed = hmac.new(SECRET.encode(), b"123", hashlib.sha1)
        assert of_notice(fields, SECRET) == base64.b64encode(mixed.hexdigest().encode()).decode()
        assert of_notice(fields, SECRET) != base64.b64encode(mixed.digest()).decode()

    @pytest.mark.parametrize(
        ("event", "text"),
        [
            ("NOTIFY_START", "CDS"), ("NOTIFY_INTERNAL", "CDS"), ("NOTIFY_END", "CDS"), ("NOTIFY_IVR", "CDS"),
            ("NOTIFY_ANSWER", "CTS"), ("NOTIFY_OUT_START", "ITS"), ("NOTIFY_OUT_END", "ITS"), ("NOTIFY_RECORD", "PR"),
        ],
    )  # fmt: skip
    def test_which_fields(self, event: str, text: str) -> None:
        fields = {
            "event": event, "caller_id": "C", "called_did": "D", "call_start": "S", "destination": "T", "internal": "I",
            "pbx_call_id": "P", "call_id_with_rec": "R",
        }  # fmt: skip
        mixed = hmac.new(SECRET.encode(), text.encode(), hashlib.sha1).hexdigest()
        assert of_notice(fields, SECRET) == base64.b64encode(mixed.encode()).decode()

    def test_of_a_request(self) -> None:
        query = query_of({"to": "7 916~", "from": "2026-03-11 00:00:00"})
        assert query == "from=2026-03-11+00%3A00%3A00&to=7+916%7E"
        line = "/v1/x/" + query + hashlib.md5(query.encode()).hexdigest()
        mixed = hmac.new(SECRET.encode(), line.encode(), hashlib.sha1).hexdigest()
        assert of_request("/v1/x/", query, SECRET) == base64.b64encode(mixed.encode()).decode()


class TestWay:
    def test_a_talk(self) -> None:
        call = read(*TALK)
        assert (call.stage, call.extension, call.talk_seconds, call.wait_seconds) == ("talked", "101", 60, 12)
        assert (call.phone, call.line, call.record) == (CLIENT, LINE, "1700.42")
        assert (call.started_at, call.observed) == (NOON, True)

    def test_trap_2_a_call_known_from_its_end_began_when_the_end_says(self) -> None:
        call = read(end("answered", 60, internal="101"))
        assert (call.started_at, call.answered_at) == (NOON, NOON + timedelta(seconds=20))
        wrong_zone = read(end("answered", 60, internal="101"), rules=Rules(zone="Asia/Vladivostok"))
        assert wrong_zone.started_at == NOON + timedelta(seconds=20)

    def test_trap_3_the_menu_that_picked_up_is_no_talk(self) -> None:
        call = read(notice("NOTIFY_START"), end("answered", 15))
        assert (call.stage, call.talk_seconds, call.observed) == ("L03", 0, False)

    def test_trap_4_nobody_rung(self) -> None:
        assert (read(notice("NOTIFY_START"), end("cancel")).stage) == "L03"
        closed = read(notice("NOTIFY_START"), end("cancel"), rules=AT_NIGHT)
        assert (closed.stage, closed.observed) == ("L02", False)

    def test_trap_5_the_menu_is_told_where_it_waits_for_keys(self) -> None:
        heard = {"wait_dtmf[name]": "main", "wait_dtmf[digits]": "", "wait_dtmf[default_behaviour]": "1"}
        call = read(notice("NOTIFY_START"), notice("NOTIFY_IVR", 9, **heard), end("cancel", second=10))
        assert (call.stage, call.menu_node, call.observed) == ("L04", "main", True)
        pressed = {"wait_dtmf[name]": "main", "wait_dtmf[digits]": "2", "wait_dtmf[default_behaviour]": ""}
        call = read(notice("NOTIFY_START"), notice("NOTIFY_IVR", 9, **pressed), end("cancel", second=10))
        assert (call.stage, call.menu_node) == ("L03", "main:2")

    @pytest.mark.parametrize(
        ("disposition", "code", "stage", "cause"),
        [
            ("no answer", "19", "L07", "no_answer"), ("busy", "17", "L07", "busy"), ("cancel", "16", "L07", "caller_hangup"),
            ("line limit", "34", "L01", "lines_exhausted"), ("no money", "", "L01", "billing"),
            ("failed", "17", "L07", "busy"), ("failed", "38", "L07", "network_error"),
            ("unallocated number", "1", "L07", "invalid_number"), ("something new", "", "L07", "network_error"),
        ],
    )  # fmt: skip
    def test_dispositions(self, disposition: str, code: str, stage: str, cause: str) -> None:
        ring = notice("NOTIFY_INTERNAL", 5, internal="101")
        call = read(notice("NOTIFY_START"), ring, end(disposition, status_code=code))
        assert (call.stage, call.cause) == (stage, cause)
        assert [attempt.extension for attempt in call.attempts] == ["101"]

    def test_calls_of_ours(self) -> None:
        start = notice("NOTIFY_OUT_START")
        over = {"disposition": "answered", "duration": "30"}
        call = read(start, notice("NOTIFY_OUT_END", 50, **over))
        assert (call.direction, call.stage, call.talk_seconds, call.extension) == ("out", "talked", 30, "101")
        assert (call.phone, call.line, call.wait_seconds) == (CLIENT, LINE, 20)
        assert read(start, notice("NOTIFY_OUT_END", 50, disposition="no answer", duration="0")).stage == ""

    def test_an_internal_call_is_nobodys_business(self) -> None:
        call = read(notice("NOTIFY_OUT_START", destination="102"), rules=Rules())
        assert call.direction == "internal"

    def test_it_lasts_until_its_end(self) -> None:
        assert [read(*TALK[:number]).state for number in (1, 2, 3)] == ["new", "ringing", "talking"]

    def test_a_recording_alone_is_no_call(self) -> None:
        exchange = adapter("zadarma")
        typed = exchange.read(notice("NOTIFY_RECORD", call_id_with_rec="1.2"))
        assert exchange.interpret("in_1", [typed], Rules()) is None

    @pytest.mark.parametrize("field", [{"call_start": "soon"}, {"duration": "-5"}, {"duration": "1e9"}])
    def test_nonsense_is_refused_with_a_reason(self, field: dict[str, str]) -> None:
        with pytest.raises(ExchangeError, match=r"is no"):
            adapter("zadarma").read(Stored("NOTIFY_END", {**end("busy").payload, **field}, NOON))


class TestStatistics:
    def test_trap_7_rows_of_legs_are_one_call(self) -> None:
        call = read(
            rows({"destination": "101", "disposition": "no answer", "seconds": 0},
                 {"destination": "102", "disposition": "answered", "seconds": 40, "is_recorded": "true", "call_id": "9.9"})
        )  # fmt: skip
        assert (call.direction, call.stage, call.extension, call.talk_seconds) == ("in", "talked", "102", 40)
        assert (call.started_at, call.record, call.phone) == (NOON, "9.9", CLIENT)

    def test_they_decide(self) -> None:
        missed = (notice("NOTIFY_START"), notice("NOTIFY_INTERNAL", 5, internal="101"), end("no answer"))
        answered = rows({"destination": "101", "disposition": "answered", "seconds": 40})
        assert (read(*missed, answered).stage, read(*missed, answered).talk_seconds) == ("talked", 40)
        lost = rows({"destination": "101", "disposition": "no answer", "seconds": 0})
        assert (read(*TALK, lost).stage, read(*TALK, lost).talk_seconds) == ("L07", 0)
        assert read(*missed, answered, rows({"destination": "101", "disposition": "busy"}, at=90_000)).stage == "talked"

    def test_the_direction(self) -> None:
        row = {"sip": "101", "clid": "101", "destination": "79161234567", "disposition": "answered", "seconds": 5}
        assert read(rows(row, key="out_1")).direction == read(rows(row, key="77")).direction == "out"


@pytest.fixture
def exchange(db: Any) -> Provider:
    answer = add_provider("zadarma", "Zadarma", api_key="k", api_secret=SECRET, at=NOON)
    return Provider.objects.get(pk=answer["id"])


def post(exchange: Provider, fields: dict[str, str], sign: str | None = None, at: datetime = NOON) -> Any:
    headers = {"Signature": of_notice(fields, SECRET) if sign is None else sign}
    return accept(exchange, urlencode(fields).encode(), headers, at)


class TestDoor:
    def test_a_call_from_ring_to_end(self, exchange: Provider, drain: Any) -> None:
        for stored in TALK:
            assert post(exchange, dict(stored.payload), at=stored.received_at).status == 200
        drain(at=NOON)
        call = CallRow.objects.get()
        assert (call.stage, call.talk_seconds, call.key) == ("talked", 60, "in_1")

    def test_a_wrong_signature_is_refused_and_counted(self, exchange: Provider) -> None:
        fields = dict(TALK[0].payload)
        for sign in ("", "x", "ё", of_notice(fields, "other")):
            assert post(exchange, fields, sign).status == 401
        changed = {**fields, "caller_id": "79990000000"}
        assert post(exchange, changed, of_notice(fields, SECRET)).status == 401
        assert post(exchange, {"event": "NOTIFY_NEW"}, "x").status == 401
        exchange.refresh_from_db()
        assert (exchange.refused, exchange.refused_why, RawEvent.objects.count()) == (6, "wrong signature", 0)

    def test_the_address_is_checked_by_an_echo(self, client: Any, exchange: Provider) -> None:
        assert client.get(f"/hooks/{exchange.slug}?zd_echo=abc123").content == b"abc123"
        assert client.get(f"/hooks/{exchange.slug}/?zd_echo=<script>").content == b""
        assert client.put(f"/hooks/{exchange.slug}").status_code == 405

    def test_other_notices_are_taken_and_forgotten(self, exchange: Provider) -> None:
        assert post(exchange, {"event": "SMS"}, "").status == 200
        assert not RawEvent.objects.exists()

    def test_a_call_without_a_name_is_stored_as_rejected(self, exchange: Provider) -> None:
        assert post(exchange, {**TALK[0].payload, "pbx_call_id": ""}).status == 400
        assert (RawEvent.objects.get().state, bool(RawEvent.objects.get().reason)) == ("rejected", True)

    def test_who_is_calling_and_whose_client_he_is(
        self, exchange: Provider, anna: Any, django_assert_max_num_queries: Any
    ) -> None:
        add_person(name="Ольга", phones=["8 (916) 123-45-67"], responsible=anna, by=anna, at=NOON)
        set_extension(exchange, "101", user=anna, at=clock.now())
        post(exchange, dict(TALK[1].payload))  # a connection and its statements are warm
        with django_assert_max_num_queries(4):  # the event, a wake-up, the client, his manager
            answer = post(exchange, dict(TALK[0].payload))
        assert json.loads(answer.body) == {"caller_name": "Ольга", "redirect": "101", "return_timeout": 20}
        type(anna).objects.filter(pk=anna.pk).update(presence="break")
        start = {**TALK[0].payload, "pbx_call_id": "in_2"}
        assert json.loads(post(exchange, start).body) == {"caller_name": "Ольга"}
        assert json.loads(post(exchange, {**start, "caller_id": "79990000000", "pbx_call_id": "in_3"}).body) == {}


class TestContract(ExchangeContract):
    kind, fake = "zadarma", fake_zadarma.FakeZadarma
    secrets = {"api_key": fake_zadarma.KEY, "api_secret": fake_zadarma.SECRET}
    stages = {"talk": "talked", "no_answer": "L07", "menu": "L04", "off_hours": "L02", "outbound": "talked"}
    theirs = {
        "in_1": ("talked", 60), "in_2": ("L07", 0), "in_3": ("L03", 0), "in_4": ("L02", 0), "in_5": ("talked", 30),
        "out_6": ("talked", 30),
    }  # fmt: skip
    can = EVERYTHING
    record = Record("1700.42", "in_1", NOON)

    def knock(self, told: Mapping[str, Any], at: datetime) -> Knock:
        sign_ = of_notice(told, fake_zadarma.SECRET)
        return Knock(urlencode(told).encode(), {"Signature": sign_}, at=at)

    def wrong(self, good: Knock) -> list[Knock]:
        changed = good.body.replace(b"79161234567", b"79161234568")
        return [Knock(good.body), Knock(good.body, {"Signature": "x"}), Knock(changed, good.headers), Knock(b"")]

    def malformed(self) -> list[Knock]:
        told = {"event": "NOTIFY_START", "caller_id": "1", "called_did": "2", "call_start": "3"}
        return [self.knock({**told, **more}, NOON) for more in ({}, {"pbx_call_id": ""}, {"pbx_call_id": "x" * 200})]

    def test_trap_6_a_recording_takes_its_time(self, asking: Account, there: Any) -> None:
        there.is_ready = False
        soon = Record("1700.42", "in_1", datetime.now(UTC))
        for record, retry_after in ((soon, 60.0), (self.record, None)):
            with pytest.raises(ExchangeError) as caught, self.exchange.fetch_record(asking, record):  # type: ignore[misc]
                pass
            assert caught.value.retry_after == retry_after

    def test_trap_7_pages_and_the_zone_of_the_account(
        self, asking: Account, there: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("perezvon.telephony.providers.zadarma.asking.ROWS", 2)
        assert len(list(self.exchange.statistics(asking, *DAY))) == len(self.theirs)  # type: ignore[misc]
        there.ahead = 7200  # their clock reads an hour less: the same rows began an hour later
        moved = list(self.exchange.statistics(asking, NOON + timedelta(hours=1), DAY[1]))  # type: ignore[misc]
        assert len(moved) == len(self.theirs)

    def test_the_limit_of_statistics_is_kept(self, asking: Account, pauses: list[float]) -> None:
        for _ in range(3):
            list(self.exchange.statistics(asking, *DAY))  # type: ignore[misc]
        assert max(pauses) > 15, "three a minute"
