"""Webhooks through the door: who is told what, signed how, in which order, and what happens when nobody listens."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from django.db import transaction

from perezvon.api import actions, facts
from perezvon.api.models import Attempt, Delivery, Webhook
from perezvon.api.webhooks import queueing, sending
from perezvon.api.webhooks.signing import HEADER, is_genuine, signature
from perezvon.journey.actions import record
from perezvon.journey.models import Fact
from perezvon.kit.outgoing import Limits
from perezvon.staff.models import Grant, Notice, Role
from perezvon.staff.testing import JOINED

NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)
SECRET = "whsec_test"


@pytest.fixture(autouse=True)
def _no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn waits for what it has begun, however busy the machine is."""
    monkeypatch.setattr(sending, "PATIENCE", 60)


class Receiver:
    """Another program: remembers what came, answers with ``status`` once it is ``free`` to."""

    def __init__(self) -> None:
        self.free = Event()
        self.free.set()
        self.status, self.came = 200, []
        mine = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                mine.came.append((dict(self.headers), body))
                mine.free.wait(100)
                self.send_response(mine.status)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()
                self.wfile.write(b"call +7 916 123-45-67")

            def log_message(self, *_args: Any) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.came]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    one = Receiver()
    settings.PRIVATE_HOSTS = {f"127.0.0.1:{one.server.server_port}"}
    yield one
    one.server.shutdown()
    one.thread.join()
    one.server.server_close()


@pytest.fixture
def subscribe(receiver: Receiver) -> Callable[..., Webhook]:
    def make(owner: Any, kinds: tuple[str, ...] = ("*",), **more: Any) -> Webhook:
        return actions.add_webhook(owner, "Hook", receiver.url, kinds, by=owner, at=JOINED, **more)

    return make


def happened(hook: Webhook, *, person: int | None = None) -> Fact:
    """A fact of our own about the subscription itself, or about a client."""
    with transaction.atomic():
        pk = record(facts.CHANGED, at=NOW, by=hook.owner, name="n", webhook=hook.pk, person_id=person)
    return Fact.objects.get(pk=pk)


def test_the_vector_of_the_document() -> None:
    header = signature([SECRET], 1764028800, b'{"event":1}')
    assert header == "t=1764028800,v1=5b284ade55b188785c5b82d0b3f5858edc02f78803229f565a5d01bbb976a75c"
    assert is_genuine(header, SECRET, b'{"event":1}', at=1764028900)
    assert not is_genuine(header, SECRET, b'{"event":2}', at=1764028900)
    assert not is_genuine(header, SECRET, b'{"event":1}', at=1764029200)
    assert not is_genuine(header, "other", b'{"event":1}', at=1764028900)


def test_an_event_is_delivered_signed(admin: Any, receiver: Receiver, subscribe: Any) -> None:
    hook = subscribe(admin)
    fact = happened(hook)
    queueing.queue([fact], at=NOW)
    queueing.queue([fact], at=NOW)  # a reader may be given a fact twice
    assert sending.work(NOW) == 1 and sending.work(NOW) == 0
    headers, body = receiver.came[0]
    assert is_genuine(headers[HEADER], hook.secret, body, at=int(NOW.timestamp()))
    assert (receiver.events[0]["event"], receiver.events[0]["kind"]) == (fact.id, "webhook.changed")
    one = Delivery.objects.get()
    assert (one.state, one.attempts.get().status) == ("sent", 200)
    assert "123-45-67" not in one.attempts.get().answer


def test_two_secrets_while_it_changes(admin: Any, receiver: Receiver, subscribe: Any) -> None:
    hook = subscribe(admin)
    old = hook.secret
    actions.renew_secret(hook, by=admin, at=NOW)
    for moment, old_is_good in ((NOW, True), (NOW + timedelta(days=2), False)):
        queueing.queue([happened(hook)], at=moment)
        sending.work(moment)
        headers, body = receiver.came[-1]
        seconds = int(moment.timestamp())
        assert is_genuine(headers[HEADER], hook.secret, body, at=seconds)
        assert is_genuine(headers[HEADER], old, body, at=seconds) is old_is_good


def test_only_what_the_owner_may_see(admin: Any, gleb: Any, receiver: Receiver, subscribe: Any) -> None:
    role = Role.objects.create(key="hooks", name="hooks")
    Grant.objects.create(role=role, noun="webhook", verb="add", scope="own")
    gleb.roles.add(role)
    hook = subscribe(gleb)
    queueing.queue([happened(hook)], at=NOW)
    assert sending.work(NOW) == 0


def test_it_is_tried_again_in_order_and_given_up_after_three_days(
    admin: Any, receiver: Receiver, subscribe: Any
) -> None:
    hook, receiver.status = subscribe(admin), 500
    first, second = happened(hook, person=7), happened(hook, person=7)
    queueing.queue([first, second], at=NOW)
    assert sending.work(NOW) == 1  # the second waits for the first
    assert Delivery.objects.get(fact_id=first.id).due_at == NOW + timedelta(seconds=10)
    receiver.status = 200
    later = NOW + timedelta(minutes=1)
    assert (sending.work(later), sending.work(later)) == (1, 1)
    assert [one["event"] for one in receiver.events] == [first.id, first.id, second.id]
    receiver.status = 302  # a way to somewhere else is not followed
    third = happened(hook, person=7)
    queueing.queue([third], at=NOW)
    moment = NOW
    for _ in range(60):
        sending.work(moment)
        moment += timedelta(hours=2)
    hook.refresh_from_db()
    assert Delivery.objects.get(fact_id=third.id).state == "parked"
    assert not hook.is_enabled and hook.off_why
    assert Notice.objects.filter(user=admin, kind="api.webhook_off").count() == 1
    actions.switch(hook, True, by=admin, at=moment)
    receiver.status = 200
    actions.replay(Delivery.objects.get(fact_id=third.id), by=admin, at=moment)
    assert sending.work(moment) == 1 and receiver.events[-1]["event"] == third.id
    assert actions.replay_period(hook, NOW, NOW + timedelta(days=1), by=admin, at=moment) == 3


def test_a_slow_and_a_dead_server_delay_nobody(
    admin: Any, receiver: Receiver, subscribe: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six seconds of twenty facts each: the third subscription has all of them while the first still thinks."""
    slow, quick = Receiver(), subscribe(admin)
    slow.free.clear()
    dead = "127.0.0.1:1"
    settings.PRIVATE_HOSTS |= {f"127.0.0.1:{slow.server.server_port}", dead}
    for name, url in (("Slow", slow.url), ("Dead", f"http://{dead}/")):
        actions.add_webhook(admin, name, url, ("*",), by=admin, at=JOINED)
    monkeypatch.setattr(sending, "PATIENCE", 0.05)
    monkeypatch.setattr(sending, "LIMITS", Limits(connect=5, read=100, whole=100, most_bytes=65_536))
    try:
        for second in range(6):
            moment = NOW + timedelta(seconds=second)
            queueing.queue([happened(quick, person=number + 1) for number in range(20)], at=moment)
            sending.work(moment)
        for _ in range(400):  # a busy machine may need more turns, never the slow server's answer
            if len(receiver.came) == 120:
                break
            sending.work(moment)
            slow.free.wait(0.05)
        assert len(receiver.came) == 120
        assert slow.came and not Attempt.objects.filter(delivery__webhook__name="Slow").exists()
    finally:
        slow.free.set()
        monkeypatch.setattr(sending, "PATIENCE", 60)
        sending.work(moment + timedelta(hours=1))
        slow.server.shutdown()
        slow.thread.join()
        slow.server.server_close()


def test_addresses_that_are_not_called(program: Any, admin: Any) -> None:
    hers = program(admin)
    for url in ("http://example.com/", "https://", "ftp://example.com/x", "https://exa mple.com/"):
        refused = hers.post("webhooks", {"name": "x", "url": url, "kinds": ["*"]})
        assert refused.status_code in (409, 422), url
    made = hers.post("webhooks", {"name": "x", "url": "https://127.0.0.1/", "kinds": ["deal."]}).json()
    tried = hers.post(f"webhooks/{made['id']}/test")
    assert tried.status_code == 200 and tried.json()["state"] == "parked"
    assert "not on the Internet" in hers.get("attempts").json()["items"][0]["error"]


def test_a_program_subscribes_itself(program: Any, admin: Any, anna: Any) -> None:
    hers = program(admin)
    made = hers.post("webhooks", {"name": "x", "url": "https://example.com/", "kinds": ["webhook."]})
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
    one = f"webhooks/{made.json()['id']}"
    assert hers.get(one).json()["secret"] is None
    assert hers.post(f"{one}/renew-secret").json()["secret"] != made.json()["secret"]
    assert (
        hers.post("webhooks", {"name": "y", "url": "https://example.com/", "kinds": ["nothing.such"]}).status_code
        == 409
    )
    assert hers.post(f"{one}/switch-off").json()["is_enabled"] is False
    assert program(anna).get("webhooks").status_code == 404
    assert hers.delete(one).status_code == 204
