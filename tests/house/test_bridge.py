"""Pages under uvicorn: small bodies whole, large ones as they come, streams piece by piece."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from perezvon.config import bridge


class Streaming(list[bytes]):
    streaming = True


def echo(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Answer with what was asked; a path /stream comes in pieces."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start("200 OK", [("X-Query", environ["QUERY_STRING"]), ("X-Host", environ.get("HTTP_X_FORWARDED_HOST", "-"))])
    if environ["PATH_INFO"] == "/stream":
        return Streaming([b"one", b"two"])
    return [environ["PATH_INFO"].encode("latin-1"), b" ", str(len(body)).encode(), body[:3]]


def ask(
    path: str = "/", *, pieces: Sequence[bytes] = (b"",), headers: Sequence[tuple[bytes, bytes]] = (),
    query: bytes = b"", leaves: bool = False, app: Any = echo,
) -> list[dict[str, Any]]:  # fmt: skip
    """What the server is told to send."""
    sent: list[dict[str, Any]] = []
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": piece, "more_body": n < len(pieces) - 1 or leaves}
        for n, piece in enumerate(pieces)
    ]
    messages += [{"type": "http.disconnect"}]

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": path, "query_string": query, "http_version": "1.1", "scheme": "http",
        "headers": list(headers), "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 5),
    }  # fmt: skip
    asyncio.run(bridge.Pages(app, workers=1)(scope, receive, send))  # type: ignore[arg-type]
    return sent


def length(size: int) -> tuple[bytes, bytes]:
    return b"content-length", str(size).encode()


def test_a_small_body_is_read_whole_and_answered_in_one_piece() -> None:
    head, body = ask("/путь", pieces=[b"ab", b"c"], headers=[length(3)])
    assert head["status"] == 200 and body["body"] == "/путь 3abc".encode() and not body.get("more_body")


def test_a_large_body_is_read_as_it_comes() -> None:
    pieces = [b"x" * 100_000] * 4
    _head, body = ask(pieces=pieces, headers=[length(400_000)])
    assert body["body"] == b"/ 400000xxx"


def test_a_sender_who_leaves_is_not_answered() -> None:
    assert ask(pieces=[b"ab"], headers=[length(3)], leaves=True) == []


def test_a_large_sender_who_leaves_is_told_to_the_application() -> None:
    with pytest.raises(OSError, match="has gone"):
        ask(pieces=[b"x" * 1000], headers=[length(400_000)], leaves=True)


def test_a_body_without_a_length_gets_one_unless_it_has_no_end() -> None:
    chunked = (b"transfer-encoding", b"chunked")
    assert ask(pieces=[b"abc", b"def"], headers=[chunked])[1]["body"] == b"/ 6abc"
    assert ask(pieces=[b"x" * bridge.MOST_CHUNKED, b"x"], headers=[chunked])[0]["status"] == 413


def test_a_stream_goes_out_piece_by_piece() -> None:
    assert [message.get("body") for message in ask("/stream")] == [None, b"one", b"two", b""]


def test_strange_input_is_not_our_failure() -> None:
    """Bytes that are no ASCII in the query, and a header that would pass for another one."""
    (_type, query), (_name, host) = ask(query=b"q=\xd0\xb0", headers=[(b"x_forwarded_host", b"evil")])[0]["headers"]
    assert query == b"q=\xd0\xb0" and host == b"-"


def test_what_the_application_holds_is_closed() -> None:
    class Held(list[bytes]):
        closed = False

        def close(self) -> None:
            self.closed = True

    held = Held([b"x"])

    def app(_environ: Any, start: Any) -> Held:
        start("200 OK", [])
        return held

    ask(app=app)
    assert held.closed
