"""Queues, promises, escalation and checklists on the screen, and what people do with a request's time."""

import pytest
from django.urls import reverse

from perezvon.kit import clock
from perezvon.tickets.actions.rulebook import forget_rulebook
from perezvon.tickets.models import (
    AssignRule,
    ChecklistItem,
    LadderStep,
    QueueSeat,
    SlaPolicy,
    TicketPause,
    TicketQueue,
)
from perezvon.tickets.testing import HOUR, MINUTE, had, lived, request_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(anna):
    one = TicketQueue.objects.create(name="Everything")
    QueueSeat.objects.create(queue=one, user=anna)
    forget_rulebook()
    return one


@pytest.fixture
def ticket(anna, sales):
    at = clock.now() - 10 * MINUTE
    had(at=at, department=sales)
    lived(at + 3 * MINUTE)
    one = request_of()
    type(one).objects.update(responsible=anna)
    return request_of()


def post(browser, where, *args, **data):
    return browser.post(reverse(f"tickets:{where}", args=args), data)


def test_a_queue_is_made_on_the_screen(client_of, admin, anna):
    browser = client_of(admin)
    post(browser, "queue_add", name="VIP", priority="high", accept_minutes=5, keeps_manager="on")
    queue = TicketQueue.objects.get()
    post(browser, "seat_add", queue.pk, user=anna.pk, skills="English, visas", open_limit=3, daily_limit=0)
    assert QueueSeat.objects.get().skills == ["English", "visas"]
    assert post(browser, "rule_add", queue.pk, way="skill", name="").status_code == 422
    post(browser, "rule_add", queue.pk, way="skill", name="", skill="english")
    post(browser, "rule_add", queue.pk, way="load", name="Rest")
    first, second = AssignRule.objects.all()
    post(browser, "rule_order", queue.pk, second.pk, way="up")
    assert [rule.name for rule in AssignRule.objects.all()] == ["Rest", ""]
    text = browser.get(reverse("tickets:queue", args=[queue.pk])).content.decode()
    assert "Anna Petrova" in text and "visas" in text and "Rest" in text
    post(browser, "rule_gone", queue.pk, first.pk)
    post(browser, "seat_gone", queue.pk, QueueSeat.objects.get().pk)
    assert not QueueSeat.objects.exists() and AssignRule.objects.count() == 1


def test_a_condition_is_set_by_the_builder(client_of, admin, queue):
    browser, address = client_of(admin), reverse("tickets:condition", args=["queue", queue.pk])
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"do": "redraw", "f0": "channel", "g0": "0"}).status_code == 422
    browser.post(address, {"do": "done", "f0": "channel", "o0": "is", "v0": ["form"], "g0": "0", "w0": "all"})
    queue.refresh_from_db()
    assert queue.where == {"field": "channel", "op": "is", "value": ["form"]}
    assert browser.get(reverse("tickets:condition", args=["nonsense", 1])).status_code == 404


def test_settings_are_for_the_administrator(client_of, anna, queue):
    browser = client_of(anna)
    for name, args in (("queue", [queue.pk]), ("queue_add", []), ("promises", []), ("checklists", []), ("repeats", [])):
        assert browser.get(reverse(f"tickets:{name}", args=args)).status_code == 404
    text = browser.get(reverse("tickets:queues")).content.decode()
    assert "Everything" in text and reverse("tickets:queue", args=[queue.pk]) not in text


def test_only_own_queues_are_seen(client_of, anna, operator, queue):
    assert "Everything" in client_of(anna).get(reverse("tickets:queues")).content.decode()
    assert "Everything" not in client_of(operator).get(reverse("tickets:queues")).content.decode()


def test_the_rules_are_tried_without_giving_anything(client_of, boris, ticket, queue):
    page = client_of(boris).get(reverse("tickets:trial"), {"channel": "call", "when": "2026-03-02T12:00"})
    trial = page.context["trial"]
    assert trial.queue == queue and trial.person == "Anna Petrova"
    assert [step.is_given for step in trial.steps] == [True]
    again = client_of(boris).get(reverse("tickets:trial"), {"ticket": ticket.pk}).context["trial"]
    assert again.queue == queue
    assert request_of().queue is None


def test_promises_and_the_ladder_are_changed_on_the_screen(client_of, admin):
    browser = client_of(admin)
    post(browser, "promise_add", name="VIP", first_minutes=5)
    policy = SlaPolicy.objects.get()
    browser.post(
        reverse("tickets:step_add") + f"?policy={policy.pk}",
        {"kind": "first", "minutes": 0, "to": "owner", "way": "notice"},
    )
    assert policy.ladder.get().to == "owner"
    common = LadderStep.objects.filter(policy=None, kind="first", minutes=0).get()
    twice = post(browser, "step_add", kind="first", minutes=0, to=common.to, way="task")
    assert twice.status_code == 422
    post(browser, "step_gone", common.pk)
    assert post(browser, "repeats", repeats="no").status_code == 422
    post(browser, "repeats", repeats="30, 90")
    text = browser.get(reverse("tickets:promises")).content.decode()
    assert "VIP" in text and "30, 90" in text


def test_an_item_of_a_checklist_for_one_product(client_of, admin, anna, ticket):
    from perezvon.crm.models import Product

    sea, mountains = Product.objects.create(name="Sea"), Product.objects.create(name="Mountains")
    browser = client_of(admin)
    post(browser, "item_add", step="talk", text="Passport", is_required="on", product=sea.pk)
    item = ChecklistItem.objects.get(text="Passport")
    page = lambda: client_of(anna).get(reverse("tickets:ticket", args=[ticket.pk])).content.decode()  # noqa: E731
    assert "Passport" not in page()
    type(ticket).objects.update(product=sea)
    assert "Passport" in page()
    type(ticket).objects.update(product=mountains)
    assert "Passport" not in page()
    post(browser, "item", item.pk, step="talk", text="Passport", is_archived="on")
    assert "Passport" in browser.get(reverse("tickets:checklists")).content.decode()


def test_waiting_for_the_client_and_going_on(client_of, anna, ticket):
    browser = client_of(anna)
    assert browser.get(reverse("tickets:pause", args=[ticket.pk])).status_code == 200
    until = (clock.now() + 48 * HOUR).strftime("%Y-%m-%dT%H:%M")
    post(browser, "pause", ticket.pk, why="Passport", until=until)
    assert "Passport" in browser.get(reverse("tickets:ticket", args=[ticket.pk])).content.decode()
    row = browser.get(reverse("tickets:inbox"), {"show": "paused"}).content.decode()
    assert ticket.number in row and "waits for the client" in row
    post(browser, "resume", ticket.pk)
    assert TicketPause.objects.get().ended_by == anna
    assert post(browser, "resume", ticket.pk).status_code == 302


def test_priority_queue_and_on_it(client_of, anna, boris, ticket, queue):
    post(client_of(anna), "priority", ticket.pk, priority="urgent")
    assert request_of().priority == "urgent"
    assert client_of(anna).get(reverse("tickets:to_queue", args=[ticket.pk])).status_code == 404
    post(client_of(boris), "to_queue", ticket.pk, queue=queue.pk)
    assert request_of().queue == queue
    post(client_of(anna), "on_it", ticket.pk)
    assert request_of().clocks.get(kind="first").heard_by == anna
    assert post(client_of(anna), "accept", ticket.pk).status_code == 302
