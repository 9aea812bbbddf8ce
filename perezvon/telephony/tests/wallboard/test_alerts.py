"""Alerts by rules: each kind comes true, is told to the right people by the right ways, and ends."""

import json
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from perezvon.crm.actions.deals import open_deal
from perezvon.crm.actions.people import add_person
from perezvon.crm.actions.tasks import set_task
from perezvon.journey.models import Fact
from perezvon.staff import delivery
from perezvon.staff.actions import add_device, set_presence
from perezvon.staff.models import Department, Notice, NoticeDelivery, PushDevice, Role
from perezvon.staff.tests.outside import FakeBrowser, push_service
from perezvon.telephony.actions import alerts
from perezvon.telephony.models import Alert, AlertRule, Call, Provider, Queue, QueueMember
from perezvon.telephony.wallboard import hooks, show
from perezvon.telephony.wallboard.board import Segment

from ..operator import own_exchange
from .floor import answered, call, lost, seconds

MINUTE = timedelta(minutes=1)
Kind = AlertRule.Kind


def rule(kind: str, *people: Any, **fields: Any) -> AlertRule:
    made = AlertRule.objects.create(kind=kind, **fields)
    made.people.set(people)
    return made


def look(at: datetime) -> list[str]:
    """A look of the worker; the titles of what is open then."""
    show.forget()
    alerts.watch(at)
    return [one.subject for one in Alert.objects.filter(state="open").order_by("id")]


def told(user: Any) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("id").values_list("title", flat=True))


def test_a_jam_is_told_once_and_ends(mango: Provider, sales_queue: Queue, boris: Any, at: datetime) -> None:
    rule(Kind.QUEUE_JAM, boris, count=3, seconds=120, is_urgent=True)
    line = [call(mango, at - seconds(10 + number), queue=sales_queue) for number in range(3)]
    assert look(at) == [f"queue:{sales_queue.pk}:1"]
    assert look(at + seconds(5)) and told(boris) == ["Sales: 3 clients wait"]
    notice = Notice.objects.get()
    assert (notice.level, notice.url, notice.kind) == ("urgent", "/wallboard/", "alert.queue_jam")
    for one in line[1:]:
        Call.objects.filter(pk=one.pk).update(state="ended", ended_at=at + seconds(6), stage="L05")
    assert look(at + seconds(10)) and look(at + seconds(60))
    assert look(at + seconds(75)) == []
    alert = Alert.objects.get()
    assert (alert.state, alert.ended_at) == ("ended", at + seconds(75))
    assert list(Fact.objects.filter(kind__startswith="alert.").values_list("kind", flat=True)) == ["alert.opened", "alert.ended"]  # fmt: skip


def test_one_long_wait_is_a_jam_too(
    mango: Provider, sales_queue: Queue, support_queue: Queue, boris: Any, at: datetime
) -> None:
    rule(Kind.QUEUE_JAM, boris, count=9, seconds=90, queue=sales_queue)
    call(mango, at - seconds(89), queue=sales_queue)
    call(mango, at - seconds(500), queue=support_queue)
    assert look(at) == []
    assert look(at + seconds(1)) == [f"queue:{sales_queue.pk}:1"]


def test_no_floods(mango: Provider, sales_queue: Queue, boris: Any, at: datetime) -> None:
    """A queue that jams and calms down again and again within the repeat time is told once."""
    rule(Kind.QUEUE_JAM, boris, count=1, repeat_minutes=30)
    for number in range(4):
        moment = at + number * 3 * MINUTE
        one = call(mango, moment, queue=sales_queue)
        look(moment)
        Call.objects.filter(pk=one.pk).update(state="ended", ended_at=moment + seconds(5), stage="L05")
        look(moment + seconds(10))
        look(moment + seconds(80))
    assert Alert.objects.count() == 4 and len(told(boris)) == 1


def test_it_is_told_again_until_taken_on(mango: Provider, sales_queue: Queue, boris: Any, at: datetime) -> None:
    rule(Kind.QUEUE_JAM, boris, count=1, repeat_minutes=10)
    call(mango, at, queue=sales_queue)
    look(at)
    look(at + 10 * MINUTE)
    assert len(told(boris)) == 2
    alert = Alert.objects.get()
    assert alerts.take_on(alert, by=boris, at=at + 11 * MINUTE)
    assert not alerts.take_on(alert, by=boris, at=at + 12 * MINUTE)
    look(at + 25 * MINUTE)
    assert len(told(boris)) == 2 and Alert.objects.get().acknowledged_by == boris


@pytest.fixture
def rich(anna: Any, at: datetime) -> Any:
    found = add_person(name="Rich Client", phones=["+79160001122"], responsible=anna, by=anna, at=at)
    open_deal(person=found, title="Tour", amount=500_000, responsible=anna, by=anna, at=at)
    return found


def test_a_client_of_value_waits(mango: Provider, sales_queue: Queue, rich: Any, boris: Any, at: datetime) -> None:
    rule(Kind.CLIENT_WAITING, boris, amount=Decimal(300_000), seconds=20, is_urgent=True)
    one = call(mango, at - seconds(19), queue=sales_queue, person=rich)
    call(mango, at - seconds(300), queue=sales_queue)
    assert look(at) == []
    assert look(at + seconds(1)) == [f"call:{one.pk}"]
    notice = Notice.objects.get()
    assert notice.title == "A client of value waits: Rich Client"
    assert "500" in notice.text and "7916" not in notice.title + notice.text
    assert notice.url == f"/calls/{one.pk}/"


def test_a_client_of_a_segment_is_lost(
    client_of: Any, mango: Provider, sales_queue: Queue, rich: Any, boris: Any, at: datetime
) -> None:
    hooks.segments.answer(lambda ids: {pk: (Segment("gold", "Gold", True),) for pk in ids if pk == rich.pk})
    try:
        rule(Kind.CLIENT_LOST, boris, segments=["gold"])
        one = lost(mango, at - MINUTE, 30, queue=sales_queue, person=rich)
        lost(mango, at - MINUTE, 30, queue=sales_queue)
        assert look(at) == [f"call:{one.pk}"]
        assert told(boris) == ["A client of value was lost: Rich Client"]
        for language, segment in (("en", "Gold"), ("ru", "Золото")):  # whatever the worker speaks
            boris.language = language
            boris.save()
            for page in ("wallboard", "alerts"):
                show.forget()  # the board of the moment before is kept for a second
                assert segment in client_of(boris).get(reverse(f"telephony:{page}")).content.decode(), page
        assert look(at + 12 * MINUTE) and look(at + 13 * MINUTE + seconds(1)) == []
    finally:
        hooks.segments.forget()


def test_nobody_at_work_in_working_time(
    mango: Provider, sales_queue: Queue, anna: Any, boris: Any, at: datetime
) -> None:
    rule(Kind.NOBODY, boris, minutes=2)
    QueueMember.objects.create(queue=sales_queue, user=anna)
    set_presence(anna, "offline", at=at - 5 * MINUTE)
    assert look(at) == [] and look(at + MINUTE) == []
    assert look(at + 2 * MINUTE) == [f"queue:{sales_queue.pk}"]
    assert told(boris) == ["Sales: nobody is at work"]
    set_presence(anna, "break", at=at + 3 * MINUTE)  # a break is no absence
    look(at + 3 * MINUTE)
    assert look(at + 5 * MINUTE) == []


def test_at_night_nobody_has_to_be_there(
    mango: Provider, sales_queue: Queue, anna: Any, boris: Any, at: datetime
) -> None:
    rule(Kind.NOBODY, boris)
    QueueMember.objects.create(queue=sales_queue, user=anna)
    set_presence(anna, "offline", at=at)
    assert look(at + timedelta(hours=12)) == []


def test_the_service_level_of_the_last_half_hour(mango: Provider, sales_queue: Queue, boris: Any, at: datetime) -> None:
    rule(Kind.SERVICE_LEVEL, boris, percent=70)
    for number in range(8):
        answered(mango, at - timedelta(hours=3), 5, 30, queue=sales_queue)  # a good morning long ago
        answered(mango, at - timedelta(minutes=5 + number), 40 if number < 5 else 5, 30, queue=sales_queue)
    assert look(at) == [f"queue:{sales_queue.pk}:1"]
    assert told(boris) == ["Sales: the service level is 38 %"]


def test_a_handful_of_calls_is_no_service_level(mango: Provider, sales_queue: Queue, boris: Any, at: datetime) -> None:
    rule(Kind.SERVICE_LEVEL, boris, percent=70)
    for _ in range(4):
        answered(mango, at - timedelta(minutes=8), 60, 30, queue=sales_queue)
    assert look(at) == []


def test_more_is_lost_than_usual(mango: Provider, sales_queue: Queue, admin: Any, at: datetime) -> None:
    rule(Kind.LOSSES_RISE, admin, stage="L05", count=5)
    for week in range(1, 9):
        lost(mango, at - timedelta(weeks=week, minutes=30), 30, queue=sales_queue)
    for number in range(9):
        lost(mango, at - timedelta(minutes=20 + number), 30, queue=sales_queue)
        lost(mango, at - timedelta(minutes=20 + number), 0, "L03")  # another stage
    assert look(at) == ["stage:L05"]
    assert Notice.objects.get().text == "9 in the last hour, usually 1"


def test_the_link_to_our_own_exchange(mango: Provider, boris: Any, admin: Any, at: datetime) -> None:
    own = own_exchange(at)
    Provider.objects.filter(pk=own.pk).update(last_event_at=at - seconds(70))
    Provider.objects.filter(pk=mango.pk).update(last_event_at=at - timedelta(days=3))
    rule(Kind.LINK_DOWN, admin, seconds=60)
    assert look(at) == [f"exchange:{own.pk}"]
    assert told(admin) == ["Own: the link to the exchange is down"]


def test_callbacks_that_nobody_makes(rich: Any, sales: Any, boris: Any, anna: Any, at: datetime) -> None:
    rule(Kind.CALLBACKS, boris, seconds=1800, department=sales)
    set_task(kind="callback", title="Call back", deadline=at - timedelta(minutes=29), person=rich, responsible=anna, origin="lost_call", at=at)  # fmt: skip
    assert look(at) == []
    assert look(at + 2 * MINUTE) == ["callbacks"]
    assert told(boris) == ["1 client waits to be called back"]


def test_only_those_hear_who_may_see_such_calls(
    mango: Provider,
    sales_queue: Queue,
    sales: Any,
    boris: Any,
    anna: Any,
    gleb: Any,
    operator: Any,
    vera: Any,
    at: datetime,
) -> None:
    made = rule(Kind.QUEUE_JAM, boris, gleb, operator, vera, count=1, tells_heads=True)
    made.roles.set(Role.objects.filter(key__in=["seller", "accountant"]))
    Department.objects.filter(pk=sales.pk).update(head=boris)
    call(mango, at, queue=sales_queue)
    look(at)
    assert {one.user for one in Notice.objects.all()} == {
        boris
    }  # sellers see their own calls only, others none of these


def test_money_only_for_those_who_see_deals(
    mango: Provider, support_queue: Queue, rich: Any, support: Any, at: datetime
) -> None:
    from perezvon.staff.models import Grant
    from perezvon.staff.testing import person

    role = Role.objects.create(key="ears", name="Ears")
    Grant.objects.create(role=role, noun="call", verb="view", scope="all")
    poor = person("Pavel Poor", "ears", department=support)
    chief = person("Sveta Kim", "supervisor", department=support)
    rule(Kind.CLIENT_WAITING, poor, chief, amount=Decimal(1), seconds=1)
    call(mango, at - seconds(9), queue=support_queue, person=rich)
    look(at)
    texts = dict(Notice.objects.values_list("user__name", "text"))
    assert "500" in texts["Sveta Kim"] and "500" not in texts["Pavel Poor"]


def test_quiet_times_of_a_rule(mango: Provider, sales_queue: Queue, boris: Any, at: datetime) -> None:
    """Noon is quiet: it is told when the quiet is over, if it still holds; urgent rules do not care."""
    quiet = rule(Kind.QUEUE_JAM, boris, count=1, quiet_from=time(12), quiet_until=time(13), name="quiet")
    call(mango, at, queue=sales_queue)
    assert look(at) and told(boris) == []
    look(at + timedelta(minutes=61))
    assert len(told(boris)) == 1
    quiet.delete()
    rule(Kind.QUEUE_JAM, boris, count=1, quiet_from=time(12), quiet_until=time(13), is_urgent=True)
    look(at + seconds(30))
    assert len(told(boris)) == 2


def test_the_rule_says_by_which_ways(mango: Provider, sales_queue: Queue, boris: Any, at: datetime) -> None:
    from perezvon.staff.models import NoticeDelivery

    rule(Kind.QUEUE_JAM, boris, count=1, ways=["mail"])
    call(mango, at, queue=sales_queue)
    look(at)
    assert not Notice.objects.get().is_loud
    assert list(NoticeDelivery.objects.values_list("way", flat=True)) == ["mail"]


def test_an_alert_reaches_a_browser_through_its_push_service(
    mango: Provider, sales_queue: Queue, boris: Any, at: datetime, settings: Any
) -> None:
    """The body that a push service is sent, read as the browser reads it; what answers 410 is forgotten."""
    browser = FakeBrowser()
    rule(Kind.QUEUE_JAM, boris, count=1, ways=["push"], is_urgent=True)
    call(mango, at, queue=sales_queue)
    with push_service() as service:
        settings.PRIVATE_HOSTS = {service.address.removeprefix("http://")}
        add_device(boris, endpoint=f"{service.address}/boris", at=at, **browser.keys)
        look(at)
        sent = NoticeDelivery.objects.get()
        delivery.attempt(sent.pk, at=at)
        ((_path, heads, body),) = service.posts
        told = json.loads(browser.read(body))
        assert (told["title"], told["urgent"], heads["Urgency"]) == ("Sales: 1 client waits", True, "high")
        service.status = 410
        look(at + 31 * MINUTE)
        delivery.attempt(NoticeDelivery.objects.latest("pk").pk, at=at + 31 * MINUTE)
    assert not PushDevice.objects.exists()


def test_a_rule_that_breaks_silences_no_other(mango: Provider, sales_queue: Queue, boris: Any, at: datetime) -> None:
    AlertRule.objects.create(kind="no_such_kind", name="broken")
    rule(Kind.QUEUE_JAM, boris, count=1)
    call(mango, at, queue=sales_queue)
    assert len(look(at)) == 1


def test_one_open_alert_of_a_thing(sales_queue: Queue, at: datetime) -> None:
    made = rule(Kind.QUEUE_JAM, count=1)
    Alert.objects.create(rule=made, kind=made.kind, subject="queue:1", since=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(rule=made, kind=made.kind, subject="queue:1", since=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.update(state="ended")


def test_rules_on_screen(client_of: Any, supervisor: Any, boris: Any, anna: Any, sales: Any, support: Any) -> None:
    browser = client_of(supervisor)
    for kind in Kind.values:
        assert browser.get(reverse("telephony:alert_rule_add", args=[kind])).status_code == 200
    assert browser.get(reverse("telephony:alert_rule_add", args=["nonsense"])).status_code == 404
    address = reverse("telephony:alert_rule_add", args=["queue_jam"])
    form = {
        "is_on": "on",
        "count": "4",
        "seconds": "",
        "minutes": "0",
        "repeat_minutes": "30",
        "people": [supervisor.pk],
        "ways": ["push"],
    }
    assert browser.post(address, form).status_code == 302
    made = AlertRule.objects.get()
    assert (made.count, made.seconds, made.ways, list(made.people.all())) == (4, None, ["push"], [supervisor])
    assert browser.post(address, {**form, "people": []}).status_code == 422
    assert browser.post(address, {**form, "count": ""}).status_code == 422
    assert browser.post(address, {**form, "quiet_from": "22:00"}).status_code == 422
    assert "4" in browser.get(reverse("telephony:alert_rules")).content.decode()
    own = reverse("telephony:alert_rule", args=[made.pk])
    assert client_of(anna).get(own).status_code == 404
    assert client_of(boris).get(own).status_code == 404  # a rule of the whole company is not his to change
    mine = client_of(boris)
    assert mine.post(address, form).status_code == 422  # he has to name one of his departments
    assert mine.post(address, {**form, "department": support.pk}).status_code == 422
    assert mine.post(address, {**form, "department": sales.pk}).status_code == 302
    assert browser.post(own, {**form, "count": "6"}).status_code == 302
    assert AlertRule.objects.get(pk=made.pk).count == 6
    assert client_of(boris).post(reverse("telephony:alert_rule_remove", args=[made.pk])).status_code == 404
    assert browser.post(reverse("telephony:alert_rule_remove", args=[made.pk])).status_code == 302


def test_alerts_on_screen(
    client_of: Any,
    mango: Provider,
    sales_queue: Queue,
    support_queue: Queue,
    supervisor: Any,
    boris: Any,
    anna: Any,
    at: datetime,
) -> None:
    rule(Kind.QUEUE_JAM, supervisor, count=1)
    for queue in (sales_queue, support_queue):
        call(mango, at, queue=queue)
    look(at)
    page = client_of(supervisor).get(reverse("telephony:alerts")).content.decode()
    assert "Sales: 1 client waits" in page and "Support: 1 client waits" in page
    mine = client_of(boris).get(reverse("telephony:alerts")).content.decode()
    assert "Sales: 1 client waits" in mine and "Support" not in mine
    assert client_of(anna).get(reverse("telephony:alerts")).status_code == 404
    alert = Alert.objects.get(department=sales_queue.department)
    address = reverse("telephony:alert", args=[alert.pk])
    assert "Sales" in client_of(boris).get(address).content.decode()
    assert client_of(boris).post(address).status_code == 302
    assert Alert.objects.get(pk=alert.pk).acknowledged_by == boris
    other = Alert.objects.get(department=support_queue.department)
    assert client_of(boris).post(reverse("telephony:alert", args=[other.pk])).status_code == 404
    show.forget()
    assert "Sales: 1 client waits" in client_of(supervisor).get(reverse("telephony:wallboard")).content.decode()


def test_the_worker_looks_now_and_then(
    mango: Provider, sales_queue: Queue, boris: Any, at: datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(alerts, "_looked_at", 0.0)
    rule(Kind.QUEUE_JAM, boris, count=1)
    call(mango, at, queue=sales_queue)
    assert alerts.watch_now_and_then(at) == 0 and Alert.objects.count() == 1
    call(mango, at, queue=sales_queue)
    Alert.objects.all().delete()
    alerts.watch_now_and_then(at)
    assert not Alert.objects.exists()  # a moment later it does not look again
