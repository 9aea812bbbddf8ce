"""Balances: asked for at night and by hand, tried again, closed by the database, shown to those who may."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from perezvon.journey.models import Fact
from perezvon.staff.models import Notice
from perezvon.telephony.actions import add_provider
from perezvon.telephony.actions.balance import ask_balance, balance_next, balance_nightly
from perezvon.telephony.actions.roster import guess_roster
from perezvon.telephony.models import Balance, Call, Extension, Pace, Provider, Queue
from perezvon.telephony.providers import ExchangeError
from perezvon.telephony.providers.contract import Account
from perezvon.telephony.providers.remote import Pace as Limit
from perezvon.telephony.providers.remote import Remote

from . import fake_itoolabs
from .conftest import NOON
from .contract import DAY
from .fake_exchange import served

NIGHT = datetime(2026, 3, 12, 1, 30, tzinfo=UTC)  # 04:30 in Moscow


@pytest.fixture
def there(settings: Any) -> Iterator[fake_itoolabs.FakeItoolabs]:
    with served(fake_itoolabs.FakeItoolabs()) as fake:
        settings.PRIVATE_HOSTS = {fake.host}
        yield fake  # type: ignore[misc]


@pytest.fixture
def exchange(there: Any, monkeypatch: pytest.MonkeyPatch, db: Any) -> Provider:
    monkeypatch.setattr("perezvon.telephony.providers.remote.sleep", lambda _seconds: None)
    values = {"api_key": fake_itoolabs.KEY, "api_url": there.address + "/crmapi/v1"}
    return Provider.objects.get(pk=add_provider("itoolabs", "МегаФон", at=NOON, **values)["id"])


class TestNight:
    def test_once_a_night_after_four(self, exchange: Provider) -> None:
        assert balance_nightly(at=NIGHT - timedelta(hours=1)) == 0
        assert [balance_nightly(at=NIGHT + timedelta(minutes=m)) for m in (0, 15)] == [1, 0]
        asked = Balance.objects.get()
        assert (asked.since, asked.until, asked.asked_by) == (*DAY, None)
        assert balance_next(at=NIGHT) == 1
        assert (balance_next(at=NIGHT), balance_nightly(at=NIGHT + timedelta(hours=5))) == (0, 0)
        assert balance_nightly(at=NIGHT + timedelta(days=1)) == 1

    def test_only_who_may_be_asked(self, exchange: Provider, mango: Provider) -> None:
        Provider.objects.filter(pk=exchange.pk).update(settings={**exchange.settings, "asks": False})
        assert "asks" in mango.settings and not mango.settings["asks"], "keys that we made up mean nothing there"
        assert balance_nightly(at=NIGHT) == 0

    def test_one_that_was_interrupted_is_made_again(self, exchange: Provider) -> None:
        balance_nightly(at=NIGHT)
        Balance.objects.update(state="running", began_at=NIGHT)
        assert balance_nightly(at=NIGHT + timedelta(hours=1)) == balance_next(at=NIGHT) == 0
        balance_nightly(at=NIGHT + timedelta(hours=3))
        assert balance_next(at=NIGHT + timedelta(hours=3)) == 1
        assert Balance.objects.get().state == "done"

    def test_half_made_it_goes_on_and_counts_everything_once(self, exchange: Provider) -> None:
        asked = ask_balance(exchange, *DAY, at=NIGHT)
        balance_next(at=NIGHT)
        whole = Balance.objects.get()
        Balance.objects.filter(pk=asked.pk).update(state="asked")
        balance_next(at=NIGHT)
        again = Balance.objects.get()
        figures = ("theirs", "ours", "matched", "missing_here", "different", "mended")
        assert [getattr(again, name) for name in figures] == [getattr(whole, name) for name in figures]
        assert again.missing_here == 6


class TestNotices:
    def test_a_night_without_a_balance(self, exchange: Provider, there: Any, admin: Any, anna: Any) -> None:
        there.status = 401
        balance_nightly(at=NIGHT)
        balance_next(at=NIGHT)
        notice = Notice.objects.get()
        assert (notice.user, notice.level, "МегаФон" in notice.title, "401" in notice.text) == (
            admin, "warning", True, True,
        )  # fmt: skip
        assert notice.url == reverse("telephony:balance", args=[exchange.pk, Balance.objects.get().pk])

    def test_an_exchange_that_we_hardly_hear(self, exchange: Provider, admin: Any) -> None:
        balance_nightly(at=NIGHT)
        balance_next(at=NIGHT)
        assert [(one.user, "6" in one.title) for one in Notice.objects.all()] == [(admin, True)]

    def test_who_asked_himself_is_not_told(self, exchange: Provider, there: Any, admin: Any) -> None:
        there.status = 401
        ask_balance(exchange, *DAY, by=admin, at=NIGHT)
        balance_next(at=NIGHT)
        assert not Notice.objects.exists()


class TestTrouble:
    def test_asked_again_later_and_not_for_ever(self, exchange: Provider, there: Any) -> None:
        there.status = 503
        ask_balance(exchange, *DAY, at=NIGHT)
        at = NIGHT
        for tries in range(1, 6):
            assert balance_next(at=at) == 1
            row = Balance.objects.get()
            assert row.tries == tries and "503" in row.reason
            assert balance_next(at=at) == 0
            at = max(at, row.asked_at)
        assert (row.state, Fact.objects.filter(kind="provider.not_balanced").count()) == ("failed", 1)

    def test_a_hiccup_is_got_over_at_once(self, exchange: Provider, there: Any) -> None:
        answers = [503, 503, 200]
        plain = there.answer
        there.answer = lambda asked: (setattr(there, "status", answers.pop(0) if answers else 200), plain(asked))[1]
        ask_balance(exchange, *DAY, at=NIGHT)
        balance_next(at=NIGHT)
        assert (Balance.objects.get().state, len(there.asked)) == ("done", 3)

    def test_and_heals(self, exchange: Provider, there: Any) -> None:
        there.status = 503
        ask_balance(exchange, *DAY, at=NIGHT)
        balance_next(at=NIGHT)
        there.status = 200
        assert balance_next(at=NIGHT + timedelta(minutes=2)) == 1
        row = Balance.objects.get()
        assert (row.state, row.reason) == ("done", "")
        fact = Fact.objects.get(kind="provider.balanced")
        assert (fact.details["theirs"], fact.details["mended"]) == (6, 6)

    def test_a_wrong_key_is_no_reason_to_try_again(self, exchange: Provider) -> None:
        Provider.objects.filter(pk=exchange.pk).update(secrets={"crm_token": "x", "api_key": "wrong"})
        ask_balance(exchange, *DAY, at=NIGHT)
        balance_next(at=NIGHT)
        row = Balance.objects.get()
        assert (row.state, "wrong" in row.reason, "401" in row.reason) == ("failed", False, True)

    def test_rows_without_sense_are_left_out(self, exchange: Provider, there: Any) -> None:
        there.history[0]["duration"] = -5
        ask_balance(exchange, *DAY, at=NIGHT)
        balance_next(at=NIGHT)
        assert (Balance.objects.get().state, Balance.objects.get().theirs) == ("done", 5)

    @pytest.mark.parametrize("days", [0, -1, 94])
    def test_periods_that_cannot_be(self, exchange: Provider, days: int) -> None:
        with pytest.raises(ExchangeError):
            ask_balance(exchange, DAY[0], DAY[0] + timedelta(days=days), at=NIGHT)

    def test_one_at_a_time(self, exchange: Provider) -> None:
        ask_balance(exchange, *DAY, at=NIGHT)
        with pytest.raises(ExchangeError, match="already"):
            ask_balance(exchange, *DAY, at=NIGHT)

    def test_the_database_keeps_the_sum(self, exchange: Provider) -> None:
        asked = ask_balance(exchange, *DAY, at=NIGHT)
        with pytest.raises(IntegrityError), transaction.atomic():
            Balance.objects.filter(pk=asked.pk).update(state="done", theirs=5)


class TestPages:
    def test_balance_now(self, client_of: Any, admin: Any, exchange: Provider) -> None:
        client, page = client_of(admin), reverse("telephony:exchange", args=[exchange.pk])
        assert "Balance now" in client.get(page).content.decode()
        address = reverse("telephony:balance_add", args=[exchange.pk])
        assert client.post(address, {"since": "soon"}).url == page
        assert client.post(address, {"since": "2026-03-12", "until": "2026-03-11"}).url == page
        sheet = client.post(address, {"since": "2026-03-11", "until": "2026-03-11"}).url
        assert "every 3s" in client.get(sheet).content.decode()
        assert client.post(address, {"since": "2026-03-11", "until": "2026-03-11"}).url == page
        assert balance_next(at=datetime.now(UTC)) == 1
        shown = client.get(sheet).content.decode()
        assert "every 3s" not in shown and "<html" in shown
        assert shown.count("mended") >= 6
        part = client.get(sheet, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert reverse("telephony:call", args=[Call.objects.first().pk]) in part
        assert "9161234567" not in part, "no number in a list of differences"
        assert client.get(sheet + "?kind=there").context["differences"] == []
        assert sheet in client.get(page).content.decode()

    def test_only_for_those_who_look_after_exchanges(
        self, client_of: Any, admin: Any, anna: Any, exchange: Provider
    ) -> None:
        asked = ask_balance(exchange, *DAY, at=NIGHT)
        client = client_of(anna)
        assert client.get(reverse("telephony:balance", args=[exchange.pk, asked.pk])).status_code == 404
        for name in ("balance_add", "roster", "exchange_address"):
            assert client.post(reverse(f"telephony:{name}", args=[exchange.pk])).status_code == 404
        other = Provider.objects.get(pk=add_provider("mango", "M", at=NOON)["id"])
        assert client_of(admin).get(reverse("telephony:balance", args=[other.pk, asked.pk])).status_code == 404

    def test_the_exchanges_employees(self, client_of: Any, admin: Any, anna: Any, exchange: Provider) -> None:
        type(anna).objects.filter(pk=anna.pk).update(email="anna@veter.example")
        client, address = client_of(admin), reverse("telephony:roster", args=[exchange.pk])
        assert {(one.number, one.user_id) for one in guess_roster(exchange).seats} == {
            ("anna", anna.pk), ("101", anna.pk), ("oleg", None), ("102", None),
        }  # fmt: skip
        page = client.post(address)
        assert page.status_code == 200 and not Extension.objects.exists()
        given = {"save": "1", "guess": page.context["guess"], "seat_0": anna.pk, "seat_1": "", "group_0": "Продажи"}
        assert client.post(address, {**given, "seat_0": "x"}).status_code == 422
        assert "too old" in client.post(address, {**given, "guess": "forged"}, follow=True).content.decode()
        assert not Extension.objects.exists()
        assert client.post(address, given).status_code == 302
        assert list(Extension.objects.values_list("number", "user")) == [("anna", anna.pk)]
        assert list(Queue.objects.values_list("key", "name")) == [("Отдел продаж", "Продажи")]

    def test_an_exchange_that_does_not_answer(self, client_of: Any, admin: Any, exchange: Provider, there: Any) -> None:
        there.status = 503
        page = client_of(admin).post(reverse("telephony:roster", args=[exchange.pk]), follow=True)
        assert "503" in page.content.decode()

    def test_a_new_address(self, client_of: Any, admin: Any, exchange: Provider) -> None:
        client, before = client_of(admin), exchange.slug
        assert before in client.get(reverse("telephony:exchange", args=[exchange.pk])).content.decode()
        client.post(reverse("telephony:exchange_address", args=[exchange.pk]))
        exchange.refresh_from_db()
        assert exchange.slug != before


class TestPace:
    def test_turns_are_taken_in_the_database(self, exchange: Provider) -> None:
        waits = [Pace.reserve(exchange.pk, "x", 2.0) for _ in range(3)]
        assert waits[0] == 0 and 1.5 < waits[1] <= 2 and 3.5 < waits[2] <= 4
        assert Pace.reserve(exchange.pk, "y", 2.0) == 0

    def test_who_cannot_wait_is_told_when(self, exchange: Provider) -> None:
        remote = Remote(Account(exchange.pk, "x", "x", {}, {}), "https://pbx.example", most_wait=1.0)
        remote.turn(Limit("z", 5.0))
        with pytest.raises(ExchangeError) as caught:
            remote.turn(Limit("z", 5.0))
        assert caught.value.retry_after is not None and 4 < caught.value.retry_after <= 5
