"""The webhook: stored first, signed or refused, never a 500, never a lost valid event."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from perezvon.telephony.models import Call, Provider, RawEvent
from perezvon.telephony.providers.mango.webhook import sign
from perezvon.telephony.testing import mango_body, mango_call

from .conftest import CLIENT, LINE

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def door(client: Client, mango: Provider) -> Any:
    def knock(body: bytes, path: str = "events/call", slug: str = mango.slug) -> Any:
        return client.post(f"/hooks/{slug}/{path}", body, content_type=FORM)

    return knock


def signed(provider: Provider, raw: bytes) -> bytes:
    key, salt = provider.secrets["api_key"].encode(), provider.secrets["api_salt"].encode()
    return urlencode({"vpbx_api_key": key, "sign": sign(key, raw, salt), "json": raw}).encode()


def test_a_signed_event_is_stored_then_answered(door: Any, mango: Provider, noon: datetime, drain: Any) -> None:
    for path, payload in mango_call("answered", caller=CLIENT, line=LINE, started_at=noon):
        assert door(mango_body(mango, payload), path).status_code == 200
    assert RawEvent.objects.filter(state="new").count() == RawEvent.objects.count() == 9
    drain()
    assert Call.objects.get().stage == "talked"
    mango.refresh_from_db()
    assert mango.last_event_at is not None


def test_the_same_event_is_stored_once(door: Any, mango: Provider, noon: datetime) -> None:
    body = mango_body(mango, mango_call("off_hours", caller=CLIENT, line=LINE, started_at=noon)[0][1])
    assert [door(body, "events/summary").status_code for _ in range(3)] == [200, 200, 200]
    assert RawEvent.objects.count() == 1


def test_a_wrong_signature_is_refused_and_counted(door: Any, mango: Provider) -> None:
    good = signed(mango, b'{"entry_id": "1"}')
    for body in (good.replace(b"sign=", b"sign=0"), good.replace(b"entry_id", b"entry_ie"), b"", b"sign=&json="):
        assert door(body).status_code == 401
    mango.refresh_from_db()
    assert (mango.refused, RawEvent.objects.count()) == (4, 0)


@pytest.mark.parametrize(
    "raw",
    [
        b"{", b"", b"[1, 2]", b"null", b"\xff\xfe", '{"entry_id": "ё"}'.encode("cp1251"), b"[" * 5000 + b"]" * 5000,
        b'{"a":' * 900 + b"1" + b"}" * 900, b'{"entry_id": NaN}', b'{"entry_id": ""}', b'{"entry_id": null}',
        b'{"entry_id": {"a": 1}}', b'{"x": ' + b"1" * 5000 + b"}", b"\x00", b'{"entry_id": "' + b"x" * 300 + b'"}',
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_kept_with_the_reason(door: Any, mango: Provider, raw: bytes) -> None:
    assert door(signed(mango, raw)).status_code == 400
    row = RawEvent.objects.get()
    assert (row.state, bool(row.reason), row.call_key) == ("rejected", True, "")
    assert mango.secrets["api_key"] not in row.body


@pytest.mark.parametrize(
    "raw",
    [
        rb'{"entry_id": "e\u0000", "x": "\u0000"}', rb'{"entry_id": "e", "x": "\ud800"}',
        b'{"entry_id": "e", "x": 1e999}', b'{"entry_id": "e", "x": 1, "x": 2}',
        '{"entry_id": "е", "x": "Иван 🙂"}'.encode(), b'{"entry_id": 17, "timestamp": "x"}',
    ],
)  # fmt: skip
def test_odd_but_valid_events_are_not_lost(door: Any, mango: Provider, raw: bytes, drain: Any) -> None:
    assert door(signed(mango, raw)).status_code == 200
    assert RawEvent.objects.get().state == "new"
    drain()
    row = RawEvent.objects.get()
    assert (row.state, bool(row.reason)) == ("rejected", True), "an event without a moment tells nothing"


def test_other_notices_are_kept_but_belong_to_no_call(door: Any, mango: Provider) -> None:
    assert door(signed(mango, b'{"user_id": 1}'), "events/user/status_changed").status_code == 200
    assert (RawEvent.objects.get().state, RawEvent.objects.get().name) == ("ignored", "user/status_changed")


def test_limits_of_the_door(door: Any, client: Client, mango: Provider) -> None:
    assert door(b"x" * 300_000).status_code == 413
    assert door(b"x", slug="nobody").status_code == 404
    assert client.get(f"/hooks/{mango.slug}/events/call").status_code == 405
    assert client.post(f"/hooks/{mango.slug}/events/call", {"a": "b"}).status_code == 401  # multipart
    mango.is_enabled = False
    mango.save()
    from perezvon.telephony.actions.intake import accounts

    accounts.forget()
    assert door(b"x").status_code == 404


def test_one_event_costs_few_statements(
    door: Any, mango: Provider, noon: datetime, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("perezvon.journey.actions.recording._WAKE_EVERY", 0.0)  # the most there can be
    events = mango_call("no_answer", caller=CLIENT, line=LINE, started_at=noon)
    door(mango_body(mango, events[0][1]))
    with django_assert_num_queries(2):  # insert, wake
        door(mango_body(mango, events[1][1]))


def test_a_mistake_of_ours_keeps_the_event(
    door: Any, mango: Provider, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr("perezvon.telephony.providers.mango.webhook.parse_json", broken)
    assert door(signed(mango, b'{"entry_id": "e"}')).status_code == 400
    assert json.dumps("a bug")[1:-1] in RawEvent.objects.get().reason
