"""Complaints: from the client's word to the correction."""

import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from perezvon.crm.models import Note, Person
from perezvon.journey.models import Fact
from perezvon.kit import clock
from perezvon.staff.contracts import NounContract
from perezvon.staff.models import Notice
from perezvon.tickets.actions import complaints as actions
from perezvon.tickets.actions.errors import AlreadyEnded, FindOutFirst, NotDecided, NotYoursToDecide
from perezvon.tickets.models import Compensation, Complaint, ComplaintMove, ComplaintWord, SlaClock, Ticket
from perezvon.tickets.testing import DAY, HOUR, MONDAY, had, lived, request_of

pytestmark = pytest.mark.django_db


def word(kind="reason"):
    return ComplaintWord.objects.filter(kind=kind).first()


def complain(by, at=MONDAY, person=None, **more):
    return actions.open_complaint(
        reason=word(), text="Nobody called", severity="serious", by=by, at=at, person=person, **more
    )


class TestTheContract(NounContract):
    noun, list_url, detail_url = "complaint", "tickets:complaints", "tickets:complaint"
    max_list_queries, max_detail_queries = 16, 16

    def make(self, *, owner, department, at):
        one = complain(owner)
        Complaint.objects.filter(pk=one.pk).update(department=department)
        return Complaint.objects.get(pk=one.pk)


@pytest.fixture
def person(anna):
    return Person.objects.create(name="Ivan", created_at=MONDAY, responsible=anna, department=anna.department)


def test_the_whole_way(anna, boris, sales, person):
    sales.head = boris
    sales.save()
    one = complain(anna, person=person)
    assert one.answer_due == MONDAY + DAY and one.due_at == one.answer_due
    assert one.number in Note.objects.get(person=person).text
    with pytest.raises(FindOutFirst):
        actions.close_complaint(one, by=boris, at=MONDAY + HOUR)
    actions.find_out(
        one,
        is_justified=True,
        guilty=boris,
        guilty_stage=word("stage"),
        cause="Forgot",
        correction="A rule",
        by=anna,
        at=MONDAY + HOUR,
    )
    given = actions.compensate(one, kind=word("given"), amount=Decimal(5000), by=anna, at=MONDAY + HOUR)
    assert given.state == "waiting" and Notice.objects.filter(user=boris, kind="complaint.told").exists()
    actions.answer(one, text="We are sorry", way="call", by=anna, at=MONDAY + 2 * HOUR)
    with pytest.raises(NotDecided):
        actions.close_complaint(one, by=boris, at=MONDAY + 3 * HOUR)
    with pytest.raises(NotYoursToDecide):
        actions.decide(given, approved=True, by=anna, at=MONDAY + 3 * HOUR)
    actions.decide(given, approved=True, by=boris, at=MONDAY + 3 * HOUR)
    with pytest.raises(AlreadyEnded):
        actions.decide(given, approved=False, by=boris, at=MONDAY + 3 * HOUR)
    actions.close_complaint(one, by=boris, at=MONDAY + 4 * HOUR)
    assert [move.now for move in one.moves.all()] == ["new", "work", "answered", "closed"]
    closed = Fact.objects.get(kind="complaint.closed")
    assert closed.amount == 5000 and closed.details["guilty"] == boris.pk
    actions.reopen_complaint(one, comment="Again", by=boris, at=MONDAY + 5 * HOUR)
    assert one.is_open and one.due_at is not None


def test_a_small_compensation_needs_nobody_and_one_does_not_approve_his_own(boris, person):
    one = complain(boris, person=person)
    assert actions.compensate(one, kind=word("given"), amount=Decimal(500), by=boris, at=MONDAY).state == "approved"
    big = actions.compensate(one, kind=word("given"), amount=Decimal(5000), by=boris, at=MONDAY)
    with pytest.raises(NotYoursToDecide):
        actions.decide(big, approved=True, by=boris, at=MONDAY)


def test_the_same_again_is_a_repetition(anna, person):
    first = complain(anna, person=person)
    assert complain(anna, at=MONDAY + DAY, person=person).repeat_of == first
    assert complain(anna, at=MONDAY + timedelta(days=365), person=person).repeat_of is None


def test_late_it_is_told_every_working_day(anna, boris, sales, person):
    sales.head = boris
    sales.save()
    complain(anna, person=person)
    for day in range(1, 5):
        lived(MONDAY + day * DAY + HOUR)
    told = Notice.objects.filter(user=boris, kind="complaint.told")
    assert told.count() >= 3 and Fact.objects.filter(kind="complaint.overdue").count() >= 3


def test_the_database_keeps_it(anna, person):
    one = complain(anna, person=person)
    for rows in (Complaint.objects.all(), ComplaintMove.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=one.pk).update(stage="closed")


def test_from_a_request_in_one_click(client_of, anna):
    had(at=MONDAY, stage="talked", by=anna)
    lived(MONDAY + HOUR)
    ticket, browser = request_of(), client_of(anna)
    address = f"{reverse('tickets:complaint_add')}?ticket={ticket.pk}"
    assert browser.get(address).status_code == 200
    answer = browser.post(address, {"reason": word().pk, "severity": "minor", "text": "Rude"})
    one = Complaint.objects.get()
    assert answer.headers["Location"] == reverse("tickets:complaint", args=[one.pk])
    assert one.ticket == ticket and one.person == ticket.person
    panel = browser.get(reverse("tickets:complaints_of_person", args=[ticket.person_id])).content.decode()
    assert one.number in panel
    call = ticket.contacts.get().ref_id
    assert browser.get(reverse("tickets:complaints_of_call", args=[call])).status_code == 200


def test_verbs_on_the_screen(client_of, anna, boris, person):
    one, browser = complain(anna, at=clock.now(), person=person), client_of(anna)

    def post(name, *args, who=browser, **data):
        return who.post(reverse(f"tickets:{name}", args=[one.pk, *args]), data)

    assert post("complaint_answer", way="call").status_code == 422
    post("complaint_answer", way="call", text="Sorry")
    post("complaint_findings", is_justified="yes", cause="A", correction="B", guilty=anna.pk)
    post("complaint_compensation", kind=word("given").pk, amount="9000")
    given = Compensation.objects.get()
    assert browser.get(reverse("tickets:complaint_decision", args=[one.pk, given.pk])).status_code == 404
    head = client_of(boris)
    head.post(reverse("tickets:complaint_decision", args=[one.pk, given.pk]), {"comment": ""})
    post("complaint_closing", who=head, comment="Done")
    one.refresh_from_db()
    assert one.stage == "closed" and one.guilty == anna
    page = head.get(reverse("tickets:complaint_report"))
    figures = next(rows for column, _title, _nobody, rows in page.context["groups"] if column == "guilty")
    assert (figures[0].name, figures[0].count, figures[0].justified, figures[0].money) == ("Anna Petrova", 1, 1, 9000)
    behind = head.get(reverse("tickets:complaints"), {"show": "all", "guilty": anna.pk}).content.decode()
    assert one.number in behind


def test_words_and_deadlines_are_the_administrators(client_of, anna, admin):
    assert client_of(anna).get(reverse("tickets:complaint_settings")).status_code == 404
    browser = client_of(admin)
    browser.post(reverse("tickets:word_add"), {"kind": "reason", "name": "Weather"})
    assert "Weather" in browser.get(reverse("tickets:complaint_settings")).content.decode()
    form = browser.get(reverse("tickets:complaint_limits")).context["form"]
    values = {
        name: field.initial if field.initial is not None else form.initial.get(name)
        for name, field in form.fields.items()
    }
    browser.post(
        reverse("tickets:complaint_limits"), {**values, "answer_minor": 4, "approval_limit": 1, "repeat_days": 1}
    )
    assert actions.complaint_settings().answer_hours["minor"] == 4


def test_people_are_compared(client_of, anna, boris, sales):
    at = clock.now() - timedelta(days=2)
    had(at=at, stage="talked", by=anna, department=sales)
    had("+79160000001", at=at, department=sales)
    lived(at + HOUR)
    page = client_of(boris).get(reverse("tickets:compare"))
    row = next(each for each in page.context["rows"] if each.user == anna)
    assert (row.calls, row.given, row.new, row.won, row.conversion) == (1, 1, 1, 0, 0)
    assert client_of(anna).get(reverse("tickets:compare")).status_code == 404
    answer = client_of(boris).get(reverse("tickets:compare"), {"file": 1})
    assert "Anna Petrova" in b"".join(answer.streaming_content).decode()
    assert Fact.objects.filter(kind="ticket.compared").exists()


def test_what_is_compared_opens_into_what_it_counts(client_of, anna, boris, sales):
    at = clock.now() - timedelta(days=2)
    had(at=at, stage="talked", by=anna, department=sales)
    had("+79160000001", at=at, department=sales)
    lived(at + HOUR)
    Ticket.objects.update(responsible=anna)
    SlaClock.objects.all().delete()
    kept, broken = Ticket.objects.order_by("pk")
    SlaClock.objects.create(ticket=kept, kind="first", started_at=at, seconds=60, met_at=at)
    SlaClock.objects.create(ticket=broken, kind="first", started_at=at, seconds=60, breached_at=at + HOUR)
    head = client_of(boris)
    text = head.get(reverse("tickets:compare")).content.decode()
    links = [html.unescape(link) for link in re.findall('href="([^"]+)"', text)]
    promised, late = [link for link in links if "promises" in link]
    assert {row.pk for row in head.get(promised).context["page"].items} == {kept.pk, broken.pk}
    assert [row.pk for row in head.get(late).context["page"].items] == [broken.pk]
    (won_back,) = [link for link in links if f"healed_by={anna.pk}" in link]
    assert head.get(won_back).status_code == 200
