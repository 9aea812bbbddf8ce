"""Segments of the company's own, and the audit of the base."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from perezvon.crm import actions
from perezvon.crm.actions import audit, own_segments
from perezvon.crm.models import BaseAudit, ClientGroup, GroupMember, Person, Task
from perezvon.journey.models import Fact
from perezvon.kit.clock import now
from perezvon.staff.models import User

pytestmark = pytest.mark.django_db
FROM_KAZAN = {"field": "region", "op": "is", "value": ["Казань"]}


def members(group) -> set[str]:
    return set(GroupMember.objects.filter(group=group).values_list("person__name", flat=True))


def test_a_segment_is_made_of_a_filter_and_told_of(client_of, admin, anna, add):
    one, other = add(anna, "Олег", region="Казань"), add(anna, "Яна", region="Тверь")
    boss = client_of(admin)
    page = boss.get(reverse("crm:people"), {"where": json.dumps(FROM_KAZAN)}).content.decode()
    assert "segments/own/add/?list=where" in page
    url = f"{reverse('crm:group-add')}?list=where%3D{json.dumps(FROM_KAZAN).replace('%', '%25')}"
    assert "Казань" in boss.get(url).content.decode()
    assert boss.post(url, {"name": "Татарстан"}).status_code == 302
    group = ClientGroup.objects.get()
    assert members(group) == {"Олег"} and group.size == 1 and not Fact.objects.filter(kind="person.joined").exists()
    assert boss.post(url, {"name": "татарстан"}).status_code == 422
    actions.change_person(other, {"region": "Казань"}, version=1, by=anna, at=now())
    actions.change_person(one, {"region": "Тверь"}, version=1, by=anna, at=now())
    assert boss.post(reverse("crm:group-count", args=[group.pk])).status_code == 302
    assert members(group) == {"Яна"}
    told = Fact.objects.filter(kind__in=["person.joined", "person.left"]).order_by("kind")
    assert [(fact.kind, fact.person_id) for fact in told] == [("person.joined", other.pk), ("person.left", one.pk)]
    where = json.dumps({"field": "groups", "op": "any_of", "value": [group.pk]})
    listed = boss.get(reverse("crm:people"), {"where": where}).content.decode()
    assert "Яна" in listed and "Олег" not in listed
    assert "Татарстан" in boss.get(reverse("crm:person-about", args=[other.pk])).content.decode()
    assert "Татарстан" in boss.get(reverse("crm:segments")).content.decode()
    assert client_of(anna).post(reverse("crm:group-count", args=[group.pk])).status_code == 404
    boss.post(reverse("crm:group", args=[group.pk]), {"name": "Татарстан", "is_archived": "on"})
    assert not GroupMember.objects.exists()


def test_a_segment_is_the_same_for_everybody(client_of, admin):
    mine = {"field": "responsible", "op": "is", "value": ["me"]}
    for where in (mine, None, {"field": "groups", "op": "filled"}, {"field": "nonsense", "op": "is", "value": ["x"]}):
        with pytest.raises(own_segments.GroupRefused):
            own_segments.understood(where)
    answer = client_of(admin).post(f"{reverse('crm:group-add')}?list=show%3Dlate", {"name": "Забытые"})
    assert answer.status_code == 422 and not ClientGroup.objects.exists()


def test_the_audit_counts_and_every_figure_opens(client_of, admin, anna, add):
    one, other = add(anna, "Олег"), add(anna, "Яна")
    User.objects.filter(pk=anna.pk).update(is_active=False)
    Person.objects.filter(pk=other.pk).update(responsible=admin)
    actions.set_task(kind="call", title="x", deadline=now(), person=other, responsible=admin, by=admin, at=now())
    boss = client_of(admin)
    page = boss.get(reverse("crm:audit"))
    figures = BaseAudit.objects.get().figures
    assert (figures["total"], figures["new"], figures["next"], figures["left"], figures["dead"]) == (2, 2, 1, 1, 0)
    for stat in page.context["stats"]:
        assert boss.get(stat.url).status_code == 200
    for line in page.context["bad"]:
        listed = boss.get(line["url"])
        assert len(list(listed.context["page"])) == line["count"], line["check"].key
    assert client_of(anna).get(reverse("crm:audit")).status_code in (302, 404)
    assert one.pk


def test_what_is_wrong_becomes_tasks_once(client_of, admin, anna, add):
    one = add(anna, "Олег")
    boss = client_of(admin)
    boss.post(reverse("crm:audit-mend", args=["next"]))
    task = Task.objects.get()
    assert (task.person, task.responsible, task.origin) == (one, anna, "audit:next")
    boss.post(reverse("crm:audit-mend", args=["next"]))
    boss.post(reverse("crm:audit-mend", args=["dead"]))
    assert Task.objects.count() == 1
    one.contact_owners.get().point.__class__.objects.update(is_valid=False)
    boss.post(reverse("crm:audit-mend", args=["dead"]))
    assert Task.objects.filter(origin="audit:dead").count() == 1
    assert boss.post(reverse("crm:audit-mend", args=["total"])).status_code == 404
    assert client_of(anna).post(reverse("crm:audit-mend", args=["next"])).status_code == 404


def test_a_past_month_keeps_its_figures(client_of, admin, anna, add):
    add(anna, "Олег")
    row = audit.count(at=now())
    before = (row.month - timedelta(days=1)).replace(day=1)
    BaseAudit.objects.create(month=before, figures={"total": 77}, at=now())
    audit.count(at=now())
    page = client_of(admin).get(reverse("crm:audit"), {"month": before.strftime("%Y-%m")}).content.decode()
    assert "77" in page and BaseAudit.objects.get(month=before).figures == {"total": 77}
