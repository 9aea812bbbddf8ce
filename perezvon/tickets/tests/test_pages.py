"""Pages of requests, through the door."""

from datetime import timedelta

import pytest
from django.urls import reverse

from perezvon.crm.actions import open_deal
from perezvon.crm.models import Person, Stage, Task
from perezvon.journey.models import Fact
from perezvon.kit import clock
from perezvon.lists.models import Bulk
from perezvon.staff.contracts import NounContract
from perezvon.telephony.models import Call
from perezvon.tickets import shown
from perezvon.tickets.models import ChecklistItem, Ticket
from perezvon.tickets.rows import insert_tickets
from perezvon.tickets.testing import CLIENT, HOUR, MINUTE, MONDAY, had, lived, request_of

pytestmark = pytest.mark.django_db


class TestTheContract(NounContract):
    noun, list_url, detail_url = "ticket", "tickets:inbox", "tickets:ticket"
    max_list_queries, max_detail_queries = 12, 19

    def make(self, *, owner, department, at):
        person = Person.objects.create(name=f"Client of {owner.name} {Person.objects.count()}", created_at=at)
        ticket = Ticket(
            person=person, channel="call", opened_at=at, last_contact_at=at, changed_at=at, responsible=owner,
            department=department,
        )  # fmt: skip
        return insert_tickets([ticket])[0]


@pytest.fixture
def ticket(anna):
    at = clock.now() - HOUR
    had(at=at, stage="talked", by=anna)
    lived(at + HOUR)
    return request_of()


@pytest.fixture
def missed(anna):
    at = clock.now() - HOUR
    call = had(at=at)
    Person.objects.filter(pk=call.person_id).update(responsible=anna, department=anna.department)
    lived(at + 3 * MINUTE)
    return request_of()


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query)


def test_the_queues_are_counted(client_of, anna, missed):
    answer = page(client_of(anna), "tickets:inbox", show="missed")
    chips = {chip.key: chip.count for chip in answer.context["chips"]}
    late = int(
        missed.due_at <= clock.now()
    )  # within working hours the promise is over, at night it runs until the morning
    assert chips == {
        "new": 1, "overdue": 0, "late": late, "missed": 1, "unplanned": 0, "nobody": 0, "paused": 0, "mine": 1, "open": 1,
        "all": None,
    }  # fmt: skip
    assert missed.number in answer.content.decode()


def test_a_fragment_answers_live_updates(client_of, anna, missed):
    text = client_of(anna).get(reverse("tickets:inbox"), headers={"HX-Request": "true"}).content.decode()
    assert missed.number in text and "<html" not in text


@pytest.mark.parametrize("text", ["{number}", "{tail}", "8 (916) 123-45-67", "Iva"])
def test_found_by_number_phone_and_name(client_of, anna, missed, text):
    Person.objects.update(name="Ivan")
    text = text.format(number=missed.number, tail=int(missed.number[5:]))
    rows = page(client_of(anna), "tickets:inbox", show="all", q=text).context["page"].items
    assert [row.pk for row in rows] == [missed.pk]
    assert not page(client_of(anna), "tickets:inbox", show="all", q="Zzz").context["page"].items


def test_every_queue_and_box_answers(client_of, boris, missed):
    for show in shown.SHOWS:
        assert page(client_of(boris), "tickets:inbox", show=show).status_code == 200
    asked = {"loss": "L05", "source": "none", "responsible": "me", "queue": "1", "sort": "due"}
    assert page(client_of(boris), "tickets:inbox", show="all", **asked).status_code == 200
    assert page(client_of(boris), "tickets:inbox", group="responsible").status_code == 200


def test_many_requests_change_hands_and_come_back(client_of, boris, missed):
    browser, before = client_of(boris), missed.responsible_id
    address = reverse("lists:do", args=["tickets"])
    sent = {"action": "assign", "id": [missed.pk], "sure": "1", "responsible": boris.pk}
    assert browser.post(address, sent).status_code == 302
    assert request_of().responsible_id == boris.pk != before
    browser.post(reverse("lists:undo", args=[Bulk.objects.get().pk]))
    assert request_of().responsible_id == before


def test_requests_stand_in_the_day_and_in_the_unsorted_column(client_of, anna, boris, ticket):
    browser = client_of(anna)
    Ticket.objects.filter(pk=ticket.pk).update(responsible=anna, next_task_id=None)
    assert ticket.number in browser.get(reverse("crm:day")).content.decode()
    stage = Stage.objects.filter(kind="unsorted").first()
    column = reverse("tickets:unsorted", args=[stage.pk])
    assert column in browser.get(reverse("crm:board")).content.decode()
    assert ticket.number in browser.get(column).content.decode()
    address = reverse("crm:snooze", args=["ticket", ticket.pk])
    assert browser.post(address, {"when": "tomorrow"}).status_code == 302
    assert ticket.number not in browser.get(reverse("crm:day")).content.decode()


def test_a_request_is_attached_to_a_deal_that_exists(client_of, anna, ticket):
    browser, address = client_of(anna), reverse("tickets:attach", args=[ticket.pk])
    deal = open_deal(person=ticket.person, title="Уже есть", by=anna, at=clock.now())
    assert "Уже есть" in browser.get(address).content.decode()
    assert browser.post(address, {}).status_code == 422
    assert browser.post(address, {"number": 999_999}).status_code == 422
    assert browser.post(address, {"deal": deal.pk}).status_code == 302
    assert request_of().deal_id == deal.pk and Fact.objects.filter(kind="ticket.attached").exists()
    assert browser.post(address, {"deal": deal.pk}).status_code == 422  # it has one now


def test_a_request_joins_the_one_that_a_deal_has_already(client_of, anna, ticket):
    first = open_deal(person=ticket.person, title="Одна на двоих", by=anna, at=clock.now())
    browser = client_of(anna)
    browser.post(reverse("tickets:attach", args=[ticket.pk]), {"deal": first.pk})
    wife = Person.objects.create(name="Жена", responsible=anna, department=anna.department, created_at=clock.now())
    now = clock.now()
    second = insert_tickets([
        Ticket(person=wife, channel="call", opened_at=now, last_contact_at=now, changed_at=now, responsible=anna)
    ])[0]  # fmt: skip
    answer = browser.post(reverse("tickets:attach", args=[second.pk]), {"number": first.pk})
    assert answer.status_code == 302
    second.refresh_from_db()
    assert second.merged_into_id == ticket.pk and second.deal_id is None and not second.is_open
    assert Ticket.objects.get(deal_id=first.pk).pk == ticket.pk


def test_a_number_is_masked_without_the_right(client_of, boris, missed):
    from perezvon.staff import access
    from perezvon.staff.models import Grant

    assert "123-45-67" in page(client_of(boris), "tickets:ticket", missed.pk).content.decode()
    Grant.objects.filter(noun="phone").delete()
    access.forget_everybody()  # as the staff's own actions do
    for name, args in (("tickets:ticket", [missed.pk]), ("tickets:inbox", [])):
        text = page(client_of(boris), name, *args).content.decode()
        assert "123-45-67" not in text and CLIENT not in text and "•••-••-67" in text


def test_the_page_shows_the_way_and_where_it_was_lost(client_of, anna, missed):
    answer = page(client_of(anna), "tickets:ticket", missed.pk)
    states = [step.state for step in answer.context["steps"]]
    assert states[:5] == ["passed", "passed", "passed", "passed", "lost"]
    assert set(states[5:]) == {"ahead"}
    assert len(answer.context["contacts"]) == 1


def test_a_deal_by_the_form(client_of, anna, ticket):
    browser, address = client_of(anna), reverse("tickets:deal", args=[ticket.pk])
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"title": "Sea", "amount": "1000"}).status_code == 422
    required = list(ChecklistItem.objects.filter(is_required=True).values_list("pk", flat=True))
    answer = browser.post(address, {"title": "Sea", "amount": "1000", "ticked": required})
    ticket.refresh_from_db()
    assert answer.headers["Location"] == reverse("crm:deal", args=[ticket.deal_id])


def test_not_a_target_by_the_form(client_of, anna, ticket):
    browser, address = client_of(anna), reverse("tickets:out", args=[ticket.pk])
    assert browser.post(address, {}).status_code == 422
    assert browser.post(address, {"reason": "Spam"}).status_code == 302
    assert Ticket.objects.get().state == "out"


def test_closing_is_refused_while_something_is_due(client_of, anna, missed):
    address = reverse("tickets:closing", args=[missed.pk])
    assert client_of(anna).post(address, {"reason": "Enough"}).status_code == 422
    assert Ticket.objects.get().state == "open"


def test_called_back_and_next_step(client_of, anna, missed):
    browser = client_of(anna)
    browser.post(reverse("tickets:callback", args=[missed.pk]), {"result": "Wrote to him"})
    assert not Task.objects.open().exists()
    when = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    browser.post(reverse("tickets:tasks", args=[missed.pk]), {"kind": "call", "deadline": when})
    assert Task.objects.open().get().origin == "next_step"


def test_ticking_off(client_of, anna, ticket):
    item = ChecklistItem.objects.first()
    client_of(anna).post(reverse("tickets:checks", args=[ticket.pk]), {"item": item.pk})
    assert ticket.marks.get().by == anna


def test_handing_over(client_of, anna, boris, ticket):
    assert client_of(anna).get(reverse("tickets:responsible", args=[ticket.pk])).status_code == 404
    client_of(boris).post(reverse("tickets:responsible", args=[ticket.pk]), {"responsible": boris.pk})
    assert Ticket.objects.get().responsible == boris
    assert client_of(anna).get(reverse("tickets:ticket", args=[ticket.pk])).status_code == 404


def test_a_free_request_is_taken(client_of, operator, support):
    at = clock.now() - HOUR
    had(at=at, department=support)
    lived(at + 3 * MINUTE)
    assert client_of(operator).post(reverse("tickets:take", args=[request_of().pk])).status_code == 302
    assert request_of().responsible == operator
    assert Task.objects.get().responsible == operator


def test_settings_are_for_the_administrator(client_of, anna, admin):
    address = reverse("tickets:settings")
    assert client_of(anna).get(address).status_code == 404
    browser = client_of(admin)
    form = browser.get(address).context["form"]
    values = {**form.initial, "window_hours": 24}
    assert browser.post(address, {**values, "window_hours": 0}).status_code == 422
    assert browser.post(address, values).status_code == 302
    assert browser.get(address).context["form"].initial["window_hours"] == 24


def test_panels_show_what_the_person_may_see(client_of, anna, gleb, ticket):
    address = reverse("tickets:of-person", args=[ticket.person_id])
    Person.objects.update(responsible=anna)
    assert ticket.number in client_of(anna).get(address).content.decode()
    assert client_of(gleb).get(address).status_code == 404


def test_search_by_number(anna, gleb, ticket):
    from perezvon.tickets.plugs import found, waiting

    assert [hit.title for hit in found(anna, ticket.number, 5)] == [f"№ {ticket.number}"]
    assert found(gleb, ticket.number, 5) == [] and found(anna, "Ivan", 5) == []
    assert waiting(anna) == 0
    assert MONDAY


def test_who_calls_is_shown_with_his_open_request(client_of, anna, gleb, missed):
    call = Call.objects.get(person=missed.person_id)
    Person.objects.filter(pk=missed.person_id).update(name="Ivan")
    text = page(client_of(anna), "telephony:pop", call=call.pk).content.decode()
    assert missed.number in text and "did not get through" in text
    assert shown.open_requests(gleb, [missed.person_id]) == {}
