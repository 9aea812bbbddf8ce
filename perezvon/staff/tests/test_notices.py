"""Telling people something: who hears it, by which ways, when, and what comes of it outside."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy

from perezvon.journey.models import Fact
from perezvon.kit.outgoing import OutgoingError
from perezvon.staff import access, delivery, notices
from perezvon.staff.actions import (
    add_device,
    choose_ways,
    dismiss,
    notify,
    see_notices,
    set_quiet,
)
from perezvon.staff.actions.notices import give_again, sweep
from perezvon.staff.models import Notice, NoticeChoice, NoticeDelivery, PushDevice, User

from .outside import FakeBrowser, FakePushService, mail_server, push_service

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)  # Monday noon in Moscow
MINUTE = timedelta(minutes=1)


@pytest.fixture
def service(settings: Any) -> Iterator[FakePushService]:
    with push_service() as found:
        settings.PRIVATE_HOSTS = {found.address.removeprefix("http://"), "127.0.0.1:9"}
        yield found


@pytest.fixture
def phone(anna: Any, service: FakePushService) -> FakeBrowser:
    """Anna's browser, subscribed at the push service."""
    browser = FakeBrowser()
    add_device(anna, endpoint=f"{service.address}/send/anna", name="Chrome, Android", at=AT, **browser.keys)
    return browser


@pytest.fixture(autouse=True)
def _mail_is_set(settings: Any) -> None:
    settings.MAIL_IS_SET = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def tell(*people: Any, **more: Any) -> list[Notice]:
    words = {"kind": notices.TEST, "title": "Seven clients wait", "text": "The queue is jammed", "at": AT, **more}
    return notify(people, **words)


def go(at: datetime = AT) -> None:
    """The jobs of all deliveries, without the jobs' own machinery."""
    for pk in NoticeDelivery.objects.values_list("pk", flat=True):
        delivery.attempt(pk, at=at)


def states() -> dict[str, str]:
    return {one.way: one.state for one in NoticeDelivery.objects.all()}


def test_a_notice_is_kept_counted_and_told_to_the_ledger(anna: Any, boris: Any) -> None:
    tell(anna, boris.pk)
    assert [one.user for one in Notice.objects.order_by("user__name")] == [anna, boris]
    assert set(User.objects.values_list("unseen_notices", flat=True)) == {1}
    facts = Fact.objects.filter(kind="notice.sent")
    assert {fact.owner_id for fact in facts} == {anna.pk, boris.pk}
    assert "Seven clients" not in json.dumps([fact.details for fact in facts])


def test_those_who_left_are_not_told(anna: Any, boris: Any, admin: Any) -> None:
    dismiss(anna, by=admin, at=AT)
    assert [one.user_id for one in tell(anna, boris)] == [boris.pk]
    assert tell(anna) == []


def test_one_matter_is_told_once_in_its_window(anna: Any, boris: Any) -> None:
    assert len(tell(anna, key="queue:5")) == 1
    assert [one.user_id for one in tell(anna, boris, key="queue:5", at=AT + 59 * MINUTE)] == [boris.pk]
    assert tell(anna, key="queue:6", at=AT + MINUTE)
    assert tell(anna, key="queue:5", at=AT + 61 * MINUTE)
    assert tell(anna, key="queue:5", at=AT + 65 * MINUTE, within=3 * MINUTE)


def test_each_hears_in_his_own_language(anna: Any, boris: Any) -> None:
    boris.language = "ru"
    boris.save()
    tell(anna, boris, title=gettext_lazy("Saved."), text=lambda: gettext_lazy("Settings"))
    words = dict(Notice.objects.values_list("user__name", "title"))
    assert words == {anna.name: "Saved.", boris.name: "Сохранено."}


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"])
def test_only_our_own_pages_are_linked(url: str, anna: Any) -> None:
    with pytest.raises(ValueError):
        tell(anna, url=url)


def test_unknown_kinds_and_levels_are_refused(anna: Any) -> None:
    with pytest.raises(LookupError):
        tell(anna, kind="nobody.knows")
    with pytest.raises(ValueError):
        tell(anna, level="loudest")


def test_push_and_mail_go_out(anna: Any, phone: FakeBrowser, service: FakePushService) -> None:
    notice = tell(anna, level="urgent", url="/tasks/", key="queue:5")[0]
    go()
    assert states() == {"push": "sent", "mail": "sent"}
    path, heads, body = service.posts[0]
    assert path == "/send/anna"
    assert heads["Urgency"] == "high" and heads["Content-Encoding"] == "aes128gcm" and int(heads["TTL"]) > 0
    assert heads["Authorization"].startswith("vapid t=")
    assert json.loads(phone.read(body)) == {
        "title": "Seven clients wait", "text": "The queue is jammed", "url": f"/notices/{notice.pk}/", "urgent": True,
        "tag": "queue:5",
    }  # fmt: skip
    assert PushDevice.objects.get().used_at == AT
    letter = mail.outbox[0]
    assert letter.subject == "Seven clients wait" and letter.to == [anna.email]
    assert f"/notices/{notice.pk}/" in letter.body and "The queue is jammed" in str(letter.alternatives[0][0])  # type: ignore[attr-defined]


def test_a_job_that_runs_twice_sends_once(anna: Any, phone: FakeBrowser, service: FakePushService) -> None:
    tell(anna)
    go()
    go(AT + timedelta(days=1))
    assert len(service.posts) == 1 and len(mail.outbox) == 1


def test_a_line_break_in_a_title_makes_no_header(anna: Any) -> None:
    tell(anna, title="Hello\nBcc: everybody@example.org")
    go()
    assert mail.outbox[0].subject == "Hello Bcc: everybody@example.org"


@pytest.mark.parametrize("status", [404, 410, 401, 403])
def test_a_browser_that_is_gone_is_forgotten(
    status: int, anna: Any, phone: FakeBrowser, service: FakePushService
) -> None:
    service.status = status
    tell(anna)
    go()
    assert not PushDevice.objects.exists()
    assert states()["push"] == "failed"


def test_a_service_that_is_down_is_asked_again_later(anna: Any, phone: FakeBrowser, service: FakePushService) -> None:
    service.status = 503
    tell(anna)
    push = NoticeDelivery.objects.get(way="push")
    at, waits = AT, []
    while again := delivery.attempt(push.pk, at=at):
        waits.append((again - at) / MINUTE)
        assert delivery.attempt(push.pk, at=again - timedelta(seconds=1)) is None  # not before its time
        at = again
    push.refresh_from_db()
    assert waits == [1, 5, 15, 60, 240]
    assert (push.state, push.tries, push.error) == ("failed", 6, "the push service refused it · 503")
    assert PushDevice.objects.exists()


def test_a_service_that_asks_for_patience_gets_it(anna: Any, phone: FakeBrowser, service: FakePushService) -> None:
    service.status, service.retry_after = 429, "600"
    tell(anna)
    assert delivery.attempt(NoticeDelivery.objects.get(way="push").pk, at=AT) == AT + 10 * MINUTE


def test_an_unreachable_service_is_tried_again(anna: Any, service: FakePushService) -> None:
    add_device(anna, endpoint="http://127.0.0.1:9/send", at=AT, **FakeBrowser().keys)
    tell(anna)
    assert delivery.attempt(NoticeDelivery.objects.get(way="push").pk, at=AT) == AT + MINUTE


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://192.168.0.1/send", "http://push.example/send", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.8/",
        "https://169.254.169.254/latest/meta-data", "https://[::ffff:10.0.0.1]/", "https://anna:x@push.example/",
        "https://пуш.example/", "https://push.example/" + "x" * 3000, "push.example", "", "http://127.0.0.1:9/send",
    ],
)  # fmt: skip
def test_a_browser_cannot_name_a_place_inside_our_network(endpoint: str, anna: Any, settings: Any) -> None:
    settings.PUSH_TO_PRIVATE_HOSTS, settings.PRIVATE_HOSTS = False, {"127.0.0.1:9"}
    with pytest.raises(OutgoingError):
        add_device(anna, endpoint=endpoint, at=AT, **FakeBrowser().keys)


def test_an_address_inside_our_network_is_never_asked(anna: Any, settings: Any) -> None:
    settings.PUSH_TO_PRIVATE_HOSTS, settings.PRIVATE_HOSTS = False, {"127.0.0.1:9"}
    PushDevice.objects.create(user=anna, endpoint="http://127.0.0.1:9/send", added_at=AT, **FakeBrowser().keys)
    tell(anna)
    go()
    assert states()["push"] == "failed" and not PushDevice.objects.exists()


def test_a_browser_belongs_to_who_subscribed_last(anna: Any, boris: Any) -> None:
    browser = FakeBrowser()
    for person in (anna, boris):
        add_device(person, endpoint="https://push.example/1", at=AT, **browser.keys)
    assert PushDevice.objects.get().user == boris


def test_the_oldest_browser_makes_room(anna: Any) -> None:
    for number in range(12):
        add_device(anna, endpoint=f"https://push.example/{number}", at=AT + number * MINUTE, **FakeBrowser().keys)
    assert anna.push_devices.count() == 10
    assert not anna.push_devices.filter(endpoint="https://push.example/1").exists()


def test_ways_are_each_persons_choice(anna: Any, phone: FakeBrowser) -> None:
    choose_ways(anna, {notices.TEST: ["mail"]})
    notice = tell(anna)[0]
    assert not notice.is_loud and set(states()) == {"mail"}
    choose_ways(anna, {notices.TEST: ["screen", "push", "mail"]})
    assert not NoticeChoice.objects.exists()  # the same as the kind itself says
    with pytest.raises(LookupError):
        choose_ways(anna, {"nobody.knows": []})
    with pytest.raises(ValueError):
        choose_ways(anna, {notices.TEST: ["pigeon"]})


def test_quiet_times_hold_back_and_urgent_passes(anna: Any, phone: FakeBrowser, service: FakePushService) -> None:
    set_quiet(anna, starts=time(11), ends=time(14), time_zone="Europe/Moscow")
    quiet, urgent = tell(anna)[0], tell(anna, level="urgent")[0]
    go()
    assert {one.notice_id for one in NoticeDelivery.objects.filter(state="sent")} == {urgent.pk}
    assert urgent.is_loud and not quiet.is_loud
    go(AT + timedelta(hours=2))
    assert set(NoticeDelivery.objects.values_list("state", flat=True)) == {"sent"}


def test_what_quiet_times_held_back_comes_gathered(anna: Any, phone: FakeBrowser, service: FakePushService) -> None:
    """Her quiet times go by the clock of her own city, three hours before that of the company."""
    anna.time_zone, anna.language = "Asia/Yekaterinburg", "ru"
    anna.save()
    set_quiet(anna, starts=time(13), ends=time(15))
    tell(anna, title="The first", key="one"), tell(anna, title="The second", level="warning")
    tell(anna, title="Seen meanwhile")
    see_notices(anna, at=AT + MINUTE, only=[Notice.objects.get(title="Seen meanwhile").pk])
    go(AT + 59 * MINUTE)
    assert not service.posts and not mail.outbox
    service.status = 503
    go(AT + 60 * MINUTE)  # 15:00 in Yekaterinburg
    service.status = 201
    go(AT + 61 * MINUTE)
    told = [json.loads(phone.read(body)) for _path, _heads, body in service.posts]
    assert told == [told[0]] * 2 and len(mail.outbox) == 1, "a vain try, then one push and one letter for all"
    assert told[0] == {
        "title": "Накопилось 2 уведомления", "text": "The second\nThe first", "url": "/notices/", "urgent": False,
        "tag": "gathered",
    }  # fmt: skip
    assert mail.outbox[0].subject == told[0]["title"] and "The first" in mail.outbox[0].body
    states = NoticeDelivery.objects.order_by("state").values_list("state", flat=True)
    assert list(states) == ["needless"] * 2 + ["sent"] * 4


def test_what_was_seen_meanwhile_is_not_sent(anna: Any, phone: FakeBrowser, service: FakePushService) -> None:
    set_quiet(anna, muted_until=AT + timedelta(hours=8), urgent_passes=False)
    tell(anna, level="urgent")
    see_notices(anna, at=AT + MINUTE)
    go(AT + timedelta(hours=8))
    assert set(states().values()) == {"needless"} and not service.posts


def test_a_person_who_left_gets_no_letters(anna: Any, admin: Any) -> None:
    tell(anna)
    dismiss(anna, by=admin, at=AT)
    go()
    assert states() == {"mail": "needless"} and not mail.outbox


def test_without_a_mail_server_the_log_says_so(anna: Any, settings: Any) -> None:
    settings.MAIL_IS_SET = False
    tell(anna)
    go()
    letter = NoticeDelivery.objects.get()
    assert (letter.state, letter.error) == ("needless", "no mail server is set")


def test_mail_through_a_real_server(anna: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server() as (address, letters):
        settings.EMAIL_HOST, settings.EMAIL_PORT = address
        tell(anna)
        go()
        anna.email = "nobody@veter.example"
        anna.save()
        tell(anna)
        go()
    assert "To: anna@veter.example" in letters[0] and "Seven clients wait" in letters[0]
    assert sorted(NoticeDelivery.objects.values_list("state", flat=True)) == ["failed", "sent"]
    tell(anna)
    assert delivery.attempt(NoticeDelivery.objects.latest("id").pk, at=AT) == AT + MINUTE  # nobody listens any more


def test_lost_jobs_are_given_again(anna: Any) -> None:
    tell(anna)
    assert give_again(at=AT + MINUTE) == 0
    assert give_again(at=AT + 10 * MINUTE) == 1


def test_old_notices_are_forgotten_once_seen(anna: Any) -> None:
    tell(anna), tell(anna)
    see_notices(anna, at=AT, only=[Notice.objects.first().pk])  # type: ignore[union-attr]
    assert sweep(at=AT + timedelta(days=91)) == 1
    assert Notice.objects.count() == 1


def test_seeing_twice_counts_once(anna: Any) -> None:
    tell(anna), tell(anna)
    assert see_notices(anna, at=AT) == 2
    assert see_notices(anna, at=AT) == 0
    anna.refresh_from_db()
    assert anna.unseen_notices == 0


def test_the_base_refuses_a_delivery_that_is_done_and_not_done(anna: Any) -> None:
    tell(anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeDelivery.objects.update(state="sent")


def test_nobody_else_hears_of_it_live(anna: Any, admin: Any) -> None:
    entry = {"k": "notice.sent", "o": anna.pk, "d": anna.department_id}
    assert access.audience(anna)(entry) and not access.audience(admin)(entry)


def test_pages_show_ones_own_only(client_of: Any, anna: Any, boris: Any) -> None:
    mine, other = tell(anna, url="/profile/")[0], tell(boris, title="Not for Anna")[0]
    client = client_of(anna)
    page = client.get(reverse("staff:notices")).content.decode()
    assert "Seven clients wait" in page and "Not for Anna" not in page
    assert client.get(reverse("staff:notice", args=[other.pk])).status_code == 404
    assert client.get(reverse("staff:notice", args=[mine.pk])).headers["Location"] == "/profile/"
    assert "Seven clients wait" not in client.get(reverse("staff:notices")).content.decode()
    assert "Seven clients wait" in client.get(reverse("staff:notices") + "?all=1").content.decode()
    assert client_of(None).get(reverse("staff:notices")).status_code == 302


def test_the_bell_costs_no_query(client_of: Any, anna: Any, django_assert_num_queries: Any) -> None:
    client = client_of(anna)
    client.get("/profile/")
    tell(anna)
    with django_assert_num_queries(3):  # the person (the session is remembered), tokens, roles
        page = client.get("/profile/").content.decode()
    assert '<span class="bell-count" data-bell-count>1</span>' in page


def test_what_pops_up(client_of: Any, anna: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("perezvon.staff.views.notices.now", lambda: AT + timedelta(seconds=30))
    tell(anna, level="urgent")
    tell(anna, title="Old", at=AT - 5 * MINUTE)
    told = client_of(anna).get(reverse("staff:notices-fresh")).json()
    assert told["count"] == 2
    assert [(one["title"], one["tone"]) for one in told["fresh"]] == [("Seven clients wait", "error")]


def test_choices_on_their_page(client_of: Any, anna: Any) -> None:
    client = client_of(anna)
    form = {"staff.test:mail": "on", "starts": "22:00", "ends": "08:00", "time_zone": "Asia/Omsk", "weekends": "on"}
    assert client.post(reverse("staff:notice-ways"), form).status_code == 302
    anna = User.objects.get(pk=anna.pk)
    assert NoticeChoice.objects.get(user=anna, kind="staff.test").ways == ["mail"]
    assert (anna.quiet_times.time_zone, anna.quiet_times.urgent_passes) == ("Asia/Omsk", False)
    assert client.post(reverse("staff:notice-ways"), {**form, "ends": ""}).status_code == 422
    assert client.post(reverse("staff:notice-ways"), {**form, "time_zone": "Moon/Base"}).status_code == 422
    client.post(reverse("staff:notice-mute"), {"minutes": "30"})
    assert User.objects.get(pk=anna.pk).quiet_times.muted_until is not None
    assert client.post(reverse("staff:notice-mute"), {"minutes": "-5"}).status_code == 400
    client.post(reverse("staff:notice-mute"), {"minutes": "0"})
    assert client.post(reverse("staff:notice-test")).status_code == 302
    assert "e-mail" in client.get(reverse("staff:notice-ways")).content.decode()


def test_a_browser_subscribes_and_is_removed(client_of: Any, anna: Any, boris: Any) -> None:
    client = client_of(anna)
    body = {"endpoint": "https://push.example/1", "keys": FakeBrowser().keys, "expirationTime": None}
    ask = {"content_type": "application/json", "headers": {"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}}
    address = reverse("staff:push-devices")
    assert client.post(address, json.dumps(body), **ask).status_code == 201
    device = anna.push_devices.get()
    assert device.name == "Firefox, Linux"
    for wrong in (
        "",
        "[]",
        "{}",
        json.dumps({**body, "endpoint": "https://10.0.0.1/"}),
        json.dumps({**body, "keys": 1}),
    ):
        assert client.post(address, wrong, **ask).status_code == 400
    removal = reverse("staff:push-device-remove", args=[device.pk])
    assert client_of(boris).post(removal).status_code == 404
    assert client.post(removal).status_code == 302 and not anna.push_devices.exists()


def test_the_worker_of_the_browser_is_served_from_the_root(client_of: Any) -> None:
    answer = client_of(None).get("/push-worker.js")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/javascript")
    assert "showNotification" in answer.content.decode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_workers_jobs_deliver(anna: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the real queue of jobs: deferred in the transaction, taken by a worker afterwards."""
    from procrastinate.contrib.django import app

    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)  # the thread of the job is not ours
    with transaction.atomic():
        tell(anna, at=datetime.now(UTC))
    assert NoticeDelivery.objects.get().state == "waiting"

    async def work() -> None:
        jobs = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with jobs.open_async():
            await jobs.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    asyncio.run(work())
    assert NoticeDelivery.objects.get().state == "sent" and len(mail.outbox) == 1
