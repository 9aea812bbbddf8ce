"""One running company for all stories, and visitors who sign in to it.

Playwright keeps an event loop in the test's thread, and Django would take the test for asynchronous code.
"""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from perezvon.config.postgres import Cluster
from perezvon.telephony.testing import mango_body, mango_call

from ..faults.installation import Installation
from .company import CLIENTS, DOMAIN, LINE, PASSWORD

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

EXPECTED = "the server responded with a status of 4"  # a form that asks again is no fault of the page


@dataclass
class Account:
    """Enough of a provider to sign for it."""

    secrets: dict[str, str]


@dataclass
class Story:
    """The running company: where it is, what was founded in it, how its exchange and its clients reach it."""

    base: str
    known: dict[str, Any]
    site: "Site"
    states: dict[str, Any] = field(default_factory=dict)
    calls: int = 0

    def ring(self, kind: str, client: str, **details: Any) -> None:
        """A whole call that began just now, sent by the exchange as signed events."""
        self.calls += 1
        events = mango_call(
            kind, caller=CLIENTS.get(client, client), line=LINE, call_id=f"story-{self.calls}",
            started_at=datetime.now(UTC).replace(microsecond=0), extension="202", **details,
        )  # fmt: skip
        account: Any = Account(self.known["secrets"])
        with httpx.Client() as exchange:
            for path, payload in events:
                address = f"{self.base}/hooks/{self.known['hook']}/{path}"
                heads = {"Content-Type": "application/x-www-form-urlencoded"}
                exchange.post(address, content=mango_body(account, payload), headers=heads).raise_for_status()


class Site:
    """The customer's own site: another origin, with one page whose body a story writes."""

    def __init__(self) -> None:
        site = self
        self.body = ""

        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200 if self.path.startswith("/tours") else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                if self.path.startswith("/tours"):
                    self.wfile.write(site.body.encode())

            def log_message(self, *_about: Any) -> None:
                """Be quiet."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The company that all stories of the run share; every story keeps to its own clients."""
    installation, site = Installation(tmp_path_factory.mktemp("stories")), Site()
    try:
        installation.up()
        env = {**installation.env, "DATABASE_URL": Cluster(installation.home).url}
        told = subprocess.run(
            [sys.executable, "-m", "tests.browser.company", site.origin],
            env=env, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert told.returncode == 0, told.stderr
        yield Story(installation.base, json.loads(told.stdout), site)
    finally:
        site.close()
        installation.down()


def sign_in(page: Page, base: str, login: str, password: str = PASSWORD) -> None:
    """Through the door, as people do."""
    page.goto(f"{base}/accounts/login/")
    page.locator("input[name=login]").fill(f"{login}@{DOMAIN}")
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")


@pytest.fixture
def visitor(browser: Browser, story: Story) -> Iterator[Callable[..., Page]]:
    """``visitor("anna")`` is a page on which Anna is signed in; what its console complained of fails the story."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def enter(login: str = "", **options: Any) -> Page:
        context = browser.new_context(base_url=story.base, storage_state=story.states.get(login), **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        watch(page, complaints, {urlsplit(story.base).netloc, urlsplit(story.site.origin).netloc})
        if login and login not in story.states:
            sign_in(page, story.base, login)
            expect(page.locator(".topbar-search")).to_be_visible(timeout=15_000)
            story.states[login] = context.storage_state()
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not complaints, complaints


def watch(page: Page, complaints: list[str], own: set[str]) -> None:
    """Write down errors of scripts, of the console, and requests to hosts that are not ours."""

    def asked(address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.netloc.replace("localhost", "127.0.0.1") not in own:
            complaints.append(f"asked another host: {address}")

    def said(message: Any) -> None:
        if message.type == "error" and EXPECTED not in message.text:
            complaints.append(message.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", said)
    page.on("request", lambda request: asked(request.url))
