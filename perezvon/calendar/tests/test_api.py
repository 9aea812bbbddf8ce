"""Absences, holidays and free time through the door of programs."""

from typing import Any

from perezvon.staff.models import Absence, WorkCalendar

DAYS = {"first": "2026-08-03", "last": "2026-08-09"}


def test_ones_own_absence(anna: Any, program: Any) -> None:
    hers = program(anna)
    made = hers.post("absences", {"user_id": anna.pk, **DAYS})
    assert made.status_code == 201, made.content
    at = f"absences/{made.json()['id']}"
    assert hers.patch(at, {"last": "2026-08-05"}).json()["last"] == "2026-08-05"
    assert hers.patch(at, {"last": "2026-08-01"}).status_code == 422
    assert hers.post("absences", {"user_id": anna.pk, **DAYS}).status_code == 422
    assert hers.delete(at).status_code == 204
    assert not Absence.objects.exists()


def test_of_others_it_is_only_read(anna: Any, admin: Any, program: Any) -> None:
    made = program(admin).post("absences", {"user_id": admin.pk, **DAYS}).json()
    hers = program(anna)
    assert hers.get(f"absences/{made['id']}").status_code == 200
    assert hers.delete(f"absences/{made['id']}").status_code == 404
    assert hers.post("absences", {"user_id": admin.pk, **DAYS}).status_code == 422


def test_a_holiday_is_set_by_who_keeps_the_staff(anna: Any, admin: Any, program: Any) -> None:
    calendar = WorkCalendar.objects.first() or WorkCalendar.objects.create(is_default=True)
    sent = {"calendar_id": calendar.pk, "day": "2026-08-03", "intervals": [["10:00", "14:00"]]}
    assert program(anna).post("holidays", sent).status_code == 404
    made = program(admin).post("holidays", sent).json()
    assert made["intervals"] == [["10:00", "14:00"]]
    backwards = {**sent, "intervals": [["14:00", "10:00"]]}
    assert program(admin).post("holidays", backwards).status_code == 422
    assert program(admin).delete(f"holidays/{made['id']}").status_code == 204


def test_free_time_of_one(anna: Any, program: Any) -> None:
    hers = program(anna)
    answer = hers.get("free-time", who=str(anna.pk), first="2027-03-02", days=1)
    assert answer.status_code == 200 and isinstance(answer.json()["spans"], list)
    assert hers.get("free-time", who="999999", first="2027-03-02").status_code == 422
    assert hers.get("free-time", who="x", first="2027-03-02").status_code == 422
