"""Every cloud exchange keeps the contract, against a fake of its API."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from perezvon.telephony.providers.capabilities import Dial, Record
from perezvon.telephony.providers.mango.webhook import sign
from perezvon.telephony.providers.zadarma.signing import of_notice
from perezvon.telephony.testing import mango_call, moment_of

from . import fake_itoolabs, fake_mango, fake_uis, fake_zadarma
from .conftest import LINE, NOON
from .contract import ExchangeContract, Knock
from .fake_exchange import FakeExchange

EVERYTHING = ("click_to_call", "fetch_record", "statistics", "employees")


class TestUis(ExchangeContract):
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


class TestZadarma(ExchangeContract):
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


class TestMango(ExchangeContract):
    kind, fake = "mango", fake_mango.FakeMango
    secrets = {"api_key": fake_mango.KEY, "api_salt": fake_mango.SALT}
    calls = {
        "talk": ("answered", 0, "m1", "79161234567", {"talk": 60, "wait": 20}),
        "no_answer": ("no_answer", 600, "m2", "79161234568", {}),
        "menu": ("ivr_hangup", 1200, "m3", "79161234569", {}),
        "off_hours": ("off_hours", 28_800, "m4", "79161234570", {}),
        "outbound": ("outbound", 2400, "m6", "79161234572", {"talk": 30, "wait": 12}),
    }
    stages = {"talk": "talked", "no_answer": "L07", "menu": "L03", "off_hours": "L02", "outbound": "talked"}
    theirs = {
        "m1": ("talked", 60), "m2": ("L07", 0), "m3": ("L03", 0), "m4": ("L02", 0), "m5": ("talked", 30),
        "m6": ("talked", 30),
    }  # fmt: skip
    can = ("click_to_call", "fetch_record", "statistics", "route", "employees")
    record = Record("rec1", "m1", NOON)

    def knocks(self, name: str) -> list[Knock]:
        kind, second, key, client, how = self.calls[name]
        at = NOON + timedelta(seconds=second)
        events = mango_call(kind, caller="+" + client, line=LINE, started_at=at, call_id=key, **how)  # type: ignore[arg-type]
        return [self.signed(json.dumps(told).encode(), path, moment_of((path, told))) for path, told in events]

    def signed(self, raw: bytes, path: str = "events/call", at: datetime = NOON) -> Knock:
        key, salt = fake_mango.KEY.encode(), fake_mango.SALT.encode()
        return Knock(urlencode({"vpbx_api_key": key, "sign": sign(key, raw, salt), "json": raw}).encode(), {}, path, at)

    def wrong(self, good: Knock) -> list[Knock]:
        changed = good.body.replace(b"79161234567", b"79161234568")
        return [Knock(changed, path=good.path), Knock(b"", path=good.path), Knock(good.body.replace(b"m-key", b"x"))]

    def malformed(self) -> list[Knock]:
        return [self.signed(raw) for raw in (b"{", b"[1]", b"null", b"\xff", b"{}", b'{"entry_id": ""}')]


class TestItoolabs(ExchangeContract):
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
