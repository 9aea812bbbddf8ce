"""What the tests across rooms lean on: a browser that is on the machine."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox for root (Chromium refuses otherwise); nothing that calls home; a microphone that is only pretended.
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
HOW = "no Chromium: apt-get install chromium, or set PEREZVON_CHROMIUM"


def chromium() -> str:
    """Path of the browser, or ""."""
    given = os.environ.get("PEREZVON_CHROMIUM", "")
    return given or next((found for name in NAMES if (found := shutil.which(name))), "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Stories under tests/browser come last, and are left out without a browser."""
    here = Path(__file__).parent / "browser"
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not chromium():
                item.add_marker(pytest.mark.skip(reason=HOW))
    items.sort(key=lambda item: here in item.path.parents)  # Playwright leaves an event loop running behind it


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out."""
    if not chromium():
        terminalreporter.write_line(f"LEFT OUT: the browser stories, because there is {HOW}; then run it again.")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's browser instead of a downloaded one."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium(), "args": [*sandbox, *FLAGS]}
