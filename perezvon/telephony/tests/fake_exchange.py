"""A small HTTP server that speaks an exchange's API: the base of ``fake_<kind>.py``, one per kind.

The fakes answer with the payloads under ``payloads/<kind>/`` and refuse whoever is not signed as the vendor's documents
say. ``asked`` lists every request: (method, path, fields or JSON).
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

PAYLOADS = Path(__file__).parent / "payloads"
SOUND = b"ID3" + b"\x00" * 2000


@dataclass(frozen=True)
class Asked:
    """One request: ``path`` without the query; ``query`` and ``form`` decoded; ``raw`` as sent."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    raw: bytes
    raw_query: str
    headers: Any

    def json(self) -> Any:
        return json.loads(self.raw)


@dataclass(frozen=True)
class Said:
    """An answer."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def as_json(value: Any, status: int = 200) -> Said:
    return Said(json.dumps(value, ensure_ascii=False).encode(), status, {"Content-Type": "application/json"})


def moment(text: str, form: str = "%Y-%m-%d %H:%M:%S") -> datetime:
    """A moment as the exchange writes it: without a zone."""
    return datetime.strptime(text, form)  # noqa: DTZ007


def payload(kind: str, name: str) -> Any:
    """A JSON fixture."""
    return json.loads((PAYLOADS / kind / name).read_text())


class FakeExchange:
    """Subclasses answer ``answer(asked)``; ``address`` is where it listens."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.address = ""

    def answer(self, asked: Asked) -> Said:
        raise NotImplementedError

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc


@contextmanager
def served(fake: FakeExchange) -> Iterator[FakeExchange]:
    """The fake listens while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            asked = Asked(
                self.command, parts.path, dict(parse_qsl(parts.query)), dict(parse_qsl(raw.decode("utf-8", "replace"))),
                raw, parts.query, self.headers,
            )  # fmt: skip
            fake.asked.append(asked)
            said = fake.answer(asked)
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)

        do_GET = do_POST = _any

        def log_message(self, *_args: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    fake.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


Answerer = Callable[[Asked], Said]
