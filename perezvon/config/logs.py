"""Structured logs: one JSON object a line, or plain lines in a terminal; never a secret, never a whole phone number."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from perezvon.config import metrics

request_id: ContextVar[str] = ContextVar("request_id", default="")

# 7 to 15 digits in a row that are not part of a longer word: a phone number as far as a log is concerned.
PHONE = re.compile(r"(?<![\w.:-])(\+?\d{2})\d{3,9}(\d{2})(?![\w.:-])")
SECRET = re.compile(
    r"(?i)((?:password|passwd|secret|token|api[_-]?key|sign|signature|authorization|cookie)[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;]+"
)
URL_PASSWORD = re.compile(r"(://[^:/@\s]+:)[^@\s]+@")
STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
SECRET_NAMES = re.compile(r"(?i)password|secret|token|key|sign|authorization|cookie")


def clean(text: str) -> str:
    """`text` without secrets and with phone numbers cut in the middle."""
    text = URL_PASSWORD.sub(r"\1***@", text)
    text = SECRET.sub(r"\1***", text)
    return PHONE.sub(r"\1***\2", text)


def _clean_value(name: str, value: Any) -> Any:
    if SECRET_NAMES.search(name):
        return "***"
    if isinstance(value, (int, float, bool)) or value is None:
        return value
    return clean(str(value))


class Lines(logging.Formatter):
    """Common part: the cleaned message with its traceback and its extra fields."""

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        return {name: _clean_value(name, value) for name, value in vars(record).items() if name not in STANDARD}

    def text(self, record: logging.LogRecord) -> str:
        return clean(record.getMessage())

    def trace(self, record: logging.LogRecord) -> str:
        return clean(self.formatException(record.exc_info)) if record.exc_info else ""


class JsonLines(Lines):
    """For machines: `{"at": ..., "level": ..., "logger": ..., "message": ..., "request": ...}`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.text(record),
            "process": record.process,
        }
        if number := request_id.get():
            line["request"] = number
        line |= self.fields(record)
        if trace := self.trace(record):
            line["trace"] = trace
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(Lines):
    """For a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%H:%M:%S", time.localtime(record.created))
        extra = "".join(f" {name}={value}" for name, value in self.fields(record).items() if name != "request")
        line = f"{moment} {record.levelname[0]} {record.name}: {self.text(record)}{extra}"
        trace = self.trace(record)
        return f"{line}\n{trace}" if trace else line


def configure(level: str, form: str) -> None:
    """Send everything to standard error; `form` is json, plain, or auto (plain in a terminal)."""
    plain = form == "plain" or (form == "auto" and sys.stderr.isatty())
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if getattr(handler, "of_perezvon", False)]:
        root.removeHandler(handler)
    handler = logging.StreamHandler(sys.stderr)
    handler.of_perezvon = True  # type: ignore[attr-defined]
    handler.setFormatter(PlainLines() if plain else JsonLines())
    root.addHandler(handler)
    root.setLevel(level)
    for noisy in ("procrastinate", "httpx", "asyncio", "psycopg.pool", "django.security.DisallowedHost"):
        logging.getLogger(noisy).setLevel("WARNING")
    for loud in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(loud)
        logger.handlers.clear()
        logger.propagate = loud != "uvicorn.access"


def shown_path(path: str, view: str) -> str:
    """The path as it may be written down: the address of an exchange is its lock."""
    return "/hooks/…" if view.startswith("telephony:hook") else path


class RequestLog:
    """Middleware: a request number in every line and in the answer, one line per slow or failed request, metrics."""

    sync_capable, async_capable = True, False
    SLOW_SECONDS = 1.0

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.log = logging.getLogger("perezvon.request")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number = uuid.uuid4().hex[:16]
        token = request_id.set(number)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            seconds = time.perf_counter() - started
            match = request.resolver_match
            name = (match.view_name or match.route) if match else "unknown"
            if not getattr(response, "streaming", False):
                metrics.requests.labels(name, request.method, response.status_code).observe(seconds)
            if response.status_code >= 500 or (
                seconds > self.SLOW_SECONDS and not getattr(response, "streaming", False)
            ):
                self.log.warning(
                    "%s %s",
                    request.method,
                    shown_path(request.path, name),
                    extra={"status": response.status_code, "seconds": round(seconds, 3), "view": name},
                )
            response.headers["X-Request-ID"] = number
            return response
        finally:
            request_id.reset(token)
