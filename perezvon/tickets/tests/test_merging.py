"""Requests of one client become one and two again."""

import pytest
from django.urls import reverse

from perezvon.crm.models import Task
from perezvon.tickets.actions import tickets as verbs
from perezvon.tickets.actions.errors import MergedAlready, NothingToSplit, NotOneClient, TwoDeals
from perezvon.tickets.actions.merging import link, merge, split, undo_merge
from perezvon.tickets.models import Ticket, TicketLink
from perezvon.tickets.shown import contacts_of
from perezvon.tickets.testing import DAY, HOUR, MINUTE, MONDAY, had, lived, request_of

pytestmark = pytest.mark.django_db
OTHER = "+79160000001"


@pytest.fixture
def two(anna, sales):
    """A lost request of a client, closed, and his next one."""
    had(at=MONDAY, department=sales)
    lived(MONDAY + 5 * DAY)
    had(at=MONDAY + 5 * DAY + HOUR, department=sales)
    lived(MONDAY + 5 * DAY + 2 * HOUR)
    old, new = Ticket.objects.order_by("pk")
    Ticket.objects.update(responsible=anna)
    return Ticket.objects.get(pk=old.pk), Ticket.objects.get(pk=new.pk)


def test_the_open_one_is_kept_and_the_old_journey_stays_as_it_was(two, anna):
    old, new = two
    loss = old.loss
    row = merge(old, new, by=anna, at=MONDAY + 6 * DAY)
    assert old.merged_into == new and (old.state, old.loss) == ("closed", loss) and new.state == "open"
    assert [each.contact.at for each in contacts_of(new, anna)] == [MONDAY + 5 * DAY + HOUR, MONDAY]
    with pytest.raises(MergedAlready):
        merge(new, old, by=anna, at=MONDAY + 6 * DAY)
    undo_merge(row, by=anna, at=MONDAY + 6 * DAY + HOUR)
    old.refresh_from_db(), new.refresh_from_db()
    assert old.merged_into is None and (old.state, old.loss) == ("closed", loss) and new.state == "open"


def test_contacts_and_tasks_come_over_and_go_back(two, anna):
    _old, kept = two
    had(at=MONDAY + 5 * DAY + 3 * HOUR)
    lived(MONDAY + 5 * DAY + 4 * HOUR)
    made = split(kept, [kept.contacts.latest("at").pk], by=anna, at=MONDAY + 6 * DAY)
    verbs.plan(made, kind="call", title="Ask", deadline=MONDAY + 8 * DAY, by=anna, at=MONDAY + 6 * DAY)
    row = merge(kept, made, by=anna, at=MONDAY + 6 * DAY + HOUR)
    assert made.merged_into == kept and made.state == "closed" and kept.contacts.count() == 2
    assert Task.objects.open().get(title="Ask").ticket_id == kept.pk
    had(at=MONDAY + 6 * DAY + 2 * HOUR)
    lived(MONDAY + 6 * DAY + 3 * HOUR)
    assert kept.contacts.count() == 3
    undo_merge(row, by=anna, at=MONDAY + 6 * DAY + 4 * HOUR)
    made.refresh_from_db()
    assert made.contacts.count() == 1 and made.state == "open"
    assert Task.objects.open().get(title="Ask").ticket_id == made.pk


def test_the_one_with_a_deal_is_kept(two, anna):
    old, new = two
    verbs.make_deal(new, at=MONDAY + 6 * DAY)
    merge(old, new, by=anna, at=MONDAY + 6 * DAY + HOUR)
    assert old.merged_into == new
    had(OTHER, at=MONDAY + 6 * DAY)
    lived(MONDAY + 6 * DAY + HOUR)
    stranger = request_of(OTHER)
    with pytest.raises(NotOneClient):
        merge(new, stranger, by=anna, at=MONDAY + 7 * DAY)
    Ticket.objects.filter(pk=stranger.pk).update(person=None)
    verbs.Ticket.objects.filter(pk=stranger.pk).update(deal_id=999)
    with pytest.raises(TwoDeals):
        merge(new, Ticket.objects.get(pk=stranger.pk), by=anna, at=MONDAY + 7 * DAY)


def test_some_contacts_are_split_off(two, anna):
    _old, new = two
    had(at=MONDAY + 5 * DAY + 3 * HOUR)
    lived(MONDAY + 5 * DAY + 4 * HOUR)
    first, second = new.contacts.order_by("at")
    with pytest.raises(NothingToSplit):
        split(new, [first.pk, second.pk], by=anna, at=MONDAY + 6 * DAY)
    made = split(new, [second.pk], by=anna, at=MONDAY + 6 * DAY)
    assert made.person == new.person and list(made.contacts.all()) == [second] and made.responsible == anna
    assert TicketLink.objects.get().other == made


def test_on_the_screen_by_number_and_both_numbers_find_it(client_of, anna, two):
    old, new = two
    browser = client_of(anna)
    page = browser.get(reverse("tickets:merge", args=[new.pk]))
    assert old.number in page.content.decode()
    browser.post(reverse("tickets:merge", args=[new.pk]), {"other": old.pk})
    old.refresh_from_db()
    assert old.merged_into == new
    answer = browser.get(reverse("tickets:inbox"), {"show": "all", "q": old.number}).content.decode()
    assert old.number in answer and f"→ {new.number}" in answer
    assert new.number in browser.get(reverse("tickets:ticket", args=[old.pk])).content.decode()
    browser.post(reverse("tickets:unmerge", args=[new.pk]), {"other": old.pk})
    old.refresh_from_db()
    assert old.merged_into is None
    link(new, old, by=anna, at=MONDAY + 7 * DAY)
    assert old.number in browser.get(reverse("tickets:ticket", args=[new.pk])).content.decode()
    browser.post(reverse("tickets:unlink", args=[new.pk, old.pk]))
    assert not TicketLink.objects.exists()
    assert Task.objects.count() >= 1 and MINUTE
