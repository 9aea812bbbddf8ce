"""ring_to_card: a client's call rings at the operator's telephone in a real Chromium until his card is painted there."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.meters import Times, measured
from bench.pbx.ears import AmiEar
from bench.pbx.stage import Stage
from bench.result import Result
from perezvon.telephony.testing_pbx.sipp import Bye

RINGS, FIRST_RING, TARGET = 1.6, 1000.0, 300.0  # seconds that a client lets it ring; ms of the first ring's sound
FLAGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
# When a card was painted, by the exchange's name of the call: after the frame in which it appeared, in unix milliseconds.
WATCH = """
window.painted = {};
window.rung = [];
const now = () => performance.timeOrigin + performance.now();
new MutationObserver(() => {
  const ringing = document.querySelectorAll(".phone-call.is-ringing").length;
  if (ringing && !window.wasRinging) window.rung.push(now());
  window.wasRinging = ringing;
  for (const card of document.querySelectorAll(".pop[data-key]")) {
    const key = card.dataset.key;
    if (key in window.painted) continue;
    window.painted[key] = 0;
    requestAnimationFrame(() => setTimeout(() => { window.painted[key] = now(); }));
  }
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
"""


def ring_to_card(stage: Stage) -> Result:
    """One call after another rings in the browser and is given up; nobody else calls meanwhile."""
    count, secrets = stage.pick(25, 3), stage.floor.provider.secrets
    with stage.exchange() as (running, traffic), _telephone(stage) as page:
        node = running.node
        ear = AmiEar(node.text("host"), node.number("port"), secrets["username"], secrets["secret"])
        try:
            traffic.calls([stage.floor.browser_line], 1, 1, Bye(after=RINGS), lasting=3)  # the pages' caches are filled
            ear.moments.clear()
            stage.rest()
            with measured({**stage.house.application, "asterisk": running.pid}, stage.house.database) as cpu:
                for _ in range(count):
                    traffic.calls([stage.floor.browser_line], 1, 1, Bye(after=RINGS), lasting=3)
            painted, rung = page.evaluate("window.painted"), page.evaluate("window.rung")
        finally:
            ear.close()
    begun = {key: moments["ringing"] for key, moments in ear.moments.items() if "ringing" in moments}
    times = Times([painted[key] / 1000 - at for key, at in begun.items() if painted.get(key)])
    if not times.seconds:
        raise RuntimeError(
            f"no card was painted in {count} calls: {len(begun)} began to ring, the window showed {len(rung)} of them"
        )
    missing, late = count - len(times.seconds), sum(each * 1000 > FIRST_RING for each in times.seconds)
    heard = Times(
        [max(0.0, near / 1000 - at) for at in begun.values() for near in rung if 0 <= near / 1000 - at < RINGS]
    )
    return Result(
        name="ring_to_card", value=times.p95, unit="ms p95", target="p95 under 300 ms, every card before the first ring ends", make="bench-pbx",
        ok=times.p95 < TARGET and not missing and not late, limit=heard.p95, limit_what="the ring itself shown in the same window, ms p95",
        cpu_ms=cpu.per_call(count), p50=times.p50, p95=times.p95,
        what="Asterisk begins to ring (DialBegin) -> the client's card painted in the telephone's window of a real Chromium",
        details={**cpu.split(count), "calls": count, "missing": missing, "after_the_first_ring": late, "ring_shown_p50": round(heard.p50, 1),
                 "slowest_ms": round(times.percentile(1.0))},
    )  # fmt: skip


@contextmanager
def _telephone(stage: Stage) -> Iterator[Any]:
    """The operator's window, signed in and on the line."""
    from playwright.sync_api import sync_playwright

    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright keeps an event loop in this thread
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        raise RuntimeError("no Chromium: apt-get install chromium")
    name, _, value = _cookie(stage.floor.operator).partition("=")
    base, flags = f"http://127.0.0.1:{stage.house.port}", [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program, args=flags)
        try:
            context = browser.new_context(base_url=base, permissions=["microphone"])
            context.set_default_timeout(30_000)
            context.add_cookies([{"name": name, "value": value, "url": base}])
            page = context.new_page()
            page.add_init_script(WATCH)
            page.goto("/phone/")
            page.locator("[data-link-state=ready]").wait_for()
            time.sleep(1)
            yield page
        finally:
            browser.close()


def _cookie(user: Any) -> str:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
