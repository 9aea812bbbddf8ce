"""Real calls through a real Asterisk into a real browser: who calls, five pages, hold, keys, transfers, a killed web."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from perezvon.config.postgres import Cluster
from perezvon.telephony.pbx.generate.base import MANAGER
from perezvon.telephony.pbx.program import Program
from perezvon.telephony.testing_pbx.ear import Ear
from perezvon.telephony.testing_pbx.lab import settings as node_settings
from perezvon.telephony.testing_pbx.plugin import shared_folder
from perezvon.telephony.testing_pbx.ports import CARRIER
from perezvon.telephony.testing_pbx.recorder import Recorder

from ..faults.installation import Installation, eventually
from .conftest import sign_in
from .exchange import CLIENTS, DIRECT_LINE, MASKED_LINE, QUEUE_LINE, Carrier

pytestmark = [pytest.mark.pbx, pytest.mark.xdist_group("pbx"), pytest.mark.timeout(400)]
PAGES = ("/tickets/", "/board/", "/calls/", "/people/", "/deals/")
PEERS = """(() => { const Real = RTCPeerConnection; window.peers = [];
  window.RTCPeerConnection = function (...given) { const made = new Real(...given); window.peers.push(made); return made; };
  window.RTCPeerConnection.prototype = Real.prototype; })()"""
HEARD = """async () => { const sum = { packets: 0, energy: 0, sent: 0, said: 0 };
  for (const peer of peers) (await peer.getStats()).forEach((row) => {
    if (row.type === "inbound-rtp") { sum.packets += row.packetsReceived; sum.energy += row.totalAudioEnergy; }
    if (row.type === "outbound-rtp") sum.sent += row.packetsSent;
    if (row.type === "media-source") sum.said += row.totalAudioEnergy ?? 0; });
  return sum; }"""
PLAYED = "Math.max(0, ...[...document.querySelectorAll('#player-dock audio')].map((one) => one.currentTime))"
_pause = threading.Event()


@dataclass
class Exchange:
    """The running exchange of the company, and the clients who call it."""

    base: str
    installation: Installation
    carrier: Carrier
    known: dict[str, Any]
    keys: Path  # where Asterisk writes down every key that it hears

    def call(self, line: str, caller: str, bye: float = 0.0) -> "subprocess.Popen[bytes]":
        return self.carrier.call(line, caller, bye)

    def events(self, name: str) -> list[dict[str, Any]]:
        """What the exchange told of, as it was stored."""
        rows = self.installation.ask("SELECT payload FROM telephony_rawevent WHERE name = %s ORDER BY id", name)
        return [row[0] for row in rows]


@pytest.fixture(scope="module")
def exchange(
    tmp_path_factory: pytest.TempPathFactory, asterisk_program: Program, sipp_program: str
) -> Iterator[Exchange]:
    """A company of its own: the exchange is killed and restarted here."""
    folder = tmp_path_factory.mktemp("operator")
    installation = Installation(folder / "home", log=folder / "said.log")
    installation.env |= {"PEREZVON_PBX": str(shared_folder()), "LOG_LEVEL": "INFO"}
    settings = node_settings()
    carrier = Carrier(folder, settings["sip_port"])
    try:
        installation.up(within=280)
        env = {**installation.env, "DATABASE_URL": Cluster(installation.home).url}
        _told("tests.browser.company", "http://127.0.0.1:1", env)
        known = _told("tests.browser.exchange", json.dumps({**settings, "carrier_port": carrier.port}), env)
        assert known["state"] == "applied", known
        eventually(lambda: _is_heard(installation), within=90)  # `up` starts the exchange by itself
        keys = Path(known["log"]) / "keys"
        manager = Recorder(settings["host"], settings["port"], MANAGER, known["secret"])
        manager.start()
        manager.action("Command", Command="logger add channel keys dtmf")
        yield Exchange(installation.base, installation, carrier, known, keys)
        manager.stop()
    finally:
        carrier.stop()
        installation.down()


def _told(module: str, argument: str, env: dict[str, str]) -> dict[str, Any]:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", module, argument], env=env, cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _is_heard(installation: Installation) -> bool:
    rows = installation.ask("SELECT 1 FROM telephony_provider WHERE last_event_at IS NOT NULL")
    return bool(rows)


@dataclass
class Desk:
    """One operator: a page of the product, and the telephone's window."""

    page: Page
    phone: Page

    def heard(self) -> dict[str, float]:
        found: dict[str, float] = self.phone.evaluate(HEARD)
        return found

    def hears(self, seconds: float = 1.0) -> dict[str, float]:
        """What came in and went out in some seconds."""
        before = self.heard()
        _pause.wait(seconds)
        after = self.heard()
        return {name: after[name] - before[name] for name in before}


@pytest.fixture
def desk(browser: Browser, exchange: Exchange) -> Iterator[Any]:
    contexts = []

    def sit(login: str) -> Desk:
        context = browser.new_context(base_url=exchange.base)
        context.add_init_script(PEERS)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        sign_in(page, exchange.base, login)
        expect(page.locator(".topbar-search")).to_be_visible()
        page.goto("/day/")
        with context.expect_page() as opened:
            page.locator(".phone-tool").click()
        phone = opened.value
        expect(phone.locator("[data-link-state=ready]")).to_be_visible()
        expect(page.locator("html[data-phone=ready]")).to_have_count(1)
        return Desk(page, phone)

    yield sit
    exchange.carrier.stop()
    for context in contexts:
        context.close()


def is_gone(client: "subprocess.Popen[bytes]") -> bool:
    return client.poll() is not None


def taken(
    exchange: Exchange, olga: Desk, line: str = DIRECT_LINE, caller: str = "Known Kira", bye: float = 0.0
) -> "subprocess.Popen[bytes]":
    """A client calls and is answered."""
    client = exchange.call(line, caller, bye)
    olga.page.locator(".phonebar [data-do=answer]").click()
    expect(olga.phone.locator(".phone-call.is-talking")).to_be_visible()
    return client


def test_a_call_is_known_before_it_is_answered_and_outlives_five_pages(exchange: Exchange, desk: Any) -> None:
    olga = desk("olga")
    client = exchange.call(QUEUE_LINE, "Known Kira")
    bar = olga.page.locator(".phonebar-call.is-ringing")
    expect(bar).to_contain_text("Known Kira")
    for words in ("Tour of Kira", "Gold", "Request 20", "Desk"):
        expect(bar).to_contain_text(words)
    assert not is_gone(client)
    olga.page.locator(".phonebar [data-do=answer]").click()
    expect(olga.phone.locator(".phone-call.is-talking")).to_contain_text("Known Kira")
    other = olga.page.context.new_page()
    other.goto("/people/")
    for address in PAGES:
        olga.page.goto(address)
        expect(olga.page.locator(".phonebar-call.is-talking")).to_contain_text("Known Kira")
    other.reload()
    expect(other.locator(".phonebar-call.is-talking")).to_be_visible()
    sound = olga.hears(2)
    assert sound["packets"] > 60 and sound["sent"] > 60, sound  # 50 a second each way
    assert sound["energy"] > 0.01 and sound["said"] > 0.01, sound
    other.locator(".phonebar [data-do=hang-up]").click()  # from a page that did not answer it
    expect(olga.page.locator(".phonebar-call")).to_have_count(0)
    eventually(lambda: is_gone(client), within=10)
    form = olga.phone.locator(".wrap-up")
    form.get_by_text("Question answered").click()
    form.get_by_role("button", name="Write down").click()
    expect(form).to_have_count(0)
    rows = exchange.installation.ask("SELECT result FROM telephony_callresult")
    assert rows == [("Question answered",)]
    olga.page.goto(f"/people/{exchange.known['person']}/")
    eventually(lambda: olga.page.reload() and olga.page.locator("a.sound").first.is_visible(), within=20, every=0.5)
    olga.page.locator("a.sound").first.click()
    eventually(lambda: olga.page.evaluate(PLAYED) > 0.5, within=10)


def led(board: Page, whereto: str) -> None:
    """The waiting client is given to a queue or to somebody."""
    board.locator(".wall-waiting", has_text="Known Kira").locator(".wall-act").click()
    board.locator("dialog select").select_option(label=whereto)
    board.locator("dialog").get_by_role("button", name="Give it over").click()
    expect(board.locator("dialog[open]")).to_have_count(0)


def test_a_supervisor_sees_who_waits_leads_him_listens_and_takes_over(exchange: Exchange, desk: Any) -> None:
    """The second story: nobody has left Olga in the pause after a talk, in which the queue does not ring her."""
    olga, kirill = desk("olga"), desk("kirill")
    board = kirill.page
    board.goto("/wallboard/")
    agent, waiting = (
        board.locator(".wall-agent", has_text="Olga Kim"),
        board.locator(".wall-waiting", has_text="Known Kira"),
    )
    agent.locator(".wall-act").click()
    line = board.locator("dialog .sheet-line", has_text="Spare")
    line.locator("select").select_option("5")
    line.get_by_role("button", name="Set").click()
    expect(agent).to_contain_text("Spare", timeout=20_000)
    exchange.call(QUEUE_LINE, "Known Kira")
    expect(waiting).to_contain_text("Desk")  # nobody reloaded the page
    expect(board.locator("[data-bell-count]")).to_be_visible(timeout=20_000)  # a client of value waits
    led(board, "Spare")
    expect(waiting).to_contain_text("Spare", timeout=15_000)
    expect(kirill.phone.locator(".phone-call.is-ringing")).to_be_visible()  # he knows it best
    expect(olga.phone.locator(".phone-call")).to_have_count(0)
    led(board, "Olga Kim")
    olga.page.locator(".phonebar [data-do=answer]").click()
    expect(waiting).to_have_count(0)
    expect(agent).to_contain_text("Known Kira")
    agent.locator(".wall-act").click()
    board.locator("dialog .sheet").get_by_role("button", name="Listen").click()
    expect(kirill.phone.locator(".phone-call.is-talking")).to_be_visible()  # his telephone answers by itself
    sound = kirill.hears()
    assert sound["packets"] > 25 and sound["energy"] > 0.005, sound
    expect(olga.phone.locator(".phone-call")).to_have_count(1)  # and she notices nothing
    kirill.phone.locator(".phone-call [data-do=hang-up]").click()
    expect(kirill.phone.locator(".phone-call")).to_have_count(0)
    board.reload()
    agent.locator(".wall-act").click()
    board.locator("dialog .sheet").get_by_role("button", name="Take over").click()
    expect(kirill.phone.locator(".phone-call.is-ringing")).to_be_visible()  # a client is answered by a hand
    kirill.phone.locator(".phone-call [data-do=answer]").click()
    expect(kirill.phone.locator(".phone-call.is-talking")).to_be_visible()
    expect(olga.phone.locator(".phone-call")).to_have_count(0)
    sound = kirill.hears()
    assert sound["packets"] > 25 and sound["energy"] > 0.005, sound
    board.goto("/wallboard/history/")
    expect(board.locator("main, #content").first).to_contain_text("Olga Kim")
    ways = exchange.installation.ask("SELECT way FROM telephony_supervision WHERE state = 'done' ORDER BY id")
    assert [way for (way,) in ways] == ["queues", "move", "hand", "listen", "take_over"]


def test_hold_mute_and_keys(exchange: Exchange, desk: Any) -> None:
    olga = desk("olga")
    taken(exchange, olga)
    bar = olga.page.locator(".phonebar")
    before = len(exchange.events("Hold"))
    bar.locator("[data-do=hold]").click()
    expect(bar.locator(".is-held")).to_be_visible()
    eventually(lambda: len(exchange.events("Hold")) > before, within=10)
    bar.locator("[data-do=resume]").click()
    expect(bar.locator(".is-talking")).to_be_visible()
    assert olga.hears()["packets"] > 25
    bar.locator("[data-do=mute]").click()
    expect(bar.locator("[data-do=unmute]")).to_be_visible()
    assert olga.hears()["sent"] > 25  # silence is sent, not nothing
    bar.locator("[data-do=unmute]").click()
    for key in "5#":
        olga.phone.locator(f".phone-dial [data-key='{key}']").click()
    heard = re.compile(r"DTMF end '(.)' received on PJSIP/101w")
    eventually(lambda: heard.findall(exchange.keys.read_text())[-2:] == ["5", "#"], within=10)


def test_a_second_call_knocks_and_the_first_is_held(exchange: Exchange, desk: Any) -> None:
    olga = desk("olga")
    taken(exchange, olga)
    exchange.call(DIRECT_LINE, "Unknown")
    known, unknown = (olga.phone.locator(".phone-call").nth(place) for place in (0, 1))
    expect(unknown).to_have_class(re.compile("is-ringing"))
    expect(unknown.locator(".pop-name")).to_have_text("+7 495 011-00-49Moscow")
    expect(unknown.get_by_text("Unknown caller")).to_have_count(1)
    expect(unknown.locator(".pop-who input")).to_be_visible()  # becomes a client, or one that we know
    expect(known).to_have_class(re.compile("is-talking"))
    unknown.locator("[data-do=answer]").click()
    expect(known).to_have_class(re.compile("is-held"))
    expect(unknown).to_have_class(re.compile("is-talking"))
    known.locator("[data-do=resume]").click()  # to and fro between the two
    expect(unknown).to_have_class(re.compile("is-held"))
    expect(known).to_have_class(re.compile("is-talking"))
    sound = olga.hears()
    assert sound["energy"] > 0.005, sound


def test_a_press_on_a_client_s_card_rings_her_telephone_then_the_client(
    exchange: Exchange, desk: Any, new_ear: Any
) -> None:
    """Her telephone answers by itself, the client is rung, they hear each other, the call stands on the card."""
    client: Ear = new_ear(800, CARRIER)
    exchange.carrier.answers(client)
    olga = desk("olga")
    olga.page.goto(f"/people/{exchange.known['person']}/")
    olga.page.locator(".call-button").first.click()
    expect(olga.phone.locator(".phone-call.is-talking")).to_contain_text("Known Kira")  # nobody pressed "answer"
    eventually(lambda: olga.hears()["energy"] > 0.005, within=10)  # the client's tone
    eventually(lambda: client.loudest() > 300, within=10)  # the beeps of the browser's sham microphone
    olga.page.locator(".phonebar [data-do=hang-up]").click()
    expect(olga.phone.locator(".phone-call")).to_have_count(0)
    rows = "SELECT stage, cause FROM telephony_call WHERE direction = 'out' AND person_id = %s AND state = 'ended'"
    found = eventually(lambda: exchange.installation.ask(rows, exchange.known["person"]), within=20)
    assert found[-1][0] == "talked", found
    olga.page.reload()
    card = olga.page.locator("#content, main").first
    expect(card).to_contain_text("Olga Kim calls the client from 101")
    expect(card).to_contain_text("The call ended: talked")


def test_a_blind_transfer_to_a_colleague(exchange: Exchange, desk: Any) -> None:
    olga, kirill = desk("olga"), desk("kirill")
    client = taken(exchange, olga)
    olga.phone.locator(".phone-call [data-do=transfer]").click()
    olga.phone.locator("[data-transfer-to]").fill("kir")
    olga.phone.locator(".dialog .target", has_text="Kirill").click()
    olga.phone.locator("[data-how=transfer]").click()
    expect(olga.phone.locator(".phone-call")).to_have_count(0)
    kirill.page.locator(".phonebar [data-do=answer]").click()
    expect(kirill.phone.locator(".phone-call.is-talking")).to_be_visible()
    sound = kirill.hears()
    assert sound["packets"] > 25 and sound["energy"] > 0.005, sound
    assert not is_gone(client)


def test_an_attended_transfer_joins_the_two(exchange: Exchange, desk: Any) -> None:
    olga, kirill = desk("olga"), desk("kirill")
    client = taken(exchange, olga)
    olga.phone.locator(".phone-call [data-do=transfer]").click()
    olga.phone.locator(".dialog .target", has_text="Kirill").click()
    olga.phone.locator("[data-how=consult]").click()
    kirill.page.locator(".phonebar [data-do=answer]").click()
    expect(olga.phone.locator(".phone-call.is-held")).to_be_visible()
    olga.phone.locator("[data-do=join]").click()
    expect(olga.phone.locator(".phone-call")).to_have_count(0)
    expect(kirill.phone.locator(".phone-call.is-talking")).to_be_visible()
    sound = kirill.hears()
    assert sound["packets"] > 25 and sound["energy"] > 0.005, sound  # the client's tone reaches the colleague
    assert not is_gone(client)


def test_a_killed_web_does_not_touch_the_talk_and_the_link_comes_back(exchange: Exchange, desk: Any) -> None:
    olga = desk("olga")
    client = taken(exchange, olga)
    exchange.installation.kill("web")
    expect(olga.phone.locator("[data-link-state=lost]")).to_be_visible()
    assert olga.hears()["packets"] > 25
    expect(olga.phone.locator("[data-link-state=ready]")).to_be_visible(timeout=40_000)
    assert olga.hears()["packets"] > 25
    client.kill()
    bye = exchange.call(DIRECT_LINE, "Unknown", bye=1)  # and new calls ring
    olga.phone.locator(".phone-call.is-talking [data-do=hang-up]").click()
    olga.phone.locator(".phone-call.is-ringing [data-do=answer]").click()
    expect(olga.phone.locator(".phone-call")).to_have_count(
        0
    )  # the client hung up: signalling works in both directions
    eventually(lambda: is_gone(bye), within=10)


def test_an_unknown_caller_becomes_a_client_in_one_press(exchange: Exchange, desk: Any) -> None:
    olga = desk("olga")
    exchange.call(DIRECT_LINE, "Unknown")
    bar = olga.page.locator(".phonebar-call.is-ringing")
    expect(bar).to_contain_text("Unknown caller")
    bar.locator("input[name=q]").fill("Nadia New")
    bar.get_by_role("button", name="New client “Nadia New”").click()
    expect(olga.page.locator(".phonebar .pop-name")).to_contain_text("Nadia New")
    olga.page.locator(".phonebar [data-do=decline]").click()
    olga.page.goto("/people/?q=Nadia")
    expect(olga.page.get_by_role("link", name="Nadia New")).to_be_visible()


def test_the_number_of_a_client_never_comes_to_who_may_not_see_it(exchange: Exchange, desk: Any) -> None:
    """Every frame of the signalling, every page and every log is looked at: called by a client, and calling him."""
    masha = desk("masha")
    seen: list[str] = []
    masha.phone.on("websocket", lambda socket: socket.on("framereceived", lambda data: seen.append(str(data))))
    masha.phone.reload()
    expect(masha.phone.locator("[data-link-state=ready]")).to_be_visible()
    for one in (masha.page, masha.phone):
        one.on("response", lambda answer: seen.append(answer.url))
    client = exchange.call(MASKED_LINE, "Known Kira")
    expect(masha.page.locator(".phonebar-call.is-ringing")).to_contain_text("Known Kira")
    masha.page.locator(".phonebar [data-do=answer]").click()
    expect(masha.phone.locator(".phone-call.is-talking")).to_be_visible()
    seen += [masha.page.content(), masha.phone.content()]
    masha.page.locator(".phonebar [data-do=hang-up]").click()
    eventually(lambda: is_gone(client), within=10)
    masha.page.goto(f"/people/{exchange.known['person']}/")
    calls = len([frame for frame in seen if "INVITE sip" in frame])
    masha.page.locator(".call-button").first.click()
    expect(masha.page.locator(".toast-line")).to_contain_text("your telephone rings first")
    expect(masha.phone.locator(".phone-call")).to_be_visible()
    eventually(lambda: len([frame for frame in seen if "INVITE sip" in frame]) > calls, within=10)
    seen += [masha.page.content(), masha.phone.content(), (exchange.installation.log or Path()).read_text()]
    seen += [path.read_text(errors="replace") for path in Path(exchange.known["log"]).glob("messages*")]
    digits = re.sub(r"\D", "", CLIENTS["Known Kira"])[1:]
    found = [text for text in seen if digits in re.sub(r"[\s()-]", "", text)]
    assert not found, found[0][:2000]
