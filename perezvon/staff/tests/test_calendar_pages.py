"""The page of a working calendar: several stretches a day, overlaps refused at the day, open or closed now."""

from typing import Any

from django.urls import reverse

from perezvon.staff.models import WorkCalendar


def test_an_overlap_is_refused_at_its_day(client_of: Any, admin: Any) -> None:
    calendar = WorkCalendar.objects.get(is_default=True)
    client, address = client_of(admin), reverse("staff:calendar", args=[calendar.pk])
    week = {
        "name": "Main",
        "time_zone": "Europe/Moscow",
        "day0": "09:00-13:00, 14:00-18:00",
        "day1": "09:00-13:00, 12:00-18:00",
    }
    page = client.post(address, week)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["day1"]
    assert client.post(address, {**week, "day1": "22:00-00:00"}).status_code == 302
    calendar.refresh_from_db()
    assert calendar.weekly["0"] == [["09:00", "13:00"], ["14:00", "18:00"]]
    holiday = {"day": "2027-01-01", "name": "Party", "intervals": "10:00-12:00, 11:00-13:00"}
    assert client.post(reverse("staff:calendar-day", args=[calendar.pk]), holiday).status_code == 422
    listed = client.get(reverse("staff:calendars")).content.decode()
    assert "open now" in listed or "closed now" in listed
