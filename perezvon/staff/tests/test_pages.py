import re
from typing import Any

import pytest
from django.urls import reverse

from perezvon.staff.actions import dismiss, issue_token, set_presence
from perezvon.staff.contracts import NounContract
from perezvon.staff.models import (
    ApiToken,
    Department,
    Grant,
    Holiday,
    Presence,
    PresenceReason,
    Role,
    User,
    WorkCalendar,
)
from perezvon.staff.testing import JOINED, PASSWORD, person


class TestPeople(NounContract):
    noun, list_url, detail_url = "staff", "staff:people", "staff:person"
    max_list_queries, max_detail_queries = 8, 8

    def make(self, *, owner: Any, department: Any, at: Any) -> Any:
        number = User.objects.count()
        return person(f"Person{number} Known", department=department, email=f"known{number}@veter.example")

    def test_own_rows_only(self, client_of: Any, granted: Any, anna: Any) -> None:
        reader = granted("own")
        self._shows(client_of(reader), reader, anna)


CARD = {"name": "New Person", "email": "new@veter.example", "language": "ru", "extension": "301"}
PAGES = [
    ("staff:people", []),
    ("staff:person-add", []),
    ("staff:departments", []),
    ("staff:department-add", []),
    ("staff:roles", []),
    ("staff:role", ["seller"]),
    ("staff:calendars", []),
    ("staff:calendar-add", []),
]


@pytest.mark.parametrize(("name", "args"), PAGES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_are_for_administrators(
    admin: Any, anna: Any, client_of: Any, name: str, args: list[Any], language: str
) -> None:
    User.objects.filter(pk=admin.pk).update(language=language)
    assert client_of(admin).get(reverse(name, args=args)).status_code == 200
    assert client_of(anna).get(reverse(name, args=args)).status_code == 404
    assert client_of(None).get(reverse(name, args=args)).status_code == 302


def test_a_person_is_taken_on(admin: Any, sales: Any, client_of: Any) -> None:
    role = Role.objects.get(key="seller")
    data = {**CARD, "department": sales.pk, "roles": [role.pk], "password": PASSWORD}
    answer = client_of(admin).post(reverse("staff:person-add"), data)
    new = User.objects.get(email=CARD["email"])
    assert answer["Location"] == reverse("staff:person", args=[new.pk])
    assert (new.department, list(new.roles.all())) == (sales, [role])
    assert new.check_password(PASSWORD)


def test_mistakes_stand_beside_the_fields(admin: Any, anna: Any, client_of: Any) -> None:
    data = {**CARD, "email": anna.email, "password": PASSWORD}
    answer = client_of(admin).post(reverse("staff:person-add"), data)
    assert answer.status_code == 422
    assert "email" in answer.context["form"].errors
    weak = client_of(admin).post(reverse("staff:person-add"), {**CARD, "password": "123"})
    assert "password" in weak.context["form"].errors


def test_a_card_is_changed(admin: Any, anna: Any, support: Any, client_of: Any) -> None:
    operator = Role.objects.get(key="operator")
    data = {**CARD, "department": support.pk, "roles": [operator.pk]}
    assert client_of(admin).post(reverse("staff:person", args=[anna.pk]), data).status_code == 302
    anna.refresh_from_db()
    assert (anna.name, anna.department, anna.extension) == ("New Person", support, "301")
    assert [role.key for role in anna.roles.all()] == ["operator"]


def test_a_reader_of_the_staff_changes_nothing(anna: Any, boris: Any, client_of: Any) -> None:
    address = reverse("staff:person", args=[anna.pk])
    browser = client_of(boris)
    assert "form-field" not in browser.get(address).content.decode()
    browser.post(address, CARD)
    anna.refresh_from_db()
    assert anna.name == "Anna Petrova"
    assert browser.post(reverse("staff:leaving", args=[anna.pk])).status_code == 404


def test_leaving_and_returning(admin: Any, anna: Any, client_of: Any) -> None:
    browser = client_of(admin)
    browser.post(reverse("staff:leaving", args=[anna.pk]))
    anna.refresh_from_db()
    assert not anna.is_active
    page = browser.get(reverse("staff:people") + "?left=1").content.decode()
    assert "Anna Petrova" in page
    browser.post(reverse("staff:returning", args=[anna.pk]))
    browser.post(reverse("staff:password", args=[anna.pk]), {"password": "another-horse-7"})
    anna.refresh_from_db()
    assert anna.is_active and anna.check_password("another-horse-7")
    assert browser.post(reverse("staff:password", args=[anna.pk]), {"password": "1"}).status_code == 422
    browser.post(reverse("staff:leaving", args=[admin.pk]))
    admin.refresh_from_db()
    assert admin.is_active


def test_the_tree_is_edited(admin: Any, sales: Any, support: Any, company: Any, client_of: Any) -> None:
    browser = client_of(admin)
    browser.post(reverse("staff:department-add"), {"name": "Tours", "parent": sales.pk})
    tours = Department.objects.get(name="Tours")
    assert tours.path.startswith(sales.path)
    browser.post(
        reverse("staff:department", args=[tours.pk]), {"name": "Trips", "parent": support.pk, "head": admin.pk}
    )
    tours.refresh_from_db()
    assert (tours.name, tours.head) == ("Trips", admin)
    assert tours.path.startswith(support.path)
    knot = browser.post(reverse("staff:department", args=[company.pk]), {"name": "Company", "parent": tours.pk})
    assert knot.status_code == 422
    assert "Trips" in browser.get(reverse("staff:departments")).content.decode()


def test_the_matrix_is_edited(admin: Any, anna: Any, client_of: Any) -> None:
    browser = client_of(admin)
    address = reverse("staff:role", args=["seller"])
    browser.post(address, {"deal.view": "department", "person.view": "", "deal.teleport": "all", "task.view": "galaxy"})
    granted = dict(Grant.objects.filter(role__key="seller", verb="view").values_list("noun", "scope"))
    assert granted["deal"] == "department"
    assert "person" not in granted
    assert granted["task"] == "own"
    browser.post(reverse("staff:role", args=["administrator"]), {"staff.administer": ""})
    assert Grant.objects.filter(role__key="administrator", noun="staff", verb="administer").exists()


def test_a_role_of_our_own(admin: Any, client_of: Any) -> None:
    like = Role.objects.get(key="seller")
    client_of(admin).post(reverse("staff:roles"), {"name": "Trainee", "like": like.pk})
    new = Role.objects.get(name="Trainee")
    assert new.grants.count() == like.grants.count()
    assert str(new) == "Trainee"


def test_calendars_are_edited(admin: Any, client_of: Any) -> None:
    browser = client_of(admin)
    week = {f"day{day}": "09:00-13:00, 14:00–18:00" for day in range(5)}
    made = browser.post(reverse("staff:calendar-add"), {"name": "Two shifts", "time_zone": "Europe/Moscow", **week})
    calendar = WorkCalendar.objects.get(name="Two shifts")
    assert made["Location"] == reverse("staff:calendar", args=[calendar.pk])
    assert calendar.weekly["0"] == [["09:00", "13:00"], ["14:00", "18:00"]]
    assert calendar.weekly["6"] == []
    assert calendar.holidays.filter(name="russia").exists()
    address = reverse("staff:calendar", args=[calendar.pk])
    wrong = browser.post(address, {"name": "Two shifts", "time_zone": "Europe/Moscow", "day0": "from nine"})
    assert wrong.status_code == 422
    odd = browser.post(address, {"name": "Two shifts", "time_zone": "Mars/Base", "day0": "9:00-18:00"})
    assert "time_zone" in odd.context["form"].errors
    browser.post(reverse("staff:calendar-day", args=[calendar.pk]), {"day": "2099-06-02", "intervals": "10:00-12:00"})
    day = Holiday.objects.get(day="2099-06-02")
    assert "10:00–12:00" in browser.get(address).content.decode()
    browser.post(reverse("staff:calendar-day-remove", args=[calendar.pk, day.pk]))
    assert not Holiday.objects.filter(pk=day.pk).exists()


def test_presence_is_switched_in_the_menu(anna: Any, client_of: Any) -> None:
    browser = client_of(anna)
    assert reverse("staff:presence") in browser.get(reverse("staff:profile")).content.decode()
    lunch = PresenceReason.objects.get(name="Обед")
    answer = browser.post(reverse("staff:presence"), {"state": f"break:{lunch.pk}", "next": "/profile/"})
    assert answer["Location"] == "/profile/"
    now = Presence.objects.get(user=anna, until=None)
    assert (now.state, now.reason) == ("break", "Обед")
    page = browser.get("/profile/").content.decode()
    assert re.search(r'presence-word">Обед<', page)
    strange = browser.post(reverse("staff:presence"), {"state": f"away:{lunch.pk}"})  # a reason of another state
    assert strange.status_code == 302 and Presence.objects.get(user=anna, until=None).reason == ""
    fragment = browser.post(reverse("staff:presence") + "?next=/day/", {"state": "outbound:"}, HTTP_HX_REQUEST="true")
    assert b'name="next" value="/day/"' in fragment.content and b"<html" not in fragment.content
    assert browser.post(reverse("staff:presence"), {"state": "asleep"}).status_code == 400
    outside = browser.post(reverse("staff:presence"), {"state": "away", "next": "https://elsewhere.example/"})
    assert outside["Location"] == "/"


def test_reasons_are_kept_by_the_administrator(admin: Any, anna: Any, client_of: Any) -> None:
    browser = client_of(admin)
    card = {"name": "Doctor", "state": "away", "minutes": "", "order": "5", "is_used": "on"}
    assert browser.post(reverse("staff:reason-add"), card)["Location"] == reverse("staff:reasons")
    assert browser.post(reverse("staff:reason-add"), {**card, "name": "doctor"}).status_code == 422
    doctor = PresenceReason.objects.get(name="Doctor")
    offered = f'value="away:{doctor.pk}"'
    assert offered in client_of(anna).get("/profile/").content.decode()
    browser.post(reverse("staff:reason", args=[doctor.pk]), {**card, "is_used": ""})
    assert offered not in client_of(anna).get("/profile/").content.decode()
    assert "Doctor" in browser.get(reverse("staff:reasons")).content.decode()
    assert client_of(anna).get(reverse("staff:reasons")).status_code == 404


def test_ones_own_page(anna: Any, client_of: Any) -> None:
    browser = client_of(anna)
    browser.post(reverse("staff:profile"), {"name": "Anna P.", "language": "ru"})
    anna.refresh_from_db()
    assert (anna.name, anna.language) == ("Anna P.", "ru")
    assert browser.post(reverse("staff:profile"), {"name": "", "language": "xx"}).status_code == 422


def test_a_token_is_shown_once(anna: Any, client_of: Any) -> None:
    browser = client_of(anna)
    page = browser.post(reverse("staff:tokens"), {"name": "screen pop"}).content.decode()
    token = ApiToken.objects.get(user=anna)
    text = page.split('id="new-token">')[1].split("<")[0]
    assert text.startswith(f"pzv_{token.prefix}_")
    assert text not in browser.get(reverse("staff:profile")).content.decode()
    assert token.digest not in page
    browser.post(reverse("staff:token-remove", args=[token.pk]))
    assert not ApiToken.objects.exists()


def test_a_foreign_token_cannot_be_taken_back(anna: Any, boris: Any, client_of: Any) -> None:
    token, _text = issue_token(anna, "mine", at=JOINED)
    assert client_of(boris).post(reverse("staff:token-remove", args=[token.pk])).status_code == 404


def test_the_page_speaks_the_persons_language(anna: Any, client_of: Any) -> None:
    browser = client_of(anna)
    browser.cookies["django_language"] = "ru"
    assert 'lang="en"' in browser.get(reverse("staff:profile")).content.decode()
    browser.post(reverse("web:language"), {"language": "ru", "next": "/"})
    assert 'lang="ru"' in browser.get(reverse("staff:profile")).content.decode()
    anna.refresh_from_db()
    assert anna.language == "ru"


def test_who_left_shows_when(admin: Any, anna: Any, client_of: Any) -> None:
    set_presence(anna, "available", at=JOINED)
    dismiss(anna, by=admin, at=JOINED)
    page = client_of(admin).get(reverse("staff:person", args=[anna.pk]))
    assert page.status_code == 200
