import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from perezvon.crm.models import ContactPoint, Person
from perezvon.journey.models import Fact
from perezvon.marketing import known_forms, throttle
from perezvon.marketing.actions import accept, change_form, process_submissions, set_utm_rule
from perezvon.marketing.actions import submissions as background
from perezvon.marketing.models import Submission
from perezvon.staff.testing import JOINED

ADDRESS = "/f/ask/"
BODY = {"name": "Anna", "phone": "8 (916) 123-45-67", "email": "anna@mail.example", "message": "Hello"}


def post(client: Client, body: Any = BODY, **options: Any) -> Any:
    options.setdefault("content_type", "application/json")
    data = json.dumps(body) if isinstance(body, dict) else body
    return client.post(ADDRESS, data, **options)


def test_a_json_post_becomes_a_client_and_a_fact(form: Any, client: Client, sales: Any) -> None:
    answer = post(client)
    row = Submission.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "id": row.pk})
    assert (row.state, row.phone) == ("new", "+79161234567")
    assert process_submissions() == 1
    assert process_submissions() == 0
    row.refresh_from_db()
    assert (row.state, row.person.name, row.source) == ("done", "Anna", form.source)
    fact = Fact.objects.get(kind="form.submitted")
    assert (fact.person_id, fact.source_id, fact.department_id, fact.at) == (
        row.person_id,
        form.source_id,
        sales.pk,
        row.received_at,
    )
    assert (fact.details["submission"], fact.details["form"]) == (row.pk, "Ask us")
    assert "123-45-67" not in json.dumps(fact.details) and "9161234567" not in json.dumps(fact.details)


def test_storing_costs_one_statement(form: Any, client: Client, django_assert_num_queries: Any) -> None:
    post(client, {**BODY, "name": "First"})
    with django_assert_num_queries(1):
        post(client)


def test_an_html_post_is_led_to_the_thanks(form: Any, client: Client) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = client.post(ADDRESS, BODY, headers=browser)
    assert answer["Location"] == reverse("marketing:thanks", args=["ask"])
    assert client.get(answer["Location"]).status_code == 200
    change_form(form, {"redirect_to": "https://tours.example/thanks"}, at=JOINED)
    answer = client.post(ADDRESS, {**BODY, "message": "Again"}, headers=browser)
    assert answer["Location"] == "https://tours.example/thanks"
    refused = client.post(ADDRESS, {"name": "Nobody"}, headers=browser)
    assert refused.status_code == 422
    assert b"<h1" in refused.content


def test_one_post_is_one_request(form: Any, client: Client) -> None:
    first = post(client, headers={"Idempotency-Key": "order-1"}).json()["id"]
    again = post(client, {**BODY, "message": "other"}, headers={"Idempotency-Key": "order-1"}).json()["id"]
    by_field = post(client, {**BODY, "idempotency_key": "order-1"}).json()["id"]
    assert first == again == by_field
    assert post(client, headers={"Idempotency-Key": "x" * 300}).json()["id"] != first
    assert Submission.objects.count() == 2


def test_a_double_click_is_one_request_also_at_the_turn_of_a_minute(form: Any) -> None:
    at = JOINED.replace(minute=0, second=59)
    first = accept(form, BODY, at=at)
    twin = accept(form, BODY, at=at + timedelta(seconds=2))
    later = accept(form, BODY, at=at + timedelta(minutes=2))
    assert (twin.id, twin.is_new) == (first.id, False)
    assert later.id != first.id


@pytest.mark.parametrize(
    ("body", "kind", "status", "reason"),
    [
        (b"{", "application/json", 400, "broken JSON"),
        (b"[" * 60_000, "application/json", 400, "broken JSON"),
        (b"\x89PNG\x00", "image/png", 400, "unknown content type"),
        (b"name=Anna", "application/x-www-form-urlencoded", 422, "no contact"),
        (b"phone=abc%00", "application/x-www-form-urlencoded", 422, "contact not understood"),
        (b"a=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413, "too large"),
        (b"--", "multipart/form-data; boundary=xx", 400, "broken multipart"),
    ],
)
def test_what_cannot_be_taken_is_kept_with_its_reason(
    form: Any, client: Client, body: bytes, kind: str, status: int, reason: str
) -> None:
    answer = post(client, body, content_type=kind)
    assert (answer.status_code, answer.json()) == (status, {"ok": False, "error": reason})
    row = Submission.objects.get()
    assert (row.state, row.reason) == ("rejected", reason)
    assert process_submissions() == 0
    post(client, body, content_type=kind)
    assert Submission.objects.count() == 1


def test_a_robot_is_thanked_and_forgotten(form: Any, client: Client) -> None:
    answer = post(client, {**BODY, "homepage": "https://spam.example"})
    assert answer.json()["ok"] is True
    assert Submission.objects.get().state == "spam"
    assert process_submissions() == 0
    assert not Person.objects.exists()


def test_only_the_sites_of_the_form_may_post_from_a_script(form: Any, client: Client) -> None:
    ours = {"Origin": "https://tours.example"}
    asked = client.options(ADDRESS, headers={**ours, "Access-Control-Request-Method": "POST"})
    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Origin"] == "https://tours.example"
    assert "Idempotency-Key" in asked["Access-Control-Allow-Headers"]
    answer = post(client, headers=ours)
    assert answer["Access-Control-Allow-Origin"] == "https://tours.example"
    assert "Origin" in answer["Vary"]
    for foreign in ("https://evil.example", "null", "https://tours.example.evil.example"):
        asked = client.options(ADDRESS, headers={"Origin": foreign})
        assert asked.status_code == 403
        answer = post(client, headers={"Origin": foreign})
        assert (answer.status_code, answer.has_header("Access-Control-Allow-Origin")) == (403, False)
    assert post(client, {**BODY, "name": "Own"}, headers={"Origin": "http://testserver"}).status_code == 200


def test_a_form_without_a_list_of_sites_is_open_but_not_to_scripts(form: Any, client: Client) -> None:
    change_form(form, {"origins": []}, at=JOINED)
    answer = post(client, headers={"Origin": "https://any.example"})
    assert (answer.status_code, answer.has_header("Access-Control-Allow-Origin")) == (200, False)


def test_too_many_posts_from_one_address_wait(form: Any, client: Client) -> None:
    change_form(form, {"limit_per_minute": 2}, at=JOINED)
    answers = [post(client, {**BODY, "message": str(number)}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    other = post(client, REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 200


def test_the_window_of_the_limit_moves_on() -> None:
    assert [throttle.seconds_to_wait(1, "a", 2, clock=at) for at in (0, 10, 20, 61)] == [0, 0, 40, 0]
    assert throttle.seconds_to_wait(1, "a", 0, clock=62) == 0


def test_unknown_and_switched_off_forms(form: Any, client: Client) -> None:
    assert client.post("/f/nothing/", {}).status_code == 404
    assert client.post("/f/%D0%B0%00/", {}).status_code == 404
    assert client.get(ADDRESS).status_code == 405
    change_form(form, {"is_enabled": False}, at=JOINED)
    assert post(client).status_code == 404


def test_a_form_is_remembered_for_seconds(form: Any, django_assert_num_queries: Any) -> None:
    known_forms.form_by_key("ask")
    with django_assert_num_queries(0):
        known_forms.form_by_key("ask")


def test_where_a_request_came_from(form: Any, yandex: Any, client: Client) -> None:
    set_utm_rule(yandex, utm_source="yandex", at=JOINED)
    page = "https://tours.example/?utm_source=Yandex&utm_medium=cpc&yclid=77"
    post(client, {**BODY, "page": page, "referrer": "https://search.example/", "first_utm_source": "vk"})
    post(
        client,
        {**BODY, "phone": "+74950210033", "utm_source": "not-yandex"},
        headers={"Referer": "https://tours.example/b"},
    )
    process_submissions()
    first, second = Submission.objects.order_by("id")
    assert (first.source, first.utm, first.click_ids) == (
        yandex,
        {"source": "Yandex", "medium": "cpc"},
        {"yclid": "77"},
    )
    assert (first.landing_page, first.referrer, first.first_touch) == (
        page,
        "https://search.example/",
        {"source": "vk"},
    )
    assert (second.source, second.landing_page) == (form.source, "https://tours.example/b")


def test_the_same_person_twice_is_one_client(form: Any, client: Client) -> None:
    post(client)
    post(client, {"phone": "+7 916 123 45 67", "message": "Once more"})
    assert process_submissions() == 2
    assert Person.objects.count() == 1
    assert ContactPoint.objects.filter(kind="phone").count() == 1
    assert Fact.objects.filter(kind="form.submitted").count() == 2


def test_a_bad_one_does_not_stop_the_others(form: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    bad = accept(form, {**BODY, "name": "Bad"}, at=JOINED).id
    good = accept(form, {"phone": "+74950210044"}, at=JOINED).id

    def identify(leads: Any, *, at: Any) -> Any:
        if any(lead.name == "Bad" for lead in leads):
            raise ValueError("poison")
        return real(leads, at=at)

    real = background.identify_many
    monkeypatch.setattr(background, "identify_many", identify)
    assert process_submissions() == 1
    assert Submission.objects.get(pk=good).state == "done"
    for _ in range(background.TRIES):
        process_submissions()
    row = Submission.objects.get(pk=bad)
    assert (row.state, row.tries) == ("rejected", background.TRIES)
    assert "poison" in row.reason


def test_the_loop_is_known_to_the_worker(form: Any, drain: Any) -> None:
    accept(form, BODY, at=JOINED)
    drain(at=JOINED)
    assert Submission.objects.get().state == "done"
