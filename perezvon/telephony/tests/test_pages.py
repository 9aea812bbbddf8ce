"""Pages of calls, exchanges and lines: rights, filters, masked numbers, known costs."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from perezvon.kit import clock
from perezvon.staff.contracts import NounContract
from perezvon.telephony.actions import add_provider, set_line
from perezvon.telephony.models import Call, Extension, Line, Provider, Queue, RawEvent
from perezvon.telephony.testing import mango_call, mango_provider, store_events

from .conftest import CLIENT, LINE, NOON

HTMX = {"headers": {"HX-Request": "true"}}


class TestCalls(NounContract):
    noun, list_url, detail_url = "call", "telephony:calls", "telephony:call"
    max_list_queries, max_detail_queries = 12, 14

    def make(self, *, owner: Any, department: Any, at: Any) -> Call:
        provider = Provider.objects.first() or mango_provider(at)
        return Call.objects.create(
            provider=provider, key=f"k{Call.objects.count()}", direction="in", state="ended", stage="L05", phone=CLIENT,
            cause="caller_hangup", user=owner, department=department, started_at=at, ended_at=at + timedelta(seconds=9),
            path=[{"state": "queued", "at": at.isoformat(), "what": "1"}],
            attempts=[{"extension": "101", "at": at.isoformat(), "until": at.isoformat(), "cause": "busy"}],
        )  # fmt: skip

    def words(self, thing: Any) -> str:
        return reverse("telephony:call", args=[thing.pk])


@pytest.fixture
def history(mango: Provider, noon: datetime, drain: Any, sales: Any) -> None:
    set_line(LINE, name="Сайт", department=sales, at=clock.now())
    for number, kind in enumerate(("answered", "queue_abandoned", "outbound")):
        at = noon + timedelta(days=number)
        store_events(mango, mango_call(kind, caller=f"+7916123450{number}", line=LINE, started_at=at), at)
    drain(at=noon + timedelta(days=2))


@pytest.mark.usefixtures("history")
class TestList:
    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("", 3), ("show=in", 2), ("show=out", 1), ("show=lost", 1), ("stage=L05", 1), ("stage=talked", 2),
            ("q=8 916 123-45-01", 1), ("q=nobody", 0), ("from=2026-03-12&to=2026-03-12", 1), ("line=%2B74951112233", 3),
            ("from=soon&stage=L99&user=x&cursor=x", 3), ("q=%00", 3), ("user=99999", 0),
        ],
    )  # fmt: skip
    def test_filters(self, client_of: Any, admin: Any, query: str, count: int) -> None:
        page = client_of(admin).get(reverse("telephony:calls") + "?" + query)
        assert page.status_code == 200
        assert len(page.context["page"].items) == count

    def test_numbers_are_masked_without_the_right(self, client_of: Any, admin: Any, vera: Any) -> None:
        call = Call.objects.get(stage="L05")
        addresses = [reverse("telephony:calls"), reverse("telephony:call", args=[call.pk]),
                     reverse("telephony:of_person", args=[call.person_id])]  # fmt: skip
        full = "".join(client_of(admin).get(address).content.decode() for address in addresses)
        assert "+7 916 123-45-01" in full
        from perezvon.staff import access
        from perezvon.staff.models import Grant, Role
        from perezvon.staff.testing import person

        role = Role.objects.create(key="blind", name="Blind")
        for noun in ("call", "person", "provider"):
            Grant.objects.create(role=role, noun=noun, verb="view", scope="all")
        blind = person("Blind", "blind", email="blind@veter.example")
        assert not access.sees_phones(blind)
        seen = "".join(client_of(blind).get(address).content.decode() for address in addresses)
        assert "9161234501" not in seen.replace("-", "").replace(" ", "")


def test_a_live_call_is_seen_while_it_lasts(
    client_of: Any, admin: Any, mango: Provider, noon: datetime, drain: Any
) -> None:
    events = mango_call("answered", caller=CLIENT, line=LINE, started_at=noon)
    store_events(mango, events[:5], noon)
    drain(at=noon)
    client = client_of(admin)
    live = client.get(reverse("telephony:live"), **HTMX).content.decode()
    assert "<html" not in live
    assert "+7 916 123-45-67" in live
    store_events(mango, events[5:], noon)
    drain(at=noon)
    assert client.get(reverse("telephony:live"), **HTMX).content.decode().strip() == ""
    assert client.get(reverse("telephony:live")).status_code == 200


class TestExchanges:
    def test_only_for_those_who_look_after_them(self, client_of: Any, anna: Any, mango: Provider) -> None:
        for name, args in (
            ("exchanges", []),
            ("exchange_add", []),
            ("exchange", [mango.pk]),
            ("exchange_change", [mango.pk]),
        ):
            assert client_of(anna).get(reverse(f"telephony:{name}", args=args)).status_code == 404

    @pytest.mark.parametrize("kind", ["mango", "itoolabs"])
    def test_connecting_shows_the_secrets_once(self, client_of: Any, admin: Any, kind: str) -> None:
        client, address = client_of(admin), reverse("telephony:exchange_add")
        assert client.get(address).status_code == 200
        assert client.get(f"{address}?kind={kind}").status_code == 200
        page = client.post(f"{address}?kind={kind}", {"name": "Наша", "is_enabled": "on"})
        provider = Provider.objects.get()
        secrets = [secret for secret in provider.secrets.values() if secret]
        assert secrets and all(secret in page.content.decode() for secret in secrets)
        assert f"/hooks/{provider.slug}" in page.content.decode()
        later = client.get(reverse("telephony:exchange", args=[provider.pk])).content.decode()
        assert not any(secret in later for secret in secrets)

    def test_asterisk_needs_an_address(self, client_of: Any, admin: Any) -> None:
        client, address = client_of(admin), reverse("telephony:exchange_add") + "?kind=asterisk"
        assert client.post(address, {"name": "PBX"}).status_code == 422
        given = {"name": "PBX", "host": "pbx", "port": "99999", "username": "u", "secret": "s"}
        assert client.post(address, given).status_code == 422
        assert client.post(address, {**given, "port": "5038"}).status_code == 200
        assert Provider.objects.get().settings == {"host": "pbx", "port": "5038"}
        assert client.get(reverse("telephony:exchange_add") + "?kind=fax").status_code == 404

    def test_texts_to_paste_are_shown_again_secrets_are_not(self, client_of: Any, admin: Any) -> None:
        client, address = client_of(admin), reverse("telephony:exchange_add") + "?kind=uis"
        assert "Interactive call handling" in client.get(address).content.decode()
        given = {"name": "UIS", "access_token": "t0p-secret", "platform": "novofon.ru", "sticky": "on", "asks": "on"}
        for field, wrong in (("time_zone", "Mars"), ("allowed_ips", "1.2.3"), ("line", "12"), ("platform", "x")):
            assert client.post(address, {**given, field: wrong}).status_code == 422
        more = {"time_zone": "Asia/Omsk", "allowed_ips": "198.51.100.7 2001:db8::/32", "line": "8 495 111-22-33"}
        page = client.post(address, {**given, **more}).content.decode()
        provider = Provider.objects.get()
        assert provider.settings == {
            "platform": "novofon.ru", "sticky": True, "asks": True, "time_zone": "Asia/Omsk", "line": LINE,
            "allowed_ips": "198.51.100.7/32, 2001:db8::/32",
        }  # fmt: skip
        shown = client.get(reverse("telephony:exchange", args=[provider.pk])).content.decode()
        for text in (page, shown):
            assert "{{call_session_id}}" in text and f"/hooks/{provider.slug}/route" in text
        assert "t0p-secret" in page and "t0p-secret" not in shown

    def test_settings_can_be_emptied(self, client_of: Any, admin: Any) -> None:
        made = add_provider("uis", "UIS", at=NOON, time_zone="Asia/Omsk", allowed_ips="10.0.0.0/8")
        address = reverse("telephony:exchange_change", args=[made["id"]])
        client_of(admin).post(address, {"name": "UIS", "platform": "uiscom.ru"})
        assert Provider.objects.get().settings == {"platform": "uiscom.ru", "sticky": False, "asks": False}

    def test_changing_keeps_the_secrets_that_are_left_empty(self, client_of: Any, admin: Any, mango: Provider) -> None:
        before = dict(mango.secrets)
        address = reverse("telephony:exchange_change", args=[mango.pk])
        assert client_of(admin).get(address).status_code == 200
        client_of(admin).post(address, {"name": "Новая", "api_salt": "pepper", "talk_seconds": "7"})
        mango.refresh_from_db()
        assert (mango.name, mango.is_enabled, mango.settings) == (
            "Новая",
            False,
            {"talk_seconds": 7, "asks": False, "sticky": False},
        )
        assert mango.secrets == {"api_key": before["api_key"], "api_salt": "pepper"}

    def test_maps_and_their_removal(self, client_of: Any, admin: Any, anna: Any, support: Any, mango: Provider) -> None:
        client, page = client_of(admin), reverse("telephony:exchange", args=[mango.pk])
        client.post(
            reverse("telephony:queue", args=[mango.pk]), {"key": "1", "name": "Front", "department": support.pk}
        )
        client.post(reverse("telephony:extension", args=[mango.pk]), {"number": "101", "user": anna.pk})
        assert (Queue.objects.get().department, Extension.objects.get().user) == (support, anna)
        assert client.get(page).status_code == 200
        assert client.post(reverse("telephony:queue", args=[mango.pk]), {"key": ""}).status_code == 422
        assert client.post(reverse("telephony:extension", args=[mango.pk]), {"number": ""}).status_code == 422
        forget = reverse("telephony:forget", args=[mango.pk])
        client.post(forget, {"queue": Queue.objects.get().pk})
        client.post(forget, {"extension": Extension.objects.get().pk})
        assert not Queue.objects.exists() and not Extension.objects.exists()

    def test_rejected_events_and_a_replay(
        self, client_of: Any, admin: Any, mango: Provider, noon: datetime, drain: Any
    ) -> None:
        store_events(mango, mango_call("answered", caller=CLIENT, line=LINE, started_at=noon), noon)
        store_events(mango, [("events/call", {"entry_id": "x", "timestamp": "soon"})], noon)
        drain(at=noon)
        Call.objects.update(stage="L05")
        client = client_of(admin)
        assert RawEvent.objects.get(state="rejected").reason in client.get(
            reverse("telephony:exchange", args=[mango.pk])
        ).content.decode().replace("&#x27;", "'")
        address = reverse("telephony:replay", args=[mango.pk])
        report = client.post(address, {"since": "2026-03-11", "until": "2026-03-11"}).context["report"]
        assert [(d.column, d.stored) for d in report.differences] == [("stage", "L05")]
        assert client.post(address, {"since": "2026-03-11", "until": "2026-03-11"}).context["report"].is_clean
        assert client.post(address, {"since": "2020-01-01", "until": "2026-03-11"}).status_code == 422


def test_lines_have_names_and_departments(client_of: Any, admin: Any, anna: Any, sales: Any) -> None:
    client, add = client_of(admin), reverse("telephony:line_add")
    assert client.get(add).status_code == 200
    assert client.post(add, {"number": "not a number"}).status_code == 422
    client.post(add, {"number": "8 (495) 111-22-33", "name": "Сайт", "department": sales.pk, "is_enabled": "on"})
    line = Line.objects.get()
    assert (line.number, line.department) == (LINE, sales)
    assert client.get(reverse("telephony:line", args=[line.pk])).status_code == 200
    assert "Сайт" in client.get(reverse("telephony:lines")).content.decode()
    assert client_of(anna).get(add).status_code == 404
