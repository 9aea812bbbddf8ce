"""A push service and a mail server of our own, for tests."""

import http.server
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from perezvon.staff.webpush import encoded, point


class FakeBrowser:
    """A browser that subscribed: it reads what it is pushed as RFC 8291 says."""

    def __init__(self) -> None:
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef"

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": encoded(point(self.key.public_key())), "auth": encoded(self.auth)}

    def read(self, body: bytes) -> bytes:
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared, own = self.key.exchange(ec.ECDH(), theirs), point(self.key.public_key())
        material = self._hkdf(self.auth, shared, b"WebPush: info\0" + own + sender, 32)
        key = self._hkdf(salt, material, b"Content-Encoding: aes128gcm\0", 16)
        nonce = self._hkdf(salt, material, b"Content-Encoding: nonce\0", 12)
        return AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x00")[:-1]

    @staticmethod
    def _hkdf(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
        return HKDF(hashes.SHA256(), length, salt, info).derive(material)


class FakePushService:
    """Keeps what was posted; answers with ``status``."""

    def __init__(self) -> None:
        self.status, self.retry_after, self.posts = 201, "", []
        service: Any = self

        class Door(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.posts.append((self.path, dict(self.headers), body))
                self.send_response(service.status)
                if service.retry_after:
                    self.send_header("Retry-After", service.retry_after)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_about: Any) -> None:
                """Be quiet."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def push_service() -> Iterator[FakePushService]:
    service = FakePushService()
    with _serving(service.server):
        yield service


@contextmanager
def mail_server() -> Iterator[tuple[tuple[str, int], list[str]]]:
    """A mail server that takes letters to anybody but nobody@; where it is, and the letters."""
    letters: list[str] = []

    class Clerk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 ready")
            for line in self.rfile:
                word = line.decode().strip().upper()
                if word == "DATA":
                    self.say("354 go on")
                    letters.append("".join(iter(lambda: self.rfile.readline().decode(), ".\r\n")))
                refused = word.startswith("RCPT") and "NOBODY@" in word
                self.say("221 bye" if word == "QUIT" else "550 nobody here" if refused else "250 ok")
                if word == "QUIT":
                    return

        def say(self, text: str) -> None:
            self.wfile.write(text.encode() + b"\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clerk)
    with _serving(server):
        yield ("127.0.0.1", server.server_address[1]), letters
