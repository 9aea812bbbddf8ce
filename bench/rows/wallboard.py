"""wallboard: from the answer to the webhook until the client stands on a supervisor's board, 20 calls/s, 50 people, 30 waiting."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from datetime import UTC, datetime
from typing import Any

from bench.calls import KIND
from bench.meters import Times, measured
from bench.result import Result
from bench.stage import Stage
from bench.world import LINE, phone

RATE, AGENTS, WAITING, STAYS = 20, 50, 30, 40  # calls a second, people, clients who wait, calls until one goes on


class Board:
    """A browser that looks at the board; ``seen`` holds when a client's row came, by the id of his call."""

    def __init__(self, port: int, cookie: str) -> None:
        self.seen: dict[int, float] = {}
        self.news = self.sent = 0
        self.ready = threading.Event()
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.link.request("GET", "/live/?feed=wallboard", headers={"Accept": "text/event-stream", "Cookie": cookie})
        self.stream = self.link.getresponse()
        threading.Thread(target=self._read, daemon=True).start()
        if not self.ready.wait(60):
            raise RuntimeError("the board does not come")

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError, AttributeError, http.client.HTTPException):
            while line := self.stream.readline():
                if line.startswith(b'data: {"html"'):
                    self._take(json.loads(line[6:]), len(line), time.perf_counter())

    def _take(self, told: dict[str, Any], size: int, at: float) -> None:
        self.news, self.sent = self.news + 1, self.sent + size
        self.ready.set()
        for key in told["html"]:
            if key.startswith("w"):
                self.seen.setdefault(int(key[1:]), at)

    def close(self) -> None:
        if self.link.sock:
            self.link.sock.shutdown(socket.SHUT_RDWR)


def _people(stage: Stage) -> None:
    """As many people as the row promises, all at work and in one queue."""
    from perezvon.staff.actions import add_user, set_presence
    from perezvon.staff.models import User
    from perezvon.telephony.models import Queue, QueueMember

    at, queue = datetime.now(UTC), Queue.objects.get(provider=stage.company.provider, key="1")
    for number in range(User.objects.count() + 1, AGENTS + 1):
        add_user(name=f"Оператор {number}", email=f"w{number}@bench.example", roles=("operator",), extension=str(100 + number),
                 department=queue.department, password="", at=at)  # fmt: skip
    for user in User.objects.working().exclude(extension="")[:AGENTS]:
        set_presence(user, "available", at=at)
        QueueMember.objects.get_or_create(queue=queue, user=user)


def _requests(stage: Stage, kind: str, number: int, mark: str) -> list[tuple[str, bytes]]:
    from perezvon.telephony.testing import mango_body, mango_call

    provider: Any = stage.company.provider
    events = mango_call(
        kind, caller=phone(1 + number * 7919 % stage.size.people), line=LINE, started_at=datetime.now(UTC), queue="1",
        extension=str(101 + number % 20), talk=60, wait=15, menu=1, call_id=f"{mark}-{number}",
    )  # fmt: skip
    return [(f"/hooks/{provider.slug}/{path}", mango_body(provider, payload)) for path, payload in events]


def wallboard(stage: Stage) -> Result:
    """Calls come at a steady pace and go on two seconds later; the first event of each is timed."""
    _people(stage)
    count, mark = stage.times(20, 4) * RATE, f"b{time.time():.0f}"
    browser, accepted, waiting = stage.browser(signed_in=False), {}, []
    for number in range(WAITING):
        for path, body in _requests(stage, "queue_abandoned", 100_000 + number, mark)[:4]:
            browser.post(path, body, KIND)
    stage.settle()
    board = Board(stage.house.port, stage.company.cookie)
    painted, due = board.news, time.perf_counter()
    with measured(stage.house.application, stage.house.database) as cpu:
        for number in range(count):
            time.sleep(max(0.0, due - time.perf_counter()))
            due += 1 / RATE
            first, *rest = _requests(stage, ("answered", "queue_abandoned", "ivr_hangup")[number % 3], number, mark)
            browser.post(*first, KIND)
            accepted[f"{mark}-{number}"] = time.perf_counter()
            waiting.append(rest)
            for later in waiting.pop(0) if len(waiting) > STAYS else ():
                browser.post(*later, KIND)
        time.sleep(2)
    board.close()
    times, missing = _latencies(mark, accepted, board)
    refreshes = max(1, board.news - painted)
    return Result(
        name="wallboard", value=times.p95, unit="ms p95", target="p95 under 1,000 ms", ok=times.p95 < 1000 and not missing,
        limit=0.0, limit_what="-", cpu_ms=cpu.per_call(refreshes), p50=times.p50, p95=times.p95,
        what=f"webhook answered -> the client's row on a supervisor's board, {AGENTS} people, {WAITING} waiting, {RATE} calls/s",
        details={**cpu.split(refreshes), "timed": len(times.seconds), "missing": missing, "refreshes": refreshes,
                 "kib_per_refresh": round(board.sent / 1024 / max(1, board.news), 1)},
    )  # fmt: skip


def _latencies(mark: str, accepted: dict[str, float], board: Board) -> tuple[Times, int]:
    from perezvon.telephony.models import Call

    ids = dict(Call.objects.filter(key__startswith=f"{mark}-").values_list("key", "pk"))
    arrived = {key: board.seen.get(ids.get(key, -1)) for key in accepted}
    seconds = [max(0.0, seen - accepted[key]) for key, seen in arrived.items() if seen is not None]
    return Times(seconds), sum(seen is None for seen in arrived.values())
