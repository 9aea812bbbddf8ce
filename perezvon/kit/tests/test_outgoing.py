"""The one way out: only the Internet, only https, only so long and so much, and no secret in an error."""

import datetime as dt
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from perezvon.kit import outgoing
from perezvon.kit.outgoing import Limits, OutgoingError, is_public, send, stream

Answer = Callable[[BaseHTTPRequestHandler], None]
SECRET = "s3cret"


@contextmanager
def served(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server whose every request is answered by the function; the port."""

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            answer(self)

        do_GET = do_POST = _any

        def log_message(self, *_args: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def says(status: int, body: bytes = b"", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.fixture
def ours(settings: Any) -> Callable[[int], str]:
    def allow(port: int) -> str:
        settings.PRIVATE_HOSTS = {f"127.0.0.1:{port}"}
        return f"http://127.0.0.1:{port}"

    return allow


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2a00:1450:4010::1", True), ("127.0.0.1", False), ("10.1.2.3", False), ("172.20.0.1", False),
        ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False), ("::", False), ("fe80::1%eth0", False),
        ("fd00::1", False), ("::ffff:127.0.0.1", False), ("::ffff:8.8.8.8", True), ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True), ("2002:7f00:1::", False), ("ff02::1", False), ("192.0.2.1", False),
    ],
)  # fmt: skip
def test_what_is_on_the_internet(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "https://", "https://a b/", "//example.com/",
        "https://example.com:99999/", "https://exa\nmple.com/", "javascript:1", "https://[::1", "", "gopher://x:70/_",
    ],
)  # fmt: skip
def test_addresses_that_are_never_called(url: str) -> None:
    with pytest.raises(OutgoingError):
        send("GET", url)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "[::1]", "127.1", "0"])
def test_loopback_by_any_of_its_names(host: str) -> None:
    with pytest.raises(OutgoingError, match="not on the Internet|unknown|cannot be read"):
        send("GET", f"https://{host}/")


def test_a_name_that_leads_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """A public name with a private address; of several addresses only the public ones are tried."""
    asked: list[str] = []

    def lookup(host: str, port: int, **_kind: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ("10.0.0.1", "169.254.169.254")]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(OutgoingError, match="not on the Internet"):
        send("GET", "https://rebind.example/")
    assert asked == ["rebind.example"], "asked once: what was checked is what is called"


def test_a_private_host_must_be_named_with_its_port(ours: Any) -> None:
    with served(says(200, b"hi")) as port, served(says(200, b"no")) as other:
        assert send("GET", ours(port)).body == b"hi"
        with pytest.raises(OutgoingError):
            send("GET", f"http://127.0.0.1:{other}/")


def test_what_is_sent_and_what_comes_back(ours: Any) -> None:
    seen: dict[str, Any] = {}

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        seen.update(path=handler.path, body=body, host=handler.headers["Host"], key=handler.headers["X-Key"])
        says(200, b'{"a": 1}', X_Told="yes")(handler)

    with served(answer) as port:
        reply = send("POST", ours(port) + "/a/b?c=d%20e", body=b"x=1", headers={"X-Key": "k"})
    assert (reply.status, reply.json(), reply.headers["x-told"]) == (200, {"a": 1}, "yes")
    assert seen == {"path": "/a/b?c=d%20e", "body": b"x=1", "host": f"127.0.0.1:{port}", "key": "k"}
    with pytest.raises(OutgoingError, match="no JSON"):
        outgoing.Reply(200, {}, b"<html>", "host").json()


def test_old_links_are_followed_safely(settings: Any) -> None:
    settings.PRIVATE_HOSTS = {"127.0.0.1:8000"}
    assert outgoing.secured("http://records.example/1.mp3?a=b") == "https://records.example/1.mp3?a=b"
    for same in ("https://records.example/1.mp3", "http://127.0.0.1:8000/1.mp3", "ftp://x/1"):
        assert outgoing.secured(same) == same


class TestRedirects:
    def test_not_followed_unless_asked(self, ours: Any) -> None:
        with served(says(302, Location="https://127.0.0.1/")) as port:
            assert send("GET", ours(port)).status == 302

    @pytest.mark.parametrize(
        "where", ["http://127.0.0.1:1/", "https://127.0.0.1/", "file:///etc/passwd", "http://[::1]/"]
    )
    def test_checked_afresh(self, ours: Any, where: str) -> None:
        with served(says(302, Location=where)) as port, pytest.raises(OutgoingError):
            send("GET", ours(port), limits=Limits(redirects=3))

    def test_a_ring_ends(self, ours: Any) -> None:
        with served(says(302, Location="/again")) as port, pytest.raises(OutgoingError, match="too many redirects"):
            send("GET", ours(port), limits=Limits(redirects=3))

    def test_headers_stay_at_home(self, settings: Any) -> None:
        keys: list[str | None] = []

        def second(handler: BaseHTTPRequestHandler) -> None:
            keys.append(handler.headers["X-Key"])
            says(200, handler.command.encode())(handler)

        with served(second) as other, served(says(302, Location=f"http://127.0.0.1:{other}/x")) as port:
            settings.PRIVATE_HOSTS = {f"127.0.0.1:{port}", f"127.0.0.1:{other}"}
            reply = send(
                "POST", f"http://127.0.0.1:{port}/", body=b"1", headers={"X-Key": "k"}, limits=Limits(redirects=1)
            )
        assert (reply.body, keys) == (b"GET", [None])


class TestLimits:
    def test_bytes(self, ours: Any) -> None:
        with served(says(200, b"x" * 100_000)) as port, pytest.raises(OutgoingError, match="longer than 1000 bytes"):
            send("GET", ours(port), limits=Limits(most_bytes=1000))

    def test_silence(self, ours: Any) -> None:
        with served(lambda _handler: time.sleep(0.4)) as port, pytest.raises(OutgoingError) as caught:
            send("GET", ours(port), limits=Limits(read=0.05))
        assert caught.value.retry_after is not None

    def test_drops_without_end(self, ours: Any) -> None:
        def drip(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.end_headers()
            for _ in range(50):
                try:
                    handler.wfile.write(b"x" * 70_000)
                    handler.wfile.flush()
                except OSError:
                    return
                time.sleep(0.02)

        began = time.monotonic()
        with served(drip) as port, pytest.raises(OutgoingError, match="took longer|in time"):
            send("GET", ours(port), limits=Limits(whole=0.2, most_bytes=10**9))
        assert time.monotonic() - began < 5

    def test_a_stream_comes_in_pieces(self, ours: Any) -> None:
        with served(says(200, b"x" * 200_000, Content_Type="audio/mpeg")) as port, stream("GET", ours(port)) as answer:
            assert (answer.size, answer.headers["content-type"]) == (200_000, "audio/mpeg")
            assert sum(len(piece) for piece in answer.pieces) == 200_000


class TestAgain:
    def test_after_a_hiccup(self, ours: Any) -> None:
        answers, pauses = [says(503), says(429, Retry_After="7"), says(200, b"ok")], []
        with served(lambda handler: answers.pop(0)(handler)) as port:
            reply = send("GET", ours(port), tries=4, pause=pauses.append)
        assert (reply.body, pauses) == (b"ok", [1.0, 7.0])

    def test_once_unless_it_may_be_repeated(self, ours: Any) -> None:
        with served(says(503)) as port:
            assert send("POST", ours(port), pause=pytest.fail).status == 503

    def test_a_long_pause_is_left_to_the_caller(self, ours: Any) -> None:
        with served(says(429, Retry_After="3600")) as port:
            reply = send("GET", ours(port), tries=3, pause=pytest.fail)
        assert outgoing.retry_after(reply.status, reply.headers) == 3600

    def test_nobody_there(self, ours: Any) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
        pauses: list[float] = []
        with pytest.raises(OutgoingError, match="cannot be reached"):
            send("GET", ours(port), tries=3, pause=pauses.append)
        assert pauses == [2.0, 4.0]

    def test_a_date_to_come_back(self) -> None:
        soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60)
        told = outgoing.retry_after(503, {"retry-after": f"{soon:%a, %d %b %Y %H:%M:%S} GMT"})
        assert told is not None and 50 < told < 61
        assert outgoing.retry_after(500, {}) is None


def test_no_secret_gets_into_an_error(ours: Any) -> None:
    with served(lambda handler: handler.connection.close()) as port:
        url = f"{ours(port)}/{SECRET}?key={SECRET}"
        for address in (url, f"https://user:{SECRET}@127.0.0.1/{SECRET}", f"http://example.com/{SECRET}"):
            with pytest.raises(OutgoingError) as caught:
                send("POST", address, body=SECRET.encode(), headers={"X-Key": SECRET})
            assert SECRET not in str(caught.value) + repr(caught.value)
            assert caught.value.__cause__ is None
    assert SECRET not in repr(outgoing.Reply(200, {"x": SECRET}, SECRET.encode()))
    assert json.dumps(SECRET) not in repr(outgoing.Stream(200, {"x": SECRET}, iter(())))


class TestCertificates:
    @pytest.fixture
    def authority(self, tmp_path: Path) -> Path:
        """A certificate for exchange.example that signs itself, with its key."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import NameOID

        key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "exchange.example")])
        certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(1).not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("exchange.example")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        path = tmp_path / "own.pem"
        text = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(text + certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def test_the_name_is_checked_although_the_address_is_called(
        self, authority: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority)

        def lookup(_host: str, port: int, *_kind: Any, **_more: Any) -> list[Any]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        with served(says(200, b"safe"), context) as port:
            monkeypatch.setattr(socket, "getaddrinfo", lookup)
            settings.PRIVATE_HOSTS = {f"exchange.example:{port}", f"other.example:{port}"}
            with pytest.raises(OutgoingError, match="certificate"):
                send("GET", f"https://exchange.example:{port}/")
            monkeypatch.setenv("SSL_CERT_FILE", str(authority))
            assert send("GET", f"https://exchange.example:{port}/").body == b"safe"
            with pytest.raises(OutgoingError, match="certificate"):
                send("GET", f"https://other.example:{port}/")
