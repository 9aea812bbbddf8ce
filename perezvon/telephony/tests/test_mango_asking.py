"""What Mango Office can be asked, and led: the contract, the route to the client's manager, statistics."""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from perezvon.crm.actions.people import add_person
from perezvon.kit import clock
from perezvon.telephony.actions import accept, set_extension
from perezvon.telephony.actions.routing import lead
from perezvon.telephony.models import Provider, RawEvent
from perezvon.telephony.providers import ExchangeError
from perezvon.telephony.providers.capabilities import Dial, Record, Route
from perezvon.telephony.providers.contract import Account
from perezvon.telephony.providers.mango.webhook import route_wish, sign
from perezvon.telephony.testing import mango_call, moment_of

from . import fake_mango
from .conftest import CLIENT, LINE, NOON
from .contract import DAY, ExchangeContract, Knock


class TestContract(ExchangeContract):
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

    def test_statistics_are_waited_for(
        self, asking: Account, there: Any, pauses: list[float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        list(self.exchange.statistics(asking, *DAY))  # type: ignore[misc]
        assert sum(asked.path == "/stats/result" for asked in there.asked) == 3
        assert max(pauses) > 4, "a result is asked for once in five seconds"
        there.not_ready = 1000
        monkeypatch.setattr("perezvon.telephony.providers.mango.asking._POLLS", 6)
        with pytest.raises(ExchangeError, match="not ready") as caught:
            list(self.exchange.statistics(asking, *DAY))  # type: ignore[misc]
        assert caught.value.retry_after == 600

    def test_long_periods_are_asked_in_parts(self, asking: Account, there: Any) -> None:
        there.not_ready = 0
        list(self.exchange.statistics(asking, DAY[0] - timedelta(days=60), DAY[1]))  # type: ignore[misc]
        assert sum(asked.path == "/stats/request" for asked in there.asked) == 3

    def test_a_recording_that_is_not_there_yet(self, asking: Account) -> None:
        with pytest.raises(ExchangeError) as caught, self.exchange.fetch_record(asking, Record("rec9", "m1", NOON)):  # type: ignore[misc]
            pass
        assert caught.value.retry_after == 60

    def test_the_address_that_works_once_is_kept_nowhere(self, asking: Account, there: Any, caplog: Any) -> None:
        with self.exchange.fetch_record(asking, self.record) as sound:  # type: ignore[misc]
            assert "once" not in repr(sound)
        assert not there.links and "once" not in caplog.text

    def test_a_refusal_is_told_by_its_code(self, asking: Account) -> None:
        with pytest.raises(ExchangeError, match="3105"):
            self.exchange.click_to_call(asking, Dial("999", CLIENT))  # type: ignore[misc]

    def test_who_works_there(self, asking: Account) -> None:
        roster = self.exchange.employees(asking)  # type: ignore[misc]
        assert [(seat.number, seat.name) for seat in roster.seats] == [("101", "Анна"), ("102", "Олег")]
        assert [(group.key, group.name) for group in roster.groups] == [("1", "Отдел продаж")]

    # --- sticky routing

    @pytest.fixture
    def olga(self, provider: Provider, anna: Any) -> None:
        add_person(name="Ольга", phones=[CLIENT], responsible=anna, by=anna, at=NOON)
        set_extension(provider, "101", user=anna, at=clock.now())

    def _arrives(self, provider: Provider) -> RawEvent:
        """A client appears in the menu."""
        knock = self.knocks("talk")[0]
        assert accept(provider, knock.body, knock.headers, NOON, path=knock.path).status == 200
        return RawEvent.objects.latest("id")

    @pytest.mark.usefixtures("olga")
    def test_a_client_is_led_to_his_manager(self, asking: Account, there: Any, provider: Provider, jobs: Any) -> None:
        provider.refresh_from_db()
        row = self._arrives(provider)
        assert not there.asked, "the webhook itself asks nobody"
        [job] = jobs()
        assert job["args"]["digest"] == bytes(row.digest).hex()
        assert CLIENT.lstrip("+") not in str(job), "no number in the queue of jobs"
        assert lead(provider.pk, bytes(row.digest), asked_at=NOON, at=NOON) == "led"
        told = json.loads(there.asked[-1].form["json"])
        assert (there.asked[-1].path, told["to_number"], told["call_id"]) == ("/commands/route", "101", "m1-a")

    @pytest.mark.usefixtures("olga")
    def test_once_in_two_seconds_and_never_too_late(
        self, asking: Account, provider: Provider, pauses: list[float]
    ) -> None:
        provider.refresh_from_db()
        row = self._arrives(provider)
        assert [lead(provider.pk, bytes(row.digest), asked_at=NOON, at=NOON) for _ in range(3)] == ["led"] * 3
        assert [1 < pause <= 2 for pause in pauses[:1]] == [True] and 3 < pauses[1] <= 4
        late = NOON + timedelta(seconds=13)
        assert lead(provider.pk, bytes(row.digest), asked_at=NOON, at=late) == "too late"
        for _ in range(5):
            self.exchange_route_soon(asking)
        assert lead(provider.pk, bytes(row.digest), asked_at=NOON, at=NOON) == "refused", "the queue is too long"

    def exchange_route_soon(self, asking: Account) -> None:
        try:
            self.exchange.route(asking, Route("m1", "m1-a", "101"))  # type: ignore[misc]
        except ExchangeError:
            return

    def test_a_stranger_goes_the_usual_way(self, asking: Account, provider: Provider, there: Any) -> None:
        provider.refresh_from_db()
        row = self._arrives(provider)
        assert lead(provider.pk, bytes(row.digest), asked_at=NOON, at=NOON) == "no manager"
        assert not there.asked

    def test_nothing_is_noted_without_permission(self, provider: Provider, jobs: Any) -> None:
        provider.settings = {**provider.settings, "asks": False}
        self._arrives(provider)
        assert jobs() == []

    def test_the_same_event_again_is_one_wish(self, asking: Account, provider: Provider, jobs: Any) -> None:
        provider.refresh_from_db()
        self._arrives(provider)
        self._arrives(provider)
        assert len(jobs()) == 1


@pytest.mark.parametrize(
    "payload",
    [
        {"call_state": "Connected", "location": "ivr"}, {"call_state": "Appeared", "location": "queue"}, {}, [], None,
        {"call_state": "Appeared", "location": "ivr", "entry_id": "e", "call_id": "c", "from": {}},
    ],
)  # fmt: skip
def test_only_a_caller_in_the_menu_may_be_led(payload: Any) -> None:
    assert route_wish("call", payload) is None
    assert route_wish("summary", {"call_state": "Appeared", "location": "ivr"}) is None
