"""Playwright keeps an event loop in the test's thread, and Django would take the test for asynchronous code."""

import os

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
