"""What every exchange must prove; inherited by its test class (providers/README.md says how)."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perezvon.telephony.actions import accept, add_provider, close, interpret_pending, replay
from perezvon.telephony.actions.balance import ask_balance, balance_next
from perezvon.telephony.actions.intake import account_of, store
from perezvon.telephony.actions.rows import TOLD
from perezvon.telephony.canonical import Call, Rules
from perezvon.telephony.models import Balance, Provider, RawEvent
from perezvon.telephony.models import Call as CallRow
from perezvon.telephony.providers import Adapter, ExchangeError, adapter
from perezvon.telephony.providers.capabilities import Dial, Record
from perezvon.telephony.providers.contract import Account, Event, Stored

from .conftest import NOON
from .fake_exchange import PAYLOADS, SOUND, FakeExchange, served

DAY = (datetime(2026, 3, 10, 21, tzinfo=UTC), datetime(2026, 3, 11, 21, tzinfo=UTC))  # 11 March in Moscow
EVERYTHING = ("click_to_call", "fetch_record", "statistics", "employees")
CAPABILITIES = ("click_to_call", "fetch_record", "statistics", "route", "employees")


@dataclass(frozen=True)
class Knock:
    """One request at our door."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    at: datetime = NOON


class Recorded(list[float]):
    """Pauses that were asked for; nobody sleeps."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def open_by_day(_line: str, _queue: str, at: datetime) -> bool:
    return 6 <= at.hour < 16


DAYTIME = Rules(is_open=open_by_day)


class ExchangeContract:
    """Subclasses say what the kind is; ``knock`` makes the signed request of a recorded payload."""

    kind = ""
    secrets: dict[str, str] = {}
    fake: type[FakeExchange]
    stages: dict[str, str] = {}  # recorded call -> the stage at which its events alone put it
    theirs: dict[str, tuple[str, int]] = {}  # key -> stage and talk by the statistics alone
    can: tuple[str, ...] = ()  # what it can be asked
    dial = Dial("101", "+79161234567", "+74951112233", "ask-1")
    record = Record("", "", NOON)
    base = ""  # what follows the fake's address in the setting api_url
    address_setting = "api_url"

    def knock(self, told: Mapping[str, Any], at: datetime) -> Knock:
        """The request that brings a recorded payload."""
        raise NotImplementedError

    def wrong(self, good: Knock) -> list[Knock]:
        """Requests that must be refused as not signed."""
        raise NotImplementedError

    def malformed(self) -> list[Knock]:
        """Signed requests that cannot be read."""
        raise NotImplementedError

    # --- what the tests stand on

    @property
    def exchange(self) -> Adapter:
        return adapter(self.kind)

    def knocks(self, name: str) -> list[Knock]:
        """All requests of a recorded call."""
        lines = (PAYLOADS / self.kind / f"{name}.jsonl").read_text().splitlines()
        told = [json.loads(line) for line in lines]
        return [self.knock(one["body"], datetime.fromisoformat(one["at"])) for one in told]

    def account(self, **settings_: Any) -> Account:
        return Account(0, self.kind, "slug", dict(self.secrets), settings_)

    def raw(self, name: str) -> list[tuple[Event, datetime]]:
        """The raw events of a recorded call with the moments they came."""
        found = []
        for knock in self.knocks(name):
            received = self.exchange.receive(self.account(), knock.path, knock.body, knock.headers, knock.at)
            found += [(event, knock.at) for event in received.events]
        return found

    def told(self, events: list[tuple[Event, datetime]], rules: Rules = DAYTIME) -> Call | None:
        typed = [self.exchange.read(Stored(event.name, event.payload, at)) for event, at in events]
        return self.exchange.interpret(events[0][0].call_key, typed, rules)

    @pytest.fixture
    def provider(self, db: Any) -> Provider:
        answer = add_provider(self.kind, self.kind, at=NOON, **self.secrets)
        return Provider.objects.get(pk=answer["id"])

    @pytest.fixture
    def there(self, settings: Any) -> Iterator[FakeExchange]:
        with served(self.fake()) as fake:
            settings.PRIVATE_HOSTS = {fake.host}
            yield fake

    @pytest.fixture
    def pauses(self, monkeypatch: pytest.MonkeyPatch) -> Recorded:
        found = Recorded()
        monkeypatch.setattr("perezvon.telephony.providers.remote.sleep", found)
        return found

    @pytest.fixture
    def asking(self, provider: Provider, there: FakeExchange, pauses: Recorded) -> Account:
        """The account with permission to ask the fake."""
        provider.settings = {**provider.settings, "asks": True, self.address_setting: there.address + self.base}
        provider.save()
        return account_of(provider)

    def in_any_order(self, events: list[tuple[Event, datetime]], expected: Call | None) -> None:
        @given(data=st.data())
        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        def any_order(data: Any) -> None:
            assert self.told(data.draw(deliveries(events))) == expected

        any_order()

    # --- the door

    def test_every_recorded_call_ends_at_its_stage(self, provider: Provider, drain: Any) -> None:
        for name in self.stages:
            for knock in self.knocks(name):
                assert accept(provider, knock.body, knock.headers, knock.at, path=knock.path).status == 200
        drain(at=NOON)
        assert not RawEvent.objects.filter(state="rejected").exists()
        assert set(CallRow.objects.values_list("state", flat=True)) == {"ended"}
        assert {name: self._stage(name) for name in self.stages} == self.stages

    def _stage(self, name: str) -> str:
        told = self.told(self.raw(name))
        assert told is not None
        return told.stage

    def test_not_signed_as_agreed_is_refused_and_counted(self, provider: Provider) -> None:
        wrong = self.wrong(self.knocks(next(iter(self.stages)))[0])
        for knock in wrong:
            answer = accept(provider, knock.body, knock.headers, NOON, path=knock.path, sender="203.0.113.9")
            assert answer.status == 401
        provider.refresh_from_db()
        assert (provider.refused, RawEvent.objects.count()) == (len(wrong), 0)
        assert provider.refused_why and provider.refused_at == NOON

    def test_only_from_the_addresses_of_the_exchange(self, provider: Provider) -> None:
        provider.settings = {**provider.settings, "allowed_ips": "198.51.100.0/24, 2001:db8::/32"}
        provider.save()
        knock = self.knocks(next(iter(self.stages)))[0]

        def from_(sender: str) -> int:
            return accept(provider, knock.body, knock.headers, NOON, path=knock.path, sender=sender).status

        good = ["198.51.100.7", "2001:db8::1", "::ffff:198.51.100.7", ""]
        assert [from_(one) for one in good] == [200] * 4
        assert [from_(one) for one in ("203.0.113.9", "somebody")] == [401, 401]
        assert "somebody" in Provider.objects.get(pk=provider.pk).refused_why
        assert from_("203.0.113.9") == 401
        provider.refresh_from_db()
        assert "203.0.113.9" in provider.refused_why

    def test_what_cannot_be_read_is_kept_with_the_reason(self, provider: Provider) -> None:
        for number, knock in enumerate(self.malformed(), start=1):
            assert accept(provider, knock.body, knock.headers, NOON, path=knock.path).status == 400, knock
            row = RawEvent.objects.latest("id")
            assert (row.state, bool(row.reason), row.call_key) == ("rejected", True, "")
            assert not any(secret in row.body for secret in self.secrets.values())
            assert RawEvent.objects.count() == number

    def test_the_same_request_again_is_the_same_event(self, provider: Provider) -> None:
        knocks = self.knocks(next(iter(self.stages)))
        for knock in [*knocks, *knocks]:
            accept(provider, knock.body, knock.headers, knock.at, path=knock.path)
        assert RawEvent.objects.count() == len(knocks)
        assert not any(secret in str(row.payload) for row in RawEvent.objects.all() for secret in self.secrets.values())

    # --- the meaning

    def test_a_call_is_a_function_of_the_set_of_its_events(self) -> None:
        for name in self.stages:
            events = self.raw(name)
            expected = self.told(events)

            self.in_any_order(events, expected)

    @pytest.mark.django_db
    def test_through_the_store_in_any_batches(self, provider: Provider) -> None:
        account = account_of(provider)
        for name in self.stages:
            in_any_batches(account, self.raw(name))

    # --- what it can be asked

    def test_says_what_it_can(self) -> None:
        assert tuple(name for name in CAPABILITIES if getattr(self.exchange, name) is not None) == self.can
        assert not self.exchange.can_ask(self.account()), "asks only when it is allowed to"
        needed = set(self.exchange.asking)
        assert needed <= {name for name, _label in (*self.exchange.secret_names, *self.exchange.setting_names)}

    def test_their_calls_in_canonical_form(self, asking: Account) -> None:
        if self.exchange.statistics is None:
            pytest.skip("it has no statistics")
        found = {event.call_key: event for event in self.exchange.statistics(asking, *DAY)}
        told = {key: self.told([(event, NOON + timedelta(days=1))]) for key, event in found.items()}
        assert {key: (call.stage, call.talk_seconds) for key, call in told.items() if call} == self.theirs
        again = {event.call_key: event.digest for event in self.exchange.statistics(asking, *DAY)}
        assert again == {key: event.digest for key, event in found.items()}, "asked twice, it is the same event"
        nothing = list(self.exchange.statistics(asking, DAY[0] - timedelta(days=9), DAY[0] - timedelta(days=8)))
        assert nothing == []

    def test_statistics_beside_events_in_any_order(self, asking: Account) -> None:
        if self.exchange.statistics is None:
            pytest.skip("it has no statistics")
        later = NOON + timedelta(days=1)
        theirs = {event.call_key: (event, later) for event in self.exchange.statistics(asking, *DAY)}
        for name in self.stages:
            events = self.raw(name)
            row = theirs.get(events[0][0].call_key)
            if row is None:
                continue
            both = [*events, row]
            expected = self.told(both)
            assert expected is not None
            alone = self.told([row])
            assert alone is not None
            assert (expected.talk_seconds, expected.answered_at is None) == (
                alone.talk_seconds,
                alone.answered_at is None,
            )
            self.in_any_order(both, expected)

    def test_a_balance_mends_what_the_exchange_knows_better(
        self, asking: Account, provider: Provider, drain: Any
    ) -> None:
        if self.exchange.statistics is None:
            pytest.skip("it has no statistics")
        provider.refresh_from_db()
        for name in self.stages:
            for knock in self.knocks(name)[: 1 if name == "outbound" else None]:  # its end was never told
                if name != "talk":  # never heard of at all
                    accept(provider, knock.body, knock.headers, knock.at, path=knock.path)
        drain(at=NOON)
        lives = CallRow.objects.live()
        close(lives, at=NOON + timedelta(hours=5), reason="silent")
        drain(at=NOON)
        CallRow.objects.create(
            provider=provider, key="ours", direction="in", state="ended", stage="L05", started_at=NOON, ended_at=NOON
        )
        first = self._balanced(provider)
        theirs = len(self.theirs)
        assert (first.state, first.reason) == ("done", "")
        assert (first.theirs, first.matched, first.ours) == (theirs, first.matched, first.matched + 1)
        heard = {call.call_key for name in self.stages if name != "talk" for call, _at in self.raw(name)}
        assert first.missing_here >= theirs - len(heard) and first.different >= 1
        kinds = {one.key: (one.kind, one.is_mended) for one in first.differences.all()}
        assert kinds.pop("ours") == ("there", False)
        assert all(mended for _kind, mended in kinds.values()), kinds
        talked = {call.key: call.talk_seconds for call in CallRow.objects.filter(stage="talked")}
        assert set(talked.values()) == {talk for _stage, talk in self.theirs.values() if talk}
        assert sum(first.outcomes["after"].values()) == theirs + 1, "calls = the sum of their outcomes"
        second = self._balanced(provider)
        assert (second.different, second.missing_here, second.missing_there) == (0, 0, 1)
        CallRow.objects.get(key="ours").delete()
        assert replay(provider, NOON - timedelta(days=1), NOON + timedelta(days=9)).is_clean

    def _balanced(self, provider: Provider) -> Balance:
        asked = ask_balance(provider, *DAY, at=NOON + timedelta(days=1))
        assert balance_next(at=NOON + timedelta(days=1)) == 1
        asked.refresh_from_db()
        return asked

    def test_a_call_can_be_asked_for(self, asking: Account, there: FakeExchange) -> None:
        if self.exchange.click_to_call is None:
            pytest.skip("it makes no calls")
        self.exchange.click_to_call(asking, self.dial)
        assert b"79161234567" in there.asked[-1].raw + there.asked[-1].raw_query.encode()

    def test_a_recording_is_streamed(self, asking: Account, there: FakeExchange) -> None:
        if self.exchange.fetch_record is None:
            pytest.skip("it has no recordings")
        with self.exchange.fetch_record(asking, self.record_of(there)) as sound:
            assert b"".join(sound.pieces) == SOUND

    def record_of(self, there: FakeExchange) -> Record:
        return self.record

    def test_refusals_hold_no_secret(self, asking: Account, there: FakeExchange, caplog: Any) -> None:
        """The exchange is gone or angry: an error in words, with none of our keys in it."""
        broken = Account(
            asking.id, self.kind, "slug", {name: "wr0ng-" + name for name in asking.secrets}, asking.settings
        )
        for account in (broken, self._nowhere(asking)):
            for ask in self.asks(account):
                with pytest.raises(ExchangeError) as caught:
                    ask()
                told = str(caught.value) + repr(caught.value) + caplog.text
                assert not any(secret in told for secret in (*asking.secrets.values(), *account.secrets.values()))
                assert caught.value.status == 502

    def _nowhere(self, account: Account) -> Account:
        address = {self.address_setting: "https://127.0.0.1:1" + self.base}
        return Account(account.id, self.kind, "slug", account.secrets, {**account.settings, **address})

    def asks(self, account: Account) -> list[Callable[[], Any]]:
        """Everything it can be asked with its keys."""
        exchange, found = self.exchange, []
        if exchange.statistics:
            found.append(lambda: list(exchange.statistics(account, *DAY)))  # type: ignore[misc]
        if exchange.click_to_call:
            found.append(lambda: exchange.click_to_call(account, self.dial))  # type: ignore[misc]
        if exchange.employees:
            found.append(lambda: exchange.employees(account))  # type: ignore[misc]
        return found


@st.composite
def deliveries(draw: Any, events: list[Any]) -> list[Any]:
    """All events in any order, some of them several times."""
    repeats = draw(st.lists(st.sampled_from(events), max_size=5))
    return draw(st.permutations([*events, *repeats]))


class _Undo(Exception):
    """Takes an example's rows back."""


def in_any_batches(account: Account, events: list[tuple[Event, datetime]]) -> None:
    """The whole way, the database included: split anywhere, in any order, with repeats, it is the same stored call."""

    def result(batches: list[list[tuple[Event, datetime]]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        try:
            with transaction.atomic():
                for batch in batches:
                    store(account, batch)
                    while interpret_pending():
                        pass
                call = CallRow.objects.get(provider=account.id, key=events[0][0].call_key)
                found = {name: getattr(call, name) for name in TOLD}
                raise _Undo
        except _Undo:
            return found

    expected = result([events])

    @given(data=st.data())
    @settings(max_examples=6, deadline=timedelta(seconds=60), suppress_health_check=list(HealthCheck))
    def any_way(data: Any) -> None:
        order = data.draw(st.permutations(events))
        order = order + data.draw(st.lists(st.sampled_from(events), max_size=3))
        cuts = sorted(data.draw(st.sets(st.integers(0, len(order)), max_size=4)))
        edges = [0, *cuts, len(order)]
        assert result([order[a:b] for a, b in zip(edges, edges[1:], strict=False)]) == expected

    any_way()
