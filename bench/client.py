"""A small keep-alive HTTP client: it must cost little, because it shares the two cores with the server."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Sequence

from bench.meters import Times


class Browser:
    """One connection of a person who is signed in (or of nobody)."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Cookie": cookie} if cookie else {}

    def get(self, path: str) -> tuple[int, bytes]:
        return self._ask("GET", path, None, {})

    def page(self, path: str) -> bytes:
        """The body of a page that must be there. RuntimeError for any answer but 200."""
        status, body = self.get(path)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
        return body

    def post(self, path: str, body: bytes, kind: str, **headers: str) -> tuple[int, bytes]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._ask("POST", path, body, {"Content-Type": kind, **named})

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            answer = self._send(method, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.link.close()  # the server closes a connection that rested for some seconds
            answer = self._send(method, path, body, headers)
        return answer.status, answer.read()

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        self.link.request(method, path, body, {**self.headers, **headers})
        return self.link.getresponse()


def together(jobs: Sequence[Callable[[Times], None]]) -> tuple[Times, float]:
    """Run jobs at once, one thread each; all their times, and the seconds until the last ended."""
    times = [Times() for _ in jobs]
    failures: list[BaseException] = []

    def run(job: Callable[[Times], None], own: Times) -> None:
        try:
            job(own)
        except BaseException as error:  # noqa: BLE001 - told to the caller below
            failures.append(error)

    threads = [threading.Thread(target=run, args=pair) for pair in zip(jobs, times, strict=True)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return Times([second for own in times for second in own.seconds]), time.perf_counter() - start
