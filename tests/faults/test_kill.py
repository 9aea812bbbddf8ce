"""Any process killed with SIGKILL under load: every accepted event is there exactly once in effect."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from perezvon.telephony.testing import mango_body, mango_call

from .installation import Installation, eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("kill")]  # one installation serves them all

CALLS = 120
KINDS = ("answered", "queue_abandoned", "ivr_hangup", "no_answer", "off_hours", "outbound")


@dataclass
class Account:
    """Enough of a provider to sign for it."""

    secrets: dict[str, str]


@dataclass
class Load:
    """Sends calls' events one after another, each until it is accepted, as exchanges do."""

    base: str
    path: str
    account: Account
    calls: int = CALLS
    accepted: set[str] = field(default_factory=set)
    events: int = 0
    done: threading.Event = field(default_factory=threading.Event)
    halfway: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        with httpx.Client(timeout=10) as client:
            for number in range(self.calls):
                key = f"kill-{number}"
                moment = start + timedelta(seconds=number)
                call = mango_call(
                    KINDS[number % len(KINDS)],
                    caller=f"+7495{number:07d}",
                    line="+74950990001",
                    started_at=moment,
                    call_id=key,
                )
                for path, payload in call:
                    self._send(client, path, mango_body(self.account, payload))
                self.accepted.add(key)
                if number == self.calls // 3:
                    self.halfway.set()
        self.done.set()

    def _send(self, client: httpx.Client, path: str, body: bytes) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}

        def is_taken() -> bool:
            try:
                return client.post(f"{self.base}{self.path}{path}", content=body, headers=headers).status_code == 200
            except httpx.HTTPError:
                return False

        eventually(is_taken, within=90)
        self.events += 1


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    home: Path = tmp_path_factory.mktemp("home")
    one = Installation(home)
    one.up()
    yield one
    one.down()


@pytest.mark.parametrize("victim", ["web", "worker", "postgres", "listen"])
def test_nothing_accepted_is_lost_or_doubled(installation: Installation, victim: str) -> None:
    told = installation.run("provider", "add", "mango", f"Killed {victim}")
    path = urlsplit(told["webhook"]).path.rstrip("/") + "/"
    load = Load(installation.base, path, Account(told["secrets"]))
    thread = threading.Thread(target=load.run, daemon=True)
    thread.start()
    assert load.halfway.wait(120)
    installation.kill(victim)
    assert load.done.wait(240)
    eventually(installation.is_ready, within=90)
    provider = told["id"]
    eventually(lambda: _unread(installation, provider) == 0, within=90)
    _everything_is_there_once(installation, provider, load)


def _unread(installation: Installation, provider: int) -> int:
    left = installation.ask(
        "SELECT count(*) FROM telephony_rawevent WHERE provider_id = %s AND state = 'new'", provider
    )
    behind = installation.ask(
        "SELECT count(*) FROM telephony_call c WHERE provider_id = %s AND direction = 'in' AND NOT EXISTS"
        " (SELECT 1 FROM tickets_contact t WHERE t.kind = 'call' AND t.ref_id = c.id AND t.ended_at IS NOT NULL)",
        provider,
    )
    return left[0][0] + behind[0][0]


def _everything_is_there_once(installation: Installation, provider: int, load: Load) -> None:
    raw = installation.ask("SELECT count(*) FROM telephony_rawevent WHERE provider_id = %s", provider)[0][0]
    assert raw == load.events
    calls = installation.ask("SELECT key, state FROM telephony_call WHERE provider_id = %s", provider)
    assert sorted(key for key, _ in calls) == sorted(load.accepted)
    assert {state for _, state in calls} == {"ended"}
    doubled = installation.ask(
        "SELECT call_id, kind, count(*) FROM journey_fact WHERE kind IN ('call.started', 'call.ended')"
        " AND call_id IN (SELECT id FROM telephony_call WHERE provider_id = %s) GROUP BY 1, 2 HAVING count(*) <> 1",
        provider,
    )
    assert doubled == []
    tickets = installation.ask(
        "SELECT count(DISTINCT k.person_id), count(*) FROM tickets_ticket k JOIN tickets_contact t ON t.ticket_id = k.id"
        " JOIN telephony_call c ON t.kind = 'call' AND t.ref_id = c.id WHERE c.provider_id = %s AND c.direction = 'in'",
        provider,
    )[0]
    inbound = sum(1 for number in range(load.calls) if KINDS[number % len(KINDS)] != "outbound")
    assert tickets == (inbound, inbound)
