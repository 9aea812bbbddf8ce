"""Waiting for the client, and no deal without a next action."""

from datetime import timedelta

import pytest
from django.urls import reverse

from perezvon.crm import actions
from perezvon.crm.actions import waits
from perezvon.crm.actions.errors import NextNeeded, Refused
from perezvon.crm.actions.forgotten import tell_forgotten
from perezvon.crm.models import DealWait, Task
from perezvon.crm.readers import note_contacts
from perezvon.journey.models import Fact
from perezvon.kit.clock import now
from perezvon.staff.models import Notice

pytestmark = pytest.mark.django_db
NOW = now()
LATER = NOW + timedelta(days=10)


def fresh(deal):
    deal.refresh_from_db()
    return deal


def test_a_waiting_deal_has_something_planned(anna, deal_of):
    deal = deal_of(anna)
    actions.wait(deal, LATER, why="думает до отпуска", by=anna, at=NOW)
    assert (deal.next_action_at, deal.next_action_kind, deal.next_action_title) == (LATER, "wait", "думает до отпуска")
    actions.set_task(kind="call", title="x", deadline=NOW + timedelta(days=1), deal=deal, by=anna, at=NOW)
    assert fresh(deal).next_action_kind == "call"
    for moment in (NOW - timedelta(days=1), NOW + timedelta(days=500)):
        with pytest.raises(Refused):
            actions.wait(deal, moment, why="x", by=anna, at=NOW)


@pytest.mark.parametrize(("direction", "ends"), [("in", True), ("out", False)])
def test_it_ends_by_itself_when_the_client_calls(anna, deal_of, direction, ends):
    deal = deal_of(anna)
    actions.wait(deal, LATER, why="думает", by=anna, at=NOW)
    fact = Fact(
        kind="call.ended", at=NOW + timedelta(days=1), person_id=deal.person_id, details={"direction": direction}
    )
    note_contacts([fact])
    note_contacts([fact])
    assert (DealWait.objects.get().ended_by == "client") is ends
    assert Task.objects.filter(origin="waited").count() == (1 if ends else 0)
    assert fresh(deal).next_action_kind == ("call" if ends else "wait")


def test_it_ends_when_the_client_writes_but_not_by_an_earlier_letter(anna, deal_of):
    deal = deal_of(anna)
    actions.wait(deal, LATER, why="думает", by=anna, at=NOW)
    note_contacts([Fact(kind="form.submitted", at=NOW - timedelta(hours=1), person_id=deal.person_id, details={})])
    assert DealWait.objects.get().ended_at is None
    note_contacts([Fact(kind="form.submitted", at=NOW + timedelta(hours=1), person_id=deal.person_id, details={})])
    assert DealWait.objects.get().ended_by == "client"


def test_the_time_being_over_brings_it_back_as_a_task(anna, deal_of, drain):
    deal = deal_of(anna)
    actions.wait(deal, LATER, why="ждёт премию", by=anna, at=NOW)
    drain(at=NOW + timedelta(days=9))
    assert not Task.objects.exists()
    drain(at=LATER + timedelta(minutes=1))
    task = Task.objects.get()
    assert (task.responsible, task.origin) == (anna, "waited") and "ждёт премию" in task.title
    assert waits.waits_over([DealWait.objects.get().pk], at=LATER) == 0


def test_the_last_task_of_an_open_deal_is_not_closed_into_nothing(anna, deal_of):
    deal = deal_of(anna)
    task = actions.set_task(kind="call", title="x", deadline=NOW, deal=deal, by=anna, at=NOW)
    with pytest.raises(NextNeeded):
        actions.finish_task(task, result="ок", then=None, by=anna, at=NOW)


def test_completing_offers_to_wait(client_of, anna, deal_of):
    deal, client = deal_of(anna), client_of(anna)
    task = actions.set_task(kind="call", title="x", deadline=NOW, deal=deal, by=anna, at=NOW)
    address = reverse("crm:task-done", args=[task.pk])
    assert client.post(address, {"text": "ок"}).status_code == 422
    task.refresh_from_db()
    assert task.done_at is None
    assert client.post(address, {"text": "ок", "next_kind": "wait", "when": "week"}).status_code == 302
    assert fresh(deal).next_action_kind == "wait"
    page = client.get(reverse("crm:deal", args=[deal.pk])).content.decode()
    assert "Waits until" in page
    assert client.post(reverse("crm:deal-wait", args=[deal.pk]), {"end": "1"}).status_code == 302
    assert fresh(deal).next_action_at is None
    assert client.post(reverse("crm:deal-wait", args=[deal.pk]), {"why": "ответ", "when": "3d"}).status_code == 302
    assert fresh(deal).next_action_kind == "wait"


def test_every_night_the_forgotten_deals_are_told(anna, boris, sales, deal_of):
    sales.head = boris
    sales.save()
    deal, other = deal_of(anna), deal_of(anna, phone="+79030000002")
    actions.wait(other, LATER, why="x", by=anna, at=NOW)
    assert tell_forgotten(at=NOW) == 1
    assert set(Notice.objects.values_list("user", flat=True)) == {anna.pk, boris.pk}
    assert tell_forgotten(at=NOW) == 1 and Notice.objects.count() == 2
    actions.set_task(kind="call", title="x", deadline=NOW, deal=deal, by=anna, at=NOW)
    assert tell_forgotten(at=NOW) == 0
