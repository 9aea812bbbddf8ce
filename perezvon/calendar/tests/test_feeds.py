"""Calendars by address: what a telephone reads, for whom, how often anew."""

from datetime import timedelta

import icalendar
import pytest
from django.utils import timezone

from perezvon.calendar.models import CalendarFeed
from perezvon.crm import actions
from perezvon.kit.clock import now
from perezvon.staff.actions import change_user, dismiss

pytestmark = pytest.mark.django_db


def address(client, **fields) -> str:
    page = client.post("/calendar/feeds/make/", {"name": "Телефон", **fields})
    return page.context["new_url"].removeprefix("http://testserver")


def events(client, url) -> dict[str, icalendar.Event]:
    answer = client.get(url)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    return {str(one["SUMMARY"]): one for one in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")}


@pytest.fixture
def planned(anna):
    at = now()
    person = actions.add_person(name="Олег Смирнов", phones=["+79161234567"], responsible=anna, by=anna, at=at)
    starts = at + timedelta(days=1)
    ends = starts + timedelta(hours=1)
    actions.set_task(
        kind="meeting", title="Встреча; обсудить, тур", person=person, starts_at=starts, ends_at=ends, deadline=ends, by=anna, at=at
    )  # fmt: skip
    return actions.set_task(kind="call", title="Позвонить Олегу", person=person, deadline=ends, by=anna, at=at)


def test_a_telephone_reads_slots_with_reminders_in_utc(anna, boris, planned, client_of):
    url, phone = address(client_of(anna), with_names="on"), client_of(None)
    read = events(phone, url)
    (event,) = read.values()
    assert list(read) == ["Встреча; обсудить, тур · Олег Смирнов"]
    assert event["DTSTART"].dt.utcoffset() == timedelta(0) and event["TRANSP"] == "OPAQUE"
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [-timedelta(minutes=15), -timedelta(minutes=60)]
    text = phone.get(url).content.decode()
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT15M" in text and "+7916" not in text


def test_without_names_nothing_tells_who_the_client_is(anna, planned, client_of):
    text = client_of(None).get(address(client_of(anna), with_tasks="on")).content.decode()
    assert "Олег" not in text and "Позвонить" not in text and "SUMMARY:Call" in text


def test_a_deadline_is_a_whole_day_of_its_person(anna, planned, client_of):
    change_user(anna, {"time_zone": "Asia/Vladivostok"}, at=now())
    read = events(client_of(None), address(client_of(anna), with_names="on", with_tasks="on"))
    day = timezone.localtime(planned.deadline, __import__("zoneinfo").ZoneInfo("Asia/Vladivostok")).date()
    assert read["Позвонить Олегу · Олег Смирнов"]["DTSTART"].dt == day


def test_what_has_not_changed_is_not_sent_again(anna, planned, client_of):
    url, phone = address(client_of(anna)), client_of(None)
    tag = phone.get(url)["ETag"]
    assert phone.get(url, headers={"If-None-Match": tag}).status_code == 304
    actions.complete_task(planned, result="Да", by=anna, at=now())
    meeting = anna_meeting(anna)
    actions.move_task(meeting, meeting.starts_at + timedelta(hours=1), by=anna, at=now())
    assert phone.get(url, headers={"If-None-Match": tag}).status_code == 200


def anna_meeting(anna):
    from perezvon.crm.models import Task

    return Task.objects.get(kind="meeting", responsible=anna)


def test_an_address_is_taken_back_and_opens_nothing_for_strangers(anna, boris, planned, client_of):
    url, phone = address(client_of(anna)), client_of(None)
    feed = CalendarFeed.objects.get()
    assert url.count(feed.prefix) == 1 and feed.digest not in url
    assert (
        phone.get(url[:-6] + "x.ics").status_code == 404 and phone.get("/calendar/feed/nothing.ics").status_code == 404
    )
    assert client_of(boris).post(f"/calendar/feeds/{feed.pk}/revoke/").status_code == 404
    assert client_of(anna).post(f"/calendar/feeds/{feed.pk}/revoke/").status_code == 302
    assert phone.get(url).status_code == 404
    url = address(client_of(anna))
    dismiss(anna, by=boris, at=now())
    assert phone.get(url).status_code == 404
