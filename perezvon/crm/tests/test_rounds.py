"""Calling through a list."""

from typing import Any

import pytest
from django.urls import reverse

from perezvon.crm import actions, hooks
from perezvon.crm.models import CallRound, Task, TaskResult
from perezvon.journey.models import Fact
from perezvon.kit.clock import now

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return response.content.decode()


def begin(client: Any, *people: Any) -> Any:
    ids = [one.pk for one in people]
    return client.post(reverse("lists:do", args=["people"]), {"action": "call", "id": ids, "query": "sort=name"})


def test_one_client_after_another(client_of, anna, add):
    first, second, third = add(anna, "Анна"), add(anna, "Борис"), add(anna, "Вера")
    client, address = client_of(anna), reverse("crm:round")
    assert "Call through" in text(client.get(reverse("crm:people")))
    assert begin(client, first, second, third)["Location"] == address
    page = text(client.get(address))
    assert "Анна" in page and "1 of 3" in page
    ready = TaskResult.objects.filter(kind="call", next_kind="call").first()
    assert client.post(address, {"person": first.pk, "next_kind": "usual"}).status_code == 422
    assert client.post(address, {"person": first.pk, "result": ready.pk, "next_kind": "usual"}).status_code == 302
    done = Task.objects.get(person=first, done_at__isnull=False)
    assert (done.outcome, done.origin) == (ready, "round") and Task.objects.open().filter(person=first).count() == 1
    client.post(address, {"person": first.pk, "text": "ещё раз", "next_kind": ""})  # said in another window already
    assert Task.objects.filter(person=second).count() == 0
    client.post(reverse("crm:round-skip"), {"person": second.pk, "skip": "1"})
    client.post(address, {"person": third.pk, "text": "поговорили", "next_kind": ""})
    one = CallRound.objects.get()
    assert (one.called, one.place) == (2, 3) and one.ended_at
    assert Fact.objects.get(kind="round.ended").details["called"] == 2
    assert "Nobody is left" in text(client.get(address))


def test_a_planned_call_is_the_one_that_is_done(client_of, anna, deal_of):
    deal, client = deal_of(anna), client_of(anna)
    planned = actions.set_task(kind="call", title="Позвонить", deadline=now(), deal=deal, by=anna, at=now())
    begin(client, deal.person)
    sent = {"person": deal.person_id, "text": "ок", "next_kind": ""}
    assert client.post(reverse("crm:round"), sent).status_code == 422  # the deal would be left with nothing
    assert client.post(reverse("crm:round"), {**sent, "next_kind": "call"}).status_code == 302
    planned.refresh_from_db()
    assert planned.done_at and Task.objects.count() == 2


def test_nobody_out_of_sight_is_called_and_reasons_are_said(client_of, anna, operator, add):
    mine, foreign = add(anna, "Анна"), add(operator, "Чужой")
    client = client_of(anna)
    hooks.call_refusal.answer(lambda person, at: "ночь")
    try:
        begin(client, mine, foreign)
        assert CallRound.objects.get().people == [mine.pk]
        assert "ночь" in text(client.get(reverse("crm:round")))
    finally:
        hooks.call_refusal.forget()
    assert client.post(reverse("crm:round-skip"), {"end": "1"}).status_code == 302
    assert client.post(reverse("crm:round-skip"), {"end": "1"}).status_code == 404
