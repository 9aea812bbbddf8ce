"""Planning through the door: the form, the page of a task, kinds, dragging, repetition, many people."""

from datetime import timedelta

import pytest
from django.utils import timezone

from perezvon.crm import actions
from perezvon.crm.models import Task, TaskKind, TaskSeries
from perezvon.kit.clock import now
from perezvon.staff.actions import set_absence

pytestmark = pytest.mark.django_db


def plan(client, **fields):
    return client.post("/tasks/add/", {"kind": "call", "when": "tomorrow", **fields})


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_meeting_takes_its_time_and_a_call_does_not(anna, client_of):
    client = client_of(anna)
    assert plan(client, kind="meeting").status_code == 302 and plan(client).status_code == 302
    call, met = Task.objects.order_by("kind")
    assert met.ends_at - met.starts_at == timedelta(hours=1) and met.deadline == met.ends_at
    assert call.starts_at is None and call.title == "Call the client"
    assert plan(client, length="30").status_code == 302
    assert Task.objects.latest("pk").ends_at - Task.objects.latest("pk").starts_at == timedelta(minutes=30)
    page = text_of(client.get(f"/tasks/{met.pk}/"))
    assert "1 hour before, 15 minutes before" in page and "In the calendar" in page


def test_a_repeating_task_is_planned_changed_left_out_and_stopped(anna, client_of):
    client = client_of(anna)
    assert plan(client, every="week", days=["0", "3"], step="2").status_code == 302
    one, series = Task.objects.get(), TaskSeries.objects.get()
    assert series.rule == "FREQ=WEEKLY;BYDAY=MO,TH;INTERVAL=2"
    page = text_of(client.get(f"/tasks/{one.pk}/"))
    assert "every 2 weeks: Monday, Thursday, at 10:00" in page
    form = client.get(f"/tasks/{one.pk}/series/").context["form"]
    fields = {**form.initial, "moment": "2030-01-01T09:30", "every": "day", "step": "1", "until": "", "title": "Обзвон"}
    assert client.post(f"/tasks/{one.pk}/series/", fields).status_code == 302
    again = Task.objects.get()
    assert (again.title, timezone.localtime(again.time).strftime("%d.%m %H:%M")) == ("Обзвон", "01.01 09:30")
    client.post(f"/tasks/{again.pk}/skip/")
    third = Task.objects.get()
    assert timezone.localtime(third.time).day == 2
    client.post(f"/tasks/{third.pk}/stop/")
    assert "(no more)" in text_of(client.get(f"/tasks/{third.pk}/"))


def test_the_head_plans_for_many_and_sees_how_far_they_are(anna, boris, operator, sales, client_of):
    operator.department = sales
    operator.save()
    client = client_of(boris)
    assert plan(client, people=[anna.pk, operator.pk], mode="first").status_code == 302
    hers = Task.objects.get(responsible=anna)
    assert "I take it" in text_of(client_of(anna).get(f"/tasks/{hers.pk}/"))
    assert client_of(anna).post(f"/tasks/{hers.pk}/take/").status_code == 302
    assert Task.objects.get() == hers
    assert "for many people" not in text_of(client_of(anna).get("/tasks/add/")).lower()  # she may not hand over
    assert plan(client, people=[anna.pk, operator.pk], mode="each", every="day").status_code == 422


def test_handing_over_suggests_who_stands_in_and_is_remembered(anna, boris, operator, sales, client_of):
    operator.department = sales
    operator.save()
    task = actions.set_task(kind="call", title="Звонок", deadline=now(), responsible=anna, by=boris, at=now())
    today = timezone.localdate()
    set_absence(user=anna, kind="sick", first=today, last=today, substitute=operator, at=now())
    client = client_of(boris)
    assert "stands in" in text_of(client.get(f"/tasks/{task.pk}/"))
    assert client.get(f"/tasks/{task.pk}/hand/").context["form"]["responsible_id"].value() == operator.pk
    client.post(f"/tasks/{task.pk}/hand/", {"responsible_id": operator.pk, "why": "болеет"})
    assert "Anna Petrova → Olga Kim" in text_of(client.get(f"/tasks/{task.pk}/"))
    assert client_of(anna).get(f"/tasks/{task.pk}/hand/").status_code == 404


def test_a_drag_is_said_no_to_in_words(anna, boris, client_of):
    task = actions.set_task(
        kind="call", title="Звонок", deadline=now(), responsible=anna, by=boris, at=now(), is_hard=True
    )  # fmt: skip
    later = {"starts_at": (timezone.localtime(now()) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"), "minutes": "45"}
    refusal = client_of(anna).post(f"/tasks/{task.pk}/slot/", {**later, "dragged": "1"})
    assert refusal.status_code == 409 and "hard" in refusal.content.decode()
    assert client_of(boris).post(f"/tasks/{task.pk}/slot/", {**later, "dragged": "1"}).status_code == 204
    task.refresh_from_db()
    assert task.ends_at - task.starts_at == timedelta(minutes=45)
    overlap = actions.set_task(kind="call", title="Другой", deadline=now(), responsible=anna, by=boris, at=now())
    said = client_of(boris).post(f"/tasks/{overlap.pk}/slot/", {**later, "dragged": "1"})
    assert said.status_code == 200 and "overlaps" in said.content.decode()
    assert client_of(boris).post(f"/tasks/{task.pk}/slot/", {"starts_at": "x", "dragged": "1"}).status_code == 409
    client_of(boris).post(f"/tasks/{task.pk}/unslot/")
    task.refresh_from_db()
    assert task.starts_at is None


def test_reminders_and_watchers_are_chosen(anna, boris, client_of):
    task = actions.set_task(
        kind="call", title="Звонок", deadline=now() + timedelta(days=2), responsible=anna, by=anna, at=now()
    )  # fmt: skip
    client = client_of(anna)
    client.post(f"/tasks/{task.pk}/reminders/", {"reminders": ["60", "1440"], "when": "hour"})
    assert list(task.reminders.values_list("minutes", flat=True)) == [None, 1440, 60]
    client.post(f"/tasks/{task.pk}/watchers/", {"watchers": [boris.pk]})
    assert "Boris Orlov" in text_of(client.get(f"/tasks/{task.pk}/"))


def test_what_i_watch_is_a_list_to_look_at(anna, boris, operator, client_of):
    task = actions.set_task(
        kind="call", title="Звонок", deadline=now() + timedelta(days=2), responsible=boris, by=boris, at=now()
    )
    actions.set_watchers(task, [operator], by=boris, at=now())
    theirs = client_of(operator)
    assert "Звонок" in text_of(theirs.get("/tasks/?show=watched"))
    assert "Звонок" not in text_of(theirs.get("/tasks/?show=all"))  # his rights are no wider for it
    assert "Звонок" not in text_of(client_of(anna).get("/tasks/?show=watched"))


def test_kinds_are_the_companys(admin, anna, client_of):
    client = client_of(admin)
    fields = {
        "name": "Осмотр",
        "icon": "home",
        "color": "pink",
        "minutes": "90",
        "takes_slot": "on",
        "order": "5",
        "is_used": "on",
    }
    assert client.post("/tasks/kinds/add/", fields).status_code == 302
    assert client.post("/tasks/kinds/add/", fields).status_code == 422  # the name is taken
    code = TaskKind.objects.get(name="Осмотр").code
    assert plan(client_of(anna), kind=code).status_code == 302
    assert Task.objects.get().title == "Осмотр" and Task.objects.get().ends_at
    call = client.get("/tasks/kinds/call/").context["form"]
    sent = {
        name: "on" if value is True else value for name, value in call.initial.items() if value not in (False, None)
    }
    client.post("/tasks/kinds/call/", {**sent, "minutes": "25"})
    assert (TaskKind.objects.get(pk="call").name, TaskKind.objects.get(pk="call").minutes) == ("", 25)
    assert client_of(anna).get("/tasks/kinds/").status_code == 404
    assert "Осмотр" in text_of(client.get("/tasks/kinds/"))
