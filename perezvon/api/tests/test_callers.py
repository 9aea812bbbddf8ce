"""Tokens that may do less than their person, limits a minute and a day, refusals in the caller's language."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from perezvon.api import limits
from perezvon.api.models import Spent


def test_a_token_for_reading_and_for_some_nouns(program: Any, admin: Any) -> None:
    reader = program(admin, reads_only=True, nouns=["webhooks", "departments"])
    assert reader.get("departments").status_code == 200
    other = reader.get("views")
    assert (other.status_code, other.json()["code"]) == (403, "token_of_other_nouns")
    refused = reader.post("webhooks", {"name": "x", "url": "https://example.com/", "kinds": ["*"]})
    assert (refused.status_code, refused.json()["code"]) == (403, "token_reads_only")


def test_a_minute_has_so_many_requests(program: Any, admin: Any) -> None:
    hers = program(admin, per_minute=2)
    left = [hers.get("me")["RateLimit-Remaining"] for _ in range(2)]
    assert left == ["1", "0"]
    refused = hers.get("me")
    assert refused.status_code == 429 and 0 < int(refused["Retry-After"]) <= 60
    Spent.objects.update(minute=Spent.objects.get().minute - timedelta(minutes=1))
    assert hers.get("me").status_code == 200


def test_a_day_has_so_many_rows(program: Any, admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from perezvon.api.nouns import nouns

    monkeypatch.setattr(limits, "ROWS_EXPORTED", 3)
    monkeypatch.setattr(nouns()["departments"], "is_exported", True)
    monkeypatch.setattr(nouns()["departments"], "right", "person")
    hers = program(admin)
    hers.get("departments")
    Spent.objects.update(rows=3)
    assert hers.get("departments").json()["code"] == "too_many_rows"


def test_a_browser_may_only_read(client_of: Any, admin: Any) -> None:
    browser = client_of(admin)
    assert browser.get("/api/v1/me").json()["token"] is None
    refused = browser.post("/api/v1/views", "{}", content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "token_needed")


def test_refusals_speak_the_callers_language(program: Any, admin: Any) -> None:
    hers = program(admin)
    body = {"listing": "people"}
    english = hers.post("views", body).json()["errors"][0]["reason"]
    russian = hers.post("views", body, Accept_Language="ru").json()["errors"][0]["reason"]
    assert (english, russian) == ("This is needed.", "Это нужно указать.")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400), (b'{"name": "\\u0000"}', "application/json", 400), (b"a=b", "text/plain", 415),
        (b'{"x": NaN}', "application/json", 400), (b"[" * 100_000, "application/json", 400), (b"[]", "application/json", 422),
        (b"x" * (1024 * 1024 + 1), "application/json", 413), (b'{"name": "\\ud800"}', "application/json", 400),
    ],
)  # fmt: skip
def test_bodies_that_are_refused(program: Any, admin: Any, body: bytes, kind: str, status: int) -> None:
    answer = program(admin).client.generic("POST", "/api/v1/views", body, content_type=kind)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"


def test_addresses_and_methods_that_are_not_there(program: Any, admin: Any) -> None:
    hers = program(admin)
    assert hers.get("nothing").json()["code"] == "not_found"
    refused = hers.send("PUT", "views")
    assert (refused.status_code, sorted(refused["Allow"].split(", "))) == (405, ["GET", "POST"])


def test_the_pages_of_the_document(client_of: Any, admin: Any) -> None:
    for client in (client_of(admin), Client()):
        page = client.get("/api/v1/docs/", headers={"Accept-Language": "en"})
        assert page.status_code == 200 and b"Saved views" in page.content
        assert client.get("/api/v1/docs/views/").status_code == 200
    assert Client().get("/api/v1/docs/nothing/").status_code == 404
    assert "Представления" not in Client().get("/api/v1/openapi.json?lang=en").content.decode()
    assert "Сохранённые виды" in Client().get("/api/v1/openapi.json?lang=ru").content.decode()
