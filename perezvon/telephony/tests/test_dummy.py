"""The tenth exchange: made by providers/README.md alone, it keeps the contract, and the README names everything."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from perezvon.telephony import providers
from perezvon.telephony.models import Provider
from perezvon.telephony.providers import capabilities
from perezvon.telephony.providers.contract import Adapter

from . import dummy
from .conftest import LINE, NOON
from .contract import ExchangeContract, Knock
from .fake_exchange import Asked, FakeExchange, Said, as_json

README = (Path(providers.__file__).parent / "README.md").read_text()
KEY = "d-key"


class FakeDummy(FakeExchange):
    def answer(self, asked: Asked) -> Said:
        if asked.headers["X-Key"] != KEY:
            return Said(b"", 403)
        at = int(NOON.timestamp())
        who = {"client": "79161234567", "line": LINE, "who": "101"}
        rows = [{"call": "d1", "at": at + 70, "talk": 60, **who}, {"call": "d2", "at": at + 620, "talk": 0, **who}]
        return as_json(rows if asked.path == "/calls" else {})


@pytest.fixture(autouse=True)
def _tenth(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(providers, "KINDS", (*providers.KINDS, "dummy"))
    monkeypatch.setitem(sys.modules, "perezvon.telephony.providers.dummy", dummy)
    providers.adapter.cache_clear()
    yield
    providers.adapter.cache_clear()


class TestContract(ExchangeContract):
    kind, fake = "dummy", FakeDummy
    secrets = {"key": KEY}
    stages = {"talk": "talked", "no_answer": "L07", "outbound": "L07"}
    theirs = {"d1": ("talked", 60), "d2": ("L07", 0)}
    can = ("click_to_call", "statistics")
    calls = {
        "talk": ("d1", [("ring", 2), ("answer", 10), ("end", 70)], 60),
        "no_answer": ("d2", [("ring", 602), ("end", 620)], 0),
        "outbound": ("d3", [("ring", 900), ("end", 920)], 0),
    }

    def knocks(self, name: str) -> list[Knock]:
        key, moments, talk = self.calls[name]
        at = int(NOON.timestamp())
        body = {"call": key, "client": "79161234567", "line": LINE, "who": "101"}
        return [
            self.knock({**body, "event": event, "at": at + second, "talk": talk if event == "end" else 0},
                       NOON + timedelta(seconds=second))
            for event, second in moments
        ]  # fmt: skip

    def knock(self, told: Mapping[str, Any], at: datetime) -> Knock:
        return Knock(json.dumps(told).encode(), {"X-Key": KEY}, at=at)

    def wrong(self, good: Knock) -> list[Knock]:
        return [Knock(good.body), Knock(good.body, {"X-Key": "x"})]

    def malformed(self) -> list[Knock]:
        return [Knock(body, {"X-Key": KEY}) for body in (b"{", b"[]", b'{"event": "dance"}', b'{"event": "ring"}')]

    def test_a_balance_mends_what_the_exchange_knows_better(self, *_unused: Any, **_also: Any) -> None:
        """Its statistics know fewer calls than its events: what is held against what is the other exchanges' test."""

    def test_the_screen_takes_it_from_there(self, client_of: Any, admin: Any, db: Any) -> None:
        client, address = client_of(admin), reverse("telephony:exchange_add") + "?kind=dummy"
        assert "Type the address in." in client.get(address).content.decode()
        given = {
            "name": "Tenth",
            "key": KEY,
            "asks": "on",
            "api_url": "https://pbx.example/api/",
            "allowed_ips": "10.0.0.0/8",
        }
        assert client.post(address, {**given, "api_url": "ftp://x"}).status_code == 422
        assert client.post(address, {**given, "allowed_ips": "somewhere"}).status_code == 422
        page = client.post(address, given)
        provider = Provider.objects.get()
        assert KEY in page.content.decode() and provider.slug in page.content.decode()
        assert provider.settings == {"api_url": "https://pbx.example/api", "allowed_ips": "10.0.0.0/8", "asks": True}
        shown = client.get(reverse("telephony:exchange", args=[provider.pk])).content.decode()
        assert KEY not in shown
        changed = client.get(reverse("telephony:exchange_change", args=[provider.pk])).content.decode()
        assert KEY not in changed and "https://pbx.example/api" in changed


def test_the_readme_names_every_file_and_every_part_of_the_contract() -> None:
    files = {path.name for path in Path(dummy.__file__).parent.glob("*.py")}
    for name in (*files - {"__init__.py"}, *(field.name for field in fields(Adapter))):
        assert re.search(rf"`[^`]*\b{re.escape(name)}\b", README), f"providers/README.md does not name {name}"
    for name in ("STATISTICS", "Dial", "Record", "Route", "Roster"):
        assert hasattr(capabilities, name) and name in README
