"""event_to_browser: from the answer to the webhook until the operator's browser has the fact, under 100 events/s."""

from __future__ import annotations

import json
import socket
import threading
import time
from datetime import UTC, datetime

from bench.calls import KIND, call_events
from bench.meters import Times, measured
from bench.result import Result
from bench.stage import Stage

RATE = 100  # events a second


class Screen:
    """A browser's event stream; ``seen`` holds when a started call came, by its id."""

    def __init__(self, port: int, cookie: str) -> None:
        self.seen: dict[int, float] = {}
        self.entries = 0
        self.link = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.link.sendall(
            f"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n".encode()
        )
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        if not self.ready.wait(15):
            raise RuntimeError("the event stream does not open")

    def _read(self) -> None:
        buffer = b""
        while True:
            try:
                chunk = self.link.recv(65536)
            except OSError:
                return
            if not chunk:
                return
            at = time.perf_counter()
            buffer += chunk
            *lines, buffer = buffer.split(b"\n")
            for line in lines:
                if line.startswith(b"event: hello"):
                    self.ready.set()
                elif line.startswith(b"data: ["):
                    self._take(json.loads(line[6:]), at)

    def _take(self, facts: list[dict[str, object]], at: float) -> None:
        self.entries += len(facts)
        for fact in facts:
            if fact.get("kind") == "call.started" and isinstance(fact.get("call"), int):
                self.seen.setdefault(fact["call"], at)  # type: ignore[arg-type]

    def close(self) -> None:
        self.link.shutdown(socket.SHUT_RDWR)
        self.link.close()


def event_to_browser(stage: Stage) -> Result:
    """Calls ring one after another at a steady pace; the first event of each is timed."""
    seconds = stage.times(25, 3)
    mark, at = f"l{time.time():.0f}", datetime.now(UTC)
    calls, events = [], 0
    while events < seconds * RATE:
        calls.append(call_events(stage.company.provider, len(calls), stage.size.people, at, mark))
        events += len(calls[-1])
    screen, accepted = Screen(stage.house.port, stage.company.cookie), {}
    with measured(stage.house.application, stage.house.database) as cpu:
        browser, due = stage.browser(signed_in=False), time.perf_counter()
        for number, requests in enumerate(calls):
            for first, (path, body) in enumerate(requests):
                time.sleep(max(0.0, due - time.perf_counter()))
                due += 1 / RATE
                status, _answer = browser.post(path, body, KIND)
                if status != 200:
                    raise RuntimeError(f"the webhook answered {status}")
                if not first:
                    accepted[f"{mark}-{number}"] = time.perf_counter()
        spent = time.perf_counter()
        stage.settle()
        time.sleep(0.5)
    screen.close()
    times, missing = _latencies(mark, accepted, screen)
    limit = _raw(stage, stage.times(300, 20))
    return Result(
        name="event_to_browser", value=times.p95, unit="ms p95", target="p95 under 300 ms",
        ok=times.p95 < 300 and not missing, limit=limit.p95, limit_what="bare NOTIFY to LISTEN on one connection, ms p95",
        cpu_ms=cpu.per_call(events), p50=times.p50, p95=times.p95,
        what=f"webhook answered -> server-sent event in the operator's browser, {RATE} events/s",
        details={**cpu.split(events), "timed": len(times.seconds), "missing": missing, "entries": screen.entries,
                 "behind_s": round(max(0.0, spent - due), 2), "others_cpu_s": round(cpu.others, 2)},
    )  # fmt: skip


def _latencies(mark: str, accepted: dict[str, float], screen: Screen) -> tuple[Times, int]:
    from perezvon.telephony.models import Call

    ids = dict(Call.objects.filter(key__startswith=f"{mark}-").values_list("key", "pk"))
    arrived = {key: screen.seen.get(ids.get(key, -1)) for key in accepted}
    # The notice may overtake the answer: it is sent with the commit, the answer after it.
    seconds = [max(0.0, seen - accepted[key]) for key, seen in arrived.items() if seen is not None]
    return Times(seconds), sum(seen is None for seen in arrived.values())


def _raw(stage: Stage, count: int) -> Times:
    with stage.raw() as ear, stage.raw() as mouth:
        ear.execute("LISTEN bench")

        def pass_on() -> None:
            mouth.execute("SELECT pg_notify('bench', '1')")
            next(ear.notifies(timeout=5, stop_after=1))

        return stage.repeat(pass_on, count)
