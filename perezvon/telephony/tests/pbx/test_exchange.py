"""From a ring at the carrier to a stored call: rows, files, Asterisk, listener, interpreter."""

import subprocess
import sys
from typing import Any

import pytest
from django.urls import reverse

from perezvon.kit import clock
from perezvon.telephony.actions import exchange as actions
from perezvon.telephony.models import Call, PbxVersion
from perezvon.telephony.pbx import control
from perezvon.telephony.pbx.checks import Refused
from perezvon.telephony.testing_pbx.sipp import Bye, Listen, Talk

pytestmark = [pytest.mark.pbx, pytest.mark.xdist_group("pbx")]


def test_a_call_is_stored(exchange: Any, operator: Any) -> None:
    exchange.telephone("101")
    call = exchange.stored(exchange.dial(Talk(), Bye(after=3)))
    assert (call.stage, call.user, call.queue) == ("talked", operator, "sales")
    assert call.record == f"{call.key}.wav"


def test_what_the_exchange_refuses_is_put_back(exchange: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path.name: path.read_text() for path in exchange.lab.node.etc.glob("*.conf")}
    generate = actions.generate
    broken = "[x]\nexten => s,1,NoOp(\nexten => no priority\nsame => n\n"
    monkeypatch.setattr(actions, "generate", lambda plan: {**generate(plan), "extensions.conf": broken})
    version = actions.apply_now(exchange.provider, at=clock.now())
    assert version.state == "failed"
    assert "pbx_config" in version.error
    assert {path.name: path.read_text() for path in exchange.lab.node.etc.glob("*.conf")} == before
    shown = control.console(exchange.provider, f"dialplan show queue-{exchange.provider.queues.get().pk}")
    assert "Queue(sales" in shown


def test_bad_settings_are_refused_before_anything_is_written(exchange: Any) -> None:
    exchange.provider.queues.get().members.all().delete()
    with pytest.raises(Refused, match="Sales"):
        actions.apply_now(exchange.provider, at=clock.now())
    assert PbxVersion.objects.count() == 1


def said(exchange: Any, *words: str) -> str:
    """What `perezvon pbx` answers in a shell."""
    command = [sys.executable, "-m", "perezvon", "pbx", *words]
    done = subprocess.run(command, env=exchange.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_applying_and_going_back_from_the_shell_drop_no_call(exchange: Any, client_of: Any, admin: Any) -> None:
    """A client talks meanwhile; the page shows what was done in the shell."""
    exchange.telephone("101")
    client = exchange.dial(Talk(), Listen(60))
    talk = exchange.call(client, state="talking")
    first = PbxVersion.objects.get()
    queue = exchange.provider.queues.get()
    queue.most_wait_seconds = 99
    queue.save()
    exchange.queue("support", queue.members.first().user)
    second = actions.apply_now(exchange.provider, at=clock.now())
    assert (second.number, second.state, second.error) == (2, "applied", "")
    assert "support" in control.console(exchange.provider, "queue show support")
    assert said(exchange, "rollback", "1") == "Version 3 is applied.\n"
    third = PbxVersion.objects.get(number=3)
    changed = [name for name, text in third.files.items() if text != first.files[name]]
    assert (third.state, changed) == ("applied", [])
    listed = [line.split()[3:] for line in said(exchange, "versions").splitlines()]
    assert [line[:2] for line in listed] == [["in", "force"], ["applied"], ["applied"]]
    queue.refresh_from_db()
    assert queue.most_wait_seconds == 15
    assert exchange.provider.queues.count() == 1
    assert "99" not in control.console(exchange.provider, "dialplan show queue-" + str(queue.pk))
    page = client_of(admin).get(reverse("telephony:versions"), {"exchange": exchange.provider.pk}).content.decode()
    assert reverse("telephony:version", args=[third.pk]) in page and third.comment in page
    assert len([one for one in control.live(exchange.provider) if one.call_key == talk.key]) == 2, "both still talk"
    control.hang_up(exchange.provider, talk.key)
    assert exchange.stored(client).stage == "talked"


def test_it_starts_anew_only_when_nobody_talks(exchange: Any) -> None:
    """The talk goes on to its end; then Asterisk ends, and what keeps it starts it again."""
    exchange.telephone("101")
    client = exchange.dial(Talk(), Bye(after=3))
    exchange.call(client, state="talking")
    actions.restart(exchange.provider, at=clock.now())
    call = exchange.stored(client)
    assert (call.stage, call.cause) == ("talked", "caller_hangup")
    exchange.lab.process.wait(20)
    exchange.lab.restart()
    assert exchange.stored(exchange.dial(Bye(after=5), caller="79990000001")).stage == "talked"


def test_killed_under_calls(exchange: Any) -> None:
    """Calls that die with the exchange are closed as cut off, by observation, and the client is a lost one."""
    exchange.telephone("101")
    exchange.telephone("102", silent=True)
    talker = exchange.dial(Talk(), Bye(after=60))
    exchange.call(talker, state="talking")
    waiter = exchange.dial(Bye(after=60))
    exchange.call(waiter, state="ringing")
    exchange.lab.process.kill()
    exchange.lab.restart()
    found = {client: exchange.stored(client) for client in (talker, waiter)}
    assert {call.cause for call in found.values()} == {"network_error"}
    assert [(call.stage, call.observed) for call in found.values()] == [("L08", True), ("L05", True)]
    assert exchange.stored(exchange.dial(Bye(after=5), caller="79990000001")).stage == "talked"
    assert Call.objects.count() == 3
