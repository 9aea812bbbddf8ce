"""sipp as a carrier that calls in, as a carrier that is called, and as telephones.

A scenario is made of small steps; the SIP around them is the least that RFC 3261 asks for.
"""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .ear import Ear

RATE = 8000  # samples per second, A-law


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for some seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Digit:
    """Press a key, some seconds after the step before."""

    digit: str
    after: float = 0.5


@dataclass(frozen=True, slots=True)
class Talk:
    """Send a tone until the call ends."""


@dataclass(frozen=True, slots=True)
class Bye:
    """Put down the receiver, some seconds after the step before."""

    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for the other side to put down the receiver, at most so long; then put it down oneself."""

    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Hold:
    """Put the other side on hold for some seconds."""

    seconds: float = 1.0


Step = Wait | Digit | Talk | Bye | Listen | Hold

_SDP = """v=0
o=- 1 {version} IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a={direction}
"""


def _head(first: str, cseq: str, extra: str = "", *, is_server: bool) -> str:
    """A request inside a dialogue. A called telephone has the roles of From and To the other way round."""
    if is_server:
        parties = "From:[$to]\nTo:[$from]\nCall-ID: [call_id]\n"
        target = first.replace("[next_url]", "[$contact]")
    else:
        parties, target = "[last_From:]\n[last_To:]\n[last_Call-ID:]\n", first
    via = "Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]\n"
    return f"{target} SIP/2.0\n{via}{parties}CSeq: {cseq}\nContact: <sip:[local_ip]:[local_port]>\nMax-Forwards: 70\n{extra}"


def _send(text: str, *, retrans: bool = True) -> str:
    again = ' retrans="500"' if retrans else ""
    return f"<send{again}><![CDATA[\n{text}\n]]></send>\n"


def _with_body(head: str, media: str, body: str) -> str:
    return f"{head}Content-Type: {media}\nContent-Length: [len]\n\n{body}"


class Dialogue:
    """Steps after the call is connected, as XML."""

    def __init__(self, sound: Path, *, is_server: bool) -> None:
        self.sound, self.is_server, self.number = sound, is_server, 1 if is_server else 3

    def _request(self, method: str, extra: str = "Content-Length: 0\n\n", body: tuple[str, str] | None = None) -> str:
        self.number += 1
        head = _head(f"{method} [next_url]", f"{self.number} {method}", "" if body else extra, is_server=self.is_server)
        return (
            _send(_with_body(head, *body) if body else head)
            + '<recv response="100" optional="true"/>\n<recv response="200"/>\n'
        )

    def step(self, step: Step) -> str:
        """One step."""
        match step:
            case Wait(seconds):
                return _pause(seconds)
            case Digit(digit, after):
                return _pause(after) + self._request(
                    "INFO", body=("application/dtmf-relay", f"Signal={digit}\nDuration=160\n")
                )
            case Talk():
                return f'<nop><action><exec rtp_stream="{self.sound},-1,8"/></action></nop>\n'
            case Bye(after):
                return _pause(after) + self._request("BYE")
            case Listen(seconds):
                return self._listen(seconds)
            case Hold(seconds):
                return self._offer(2, "sendonly") + _pause(seconds) + self._offer(3, "sendrecv")

    def _offer(self, version: int, direction: str) -> str:
        """A new description of the media inside the dialogue: hold, or back."""
        asked = self._request("INVITE", body=("application/sdp", _SDP.format(version=version, direction=direction)))
        head = _head("ACK [next_url]", f"{self.number} ACK", "Content-Length: 0\n\n", is_server=self.is_server)
        return asked + _send(head, retrans=False)

    def _listen(self, seconds: float) -> str:
        """Wait for a BYE; when none comes put down the receiver."""
        return (
            f'<recv request="BYE" timeout="{int(seconds * 1000)}" ontimeout="enough" next="theirs"/>\n'
            f'<label id="enough"/>\n{self._request("BYE")}<nop next="end"/>\n'
            f'<label id="theirs"/>\n{_answer("200 OK")}<label id="end"/>\n'
        )


def _pause(seconds: float) -> str:
    return f'<pause milliseconds="{int(seconds * 1000)}"/>\n' if seconds > 0 else ""


def _answer(line: str, *, tag: bool = False, sdp: bool = False) -> str:
    marked = ";tag=[pid]t[call_number]" if tag else ""
    head = (
        f"SIP/2.0 {line}\n[last_Via:]\n[last_From:]\n[last_To:]{marked}\n[last_Call-ID:]\n[last_CSeq:]\n"
        "Contact: <sip:[local_ip]:[local_port]>\n"
    )
    body = (
        _with_body(head, "application/sdp", _SDP.format(version=1, direction="sendrecv"))
        if sdp
        else head + "Content-Length: 0\n\n"
    )
    return _send(body, retrans=sdp)


def calling(steps: Sequence[Step], sound: Path, *, login: tuple[str, str] | None = None) -> str:
    """A caller: INVITE, the steps once it is answered; with a name and a password he is a telephone of ours."""
    party = '"[caller]" <sip:[caller]@[local_ip]:[local_port]>;tag=[pid]c[call_number]'
    invite = (
        "INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0\nVia: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]\n"
        f"From: {party}\nTo: <sip:[service]@[remote_ip]:[remote_port]>\nCall-ID: [call_id]\nCSeq: 1 INVITE\n"
        "Contact: <sip:[caller]@[local_ip]:[local_port]>\nMax-Forwards: 70\n"
    )
    ack = "ACK [next_url] SIP/2.0\nVia: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]\n"
    ack += "[last_From:]\n[last_To:]\n[last_Call-ID:]\nCSeq: 1 ACK\nMax-Forwards: 70\nContent-Length: 0\n\n"
    talk = Dialogue(sound, is_server=False)
    body = _SDP.format(version=1, direction="sendrecv")
    name, password = login or ("", "")
    known = invite.replace("1 INVITE", "2 INVITE") + f"[authentication username={name} password={password}]\n"
    asked = [
        '<recv response="401" auth="true"/>\n',
        _send(ack.replace("[next_url]", "sip:[service]@[remote_ip]:[remote_port]"), retrans=False),
        _send(_with_body(known, "application/sdp", body)),
    ]
    return _scenario(
        _send(_with_body(invite, "application/sdp", body)),
        *(asked if login else ()),
        '<recv response="100" optional="true"/>\n<recv response="180" optional="true"/>\n<recv response="183" optional="true"/>\n',
        *_refusals(),
        '<recv response="200" rrs="true"/>\n',
        _send(ack.replace("1 ACK", "2 ACK") if login else ack, retrans=False),
        *map(talk.step, steps),
        '<label id="refused"/>\n',
    )


def _refusals() -> list[str]:
    """A call that is refused ends the scenario well: the test looks at what was stored."""
    codes = (403, 404, 480, 486, 487, 500, 503, 603)
    return [f'<recv response="{code}" optional="true" next="refused"/>\n' for code in codes]


def ringing(steps: Sequence[Step], sound: Path, *, ring: float) -> str:
    """A telephone: rings, answers after ``ring`` seconds, then the steps. A caller who gives up meanwhile is understood."""
    talk = Dialogue(sound, is_server=True)
    return _scenario(
        _invited(),
        _answer("180 Ringing", tag=True),
        f'<recv request="CANCEL" timeout="{max(1, int(ring * 1000))}" ontimeout="take" next="gone"/>\n<label id="take"/>\n',
        _answer("200 OK", tag=True, sdp=True),
        '<recv request="ACK"/>\n',
        *map(talk.step, steps),
        '<nop next="last"/>\n',
        *_cancelled(),
        '<label id="last"/>\n',
    )


def refusing(line: str) -> str:
    """A telephone that answers with "486 Busy Here" and the like."""
    return _scenario(_invited(), _answer(line, tag=True), '<recv request="ACK"/>\n')


def silent() -> str:
    """A telephone that rings until the caller gives up."""
    return _scenario(
        _invited(),
        _answer("180 Ringing", tag=True),
        '<recv request="CANCEL" timeout="120000"/>\n<nop next="gone"/>\n',
        *_cancelled(),
    )


def _invited() -> str:
    return (
        '<recv request="INVITE"><action>'
        '<ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="cseq"/>'
        '<ereg regexp=".*" search_in="hdr" header="From:" assign_to="from"/>'
        '<ereg regexp=".*" search_in="hdr" header="To:" assign_to="to_bare"/>'
        '<ereg regexp="sip:[^;&gt;]*" search_in="hdr" header="Contact:" assign_to="contact"/>'
        '<assignstr assign_to="to" value="[$to_bare];tag=[pid]t[call_number]"/>'
        "</action></recv>\n"
    )


def _cancelled() -> list[str]:
    ended = _answer("487 Request Terminated", tag=True).replace("[last_CSeq:]", "CSeq:[$cseq]")
    return ['<label id="gone"/>\n', _answer("200 OK"), ended, '<recv request="ACK"/>\n']


def registering(username: str, password: str, expires: int) -> str:
    """REGISTER, the challenge, REGISTER with the answer to it."""

    def one(number: int, extra: str) -> str:
        return _send(
            "REGISTER sip:[remote_ip]:[remote_port] SIP/2.0\nVia: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]\n"
            f"From: <sip:{username}@[remote_ip]>;tag=[pid]r[call_number]\nTo: <sip:{username}@[remote_ip]>\nCall-ID: [call_id]\n"
            f"CSeq: {number} REGISTER\nContact: <sip:{username}@[local_ip]:[local_port]>\nExpires: {expires}\nMax-Forwards: 70\n"
            f"{extra}Content-Length: 0\n\n"
        )

    known = f"[authentication username={username} password={password}]\n"
    return _scenario(one(1, ""), '<recv response="401" auth="true"/>\n', one(2, known), '<recv response="200"/>\n')


def _scenario(*parts: str) -> str:
    text = "".join(parts)
    if "rtp_stream" in text:
        text = text.replace("[media_port]", "[rtpstream_audio_port]")
    used = [name for name in ("cseq", "from", "to_bare", "to", "contact") if f'assign_to="{name}"' in text]
    reference = f'<Reference variables="{",".join(used)}"/>\n' if used else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="perezvon">\n{text}{reference}</scenario>\n'


def tone() -> bytes:
    """Two seconds of a tone, A-law: a square wave is enough to be heard and recorded."""
    return bytes((0x9A if index // 9 % 2 else 0x1A) for index in range(RATE * 2))


class Sipp:
    """Starts sipp processes and stops what is left of them."""

    def __init__(self, folder: Path, program: str, host: str, port: int) -> None:
        self.folder, self.program, self.host, self.port = folder, program, host, port
        self.running: list[subprocess.Popen[bytes]] = []
        self.sound = folder / "tone.alaw"
        self.sound.write_bytes(tone())
        self._count = 0

    def start(
        self,
        scenario: str,
        *,
        address: str,
        port: int,
        media: int,
        number: str = "",
        times: int | None = 1,
        seconds: int = 90,
        ear: Ear | None = None,
        **keys: str,
    ) -> subprocess.Popen[bytes]:
        """Run a scenario from ``address``:``port``; ``number`` is what is dialled, ``times`` None = until it is stopped.

        With an ``ear`` it has the sound, else sipp.
        """
        self._count += 1
        stem = self.folder / f"sipp-{self._count}"
        trace: tuple[str, ...] = ()
        if ear is not None:
            ear.messages = stem.with_suffix(".messages")
            scenario = scenario.replace("[media_port]", str(ear.port)).replace("[media_ip]", address)
            trace = ("-trace_msg", "-message_file", str(ear.messages))
        stem.with_suffix(".xml").write_text(scenario)
        more = [part for key, value in keys.items() for part in ("-key", key, value)]
        command = [
            self.program, "-sf", str(stem.with_suffix(".xml")), "-i", address, "-mi", address, "-p", str(port), "-mp", str(media),
            "-nostdin", "-timeout", str(seconds), "-trace_err", "-error_file", str(stem.with_suffix(".err")), *trace, *more,
            *(["-s", number] if number else []), *(["-m", str(times)] if times else []), f"{self.host}:{self.port}",
        ]  # fmt: skip
        log: IO[bytes] = open(stem.with_suffix(".log"), "wb")  # noqa: SIM115 - the child keeps it
        with log:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)
        self.running.append(child)
        return child

    def stop(self, child: subprocess.Popen[bytes]) -> None:
        """End one."""
        child.kill()
        child.wait()

    def stop_all(self) -> None:
        """End all that still run."""
        for child in self.running:
            if child.poll() is None:
                self.stop(child)
        self.running.clear()
