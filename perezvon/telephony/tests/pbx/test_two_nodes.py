"""Two nodes on machines of their own behind kamailio: one is killed, its calls come back as tasks, new calls go to the other.

docs/scaling.md shows the configuration that runs here.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from perezvon.crm.models import Task
from perezvon.journey import pump
from perezvon.kit import clock
from perezvon.telephony import listen
from perezvon.telephony.actions import dial
from perezvon.telephony.actions.exchange import add_twin, apply_now
from perezvon.telephony.models import Provider
from perezvon.telephony.pbx import balancer, control, nodes
from perezvon.telephony.pbx.program import PbxError, Program
from perezvon.telephony.softphone import gateway
from perezvon.telephony.stages import NOT_RUNG
from perezvon.telephony.testing_pbx import hosts, kamailio, sipp
from perezvon.telephony.testing_pbx.exchange import LINE, Exchange
from perezvon.telephony.testing_pbx.lab import Lab
from perezvon.telephony.testing_pbx.plugin import shared_folder
from perezvon.telephony.testing_pbx.ports import free_port, free_udp

UNAUTHORIZED = "SIP/2.0 401 Unauthorized"  # it knows the telephone and wants its password
REGISTER = "\r\n".join(
    (
        "REGISTER sip:perezvon.invalid SIP/2.0", "Via: SIP/2.0/WS a.invalid;branch=z9hG4bK1", "Max-Forwards: 70",
        "To: <sip:102w@perezvon.invalid>", "From: <sip:102w@perezvon.invalid>;tag=1", "Call-ID: 1", "CSeq: 1 REGISTER",
        "Contact: <sip:1@a.invalid;transport=ws>", "Content-Length: 0", "", "",
    )
)  # fmt: skip
pytestmark = [pytest.mark.pbx, pytest.mark.xdist_group("pbx"), pytest.mark.timeout(240)]


@dataclass
class Pair:
    """The first node, its twin, and the one address of both."""

    first: Exchange
    twin: Provider
    labs: tuple[Lab, Lab]
    clients: sipp.Sipp
    prefix: str
    called: int = 0

    def dial(self, *steps: sipp.Step) -> str:
        """A client calls the company at kamailio; his number."""
        self.called += 1
        caller = f"7916555000{self.called}"
        place = f"{self.prefix}9"
        self.clients.start(
            sipp.calling((sipp.Talk(), *steps), self.clients.sound), address=place, port=free_udp(place), media=free_udp(place),
            number=LINE.removeprefix("+"), caller=caller,
        )  # fmt: skip
        return f"+{caller}"

    def kill_the_first(self) -> None:
        """As a power cut would."""
        process = self.labs[0].process
        assert process is not None
        self.labs[0].heard.stop()
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)


def _balancer(folder: Path, address: str, port: int, providers: list[Provider]) -> "subprocess.Popen[bytes]":
    try:
        started, modules = kamailio.command(shared_folder().with_name("kamailio"))
    except PbxError as error:
        pytest.skip(str(error).partition("\n")[0])
    found = [nodes.node_for(one) for one in providers]
    for name, text in balancer.files(address, port, found, str(folder), modules).items():
        (folder / name).write_text(text)
    assert kamailio.check(started, folder / "kamailio.cfg") == ""
    with (folder / "kamailio.log").open("wb") as log:
        command = [*started, "-f", str(folder / "kamailio.cfg"), "-DD", "-w", str(folder), "-Y", str(folder)]
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def _node(host: hosts.Host, name: str) -> dict[str, Any]:
    """The doors of a node on that machine."""
    return {
        "host": host.address, "bind": host.address, "http_bind": host.address, "node": name, "sip_port": 5060, "port": 5038, "http_port": 8088,
        "ami_from": host.gateway, "agi_host": host.gateway, "agi_port": free_port(address=host.gateway), "rtp_from": 10_000, "rtp_to": 10_199,
    }  # fmt: skip


@pytest.fixture
def pair(
    new_exchange: Any,
    asterisk_program: Program,
    sipp_program: str,
    operator: Any,
    anna: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Pair]:
    reason = hosts.why_not()
    if reason:
        pytest.skip(reason)
    monkeypatch.setattr(listen.Node, "dead_seconds", 3.0)
    with hosts.hosts(2) as ((one, two), prefix):
        first: Exchange = new_exchange(**_node(one, "node1"))
        port = free_udp(f"{prefix}1")
        first.trunk.host, first.trunk.port = f"{prefix}1", port
        first.trunk.save()
        first.seat(operator, "101")
        first.seat(anna, "102", "browser")
        first.line(f"queue:{first.queue('sales', operator).pk}")
        twin = add_twin(first.provider, "Second node", at=clock.now(), **_node(two, "node2"))
        assert apply_now(twin, at=clock.now()).state == "applied"
        labs = first.lab, Lab(asterisk_program, nodes.node_for(twin), sipp_program, twin.secrets["secret"])
        for lab, host in zip(labs, (one, two), strict=True):
            lab.program = host.runs(asterisk_program)
        front: subprocess.Popen[bytes] | None = None
        (tmp_path / "clients").mkdir()
        clients = sipp.Sipp(tmp_path / "clients", sipp_program, f"{prefix}1", port)
        try:
            labs[1].start()
            first.open()
            _telephone(labs, f"{prefix}10")
            # After the nodes: one that did not answer yet would count as dead until it is asked again.
            front = _balancer(tmp_path, f"{prefix}1", port, [first.provider, twin])
            labs[0]._until_bound(f"{prefix}1", port)
            yield Pair(first, twin, labs, clients, prefix)
        finally:
            clients.stop_all()
            first.close()
            labs[1].stop()
            if front is not None:
                os.killpg(front.pid, signal.SIGKILL)
                front.wait(10)


def _telephone(labs: tuple[Lab, Lab], place: str) -> None:
    """One telephone that is known to both nodes, as desk telephones with a second server are."""
    port = free_udp(place)
    for lab in labs:
        known = lab.sipp.start(
            sipp.registering("101", "secret101", 600), address=place, port=port, media=free_udp(place), seconds=10
        )
        assert known.wait(10) == 0
    scenario = sipp.ringing((sipp.Talk(), sipp.Listen(60)), labs[0].sipp.sound, ring=0.3)
    labs[0].sipp.start(scenario, address=place, port=port, media=free_udp(place), times=None, seconds=600, caller="101")


async def answers(user: Any) -> tuple[str, str]:
    """Where the telephone in the browser of ``user`` gets through, and the first line that it hears there."""
    target = await sync_to_async(gateway.target_of)(user)
    assert target is not None and len(target.urls) == 2
    found = await gateway._first_that_answers(target.urls)
    assert found is not None
    url, exchange = found
    await exchange.send(REGISTER)
    said = str(await exchange.recv()).partition("\r\n")[0]
    await exchange.close()
    return url, said


def test_a_node_is_killed(pair: Pair, operator: Any, anna: Any) -> None:
    """Whoever talked is closed, whoever waited is called back, the next client gets through to the same employee.

    The telephone in a browser and the button to call with go to the node that is alive.
    """
    company, own = pair.first, pair.first.provider
    assert async_to_sync(answers)(anna) == (gateway.url_of(own), UNAUTHORIZED)
    assert control.node_of(own, "101") == own
    talking = company.call(pair.dial(), state="talking")
    waiting = company.call(pair.dial(), state="queued")
    assert (talking.provider, waiting.provider) == (own, own), "the queue lives in the preferred node"
    pair.kill_the_first()
    late = pair.dial(sipp.Bye(after=3))
    company.until(lambda: not type(waiting).objects.live().filter(provider=own).exists(), 30)
    for call in (talking, waiting):
        call.refresh_from_db()
        assert (call.cause, call.state) == ("network_error", "ended"), call.phone
    assert talking.stage == "talked"
    pump.drain(at=clock.now())
    task = Task.objects.get(person=waiting.person_id, origin="lost_call", done_at=None)
    assert task.deadline is not None

    call = company.until(
        lambda: type(waiting).objects.filter(provider=pair.twin, phone=late, state="ended").first(), 40
    )
    assert (call.stage, call.user, call.key.partition("-")[0]) == ("talked", operator, "node2")
    assert (call.queue, call.record) == ("sales", f"{call.key}.wav")

    assert async_to_sync(answers)(anna) == (gateway.url_of(pair.twin), UNAUTHORIZED)
    wish = dial(operator, "+79165559999", by=operator, at=clock.now())
    assert (wish.provider, wish.call_key.partition("-")[0]) == (pair.twin, "node2")
    call = company.until(lambda: type(call).objects.filter(key=wish.call_key, state="ended").first(), 20)
    assert (call.direction, call.cause in NOT_RUNG) == ("out", False), "his telephone was taken, the client was rung"
    assert [each["extension"] for each in call.attempts] == ["101"]
