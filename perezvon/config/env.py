"""The settings that come from the environment: read once, checked at start, typed.

Every variable is listed here and nowhere else. A wrong value stops the start with one sentence per mistake.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("ru", "en")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MAIL_SCHEMES = {"smtp": 25, "smtp+tls": 587, "smtps": 465}  # and the port of each: plain, STARTTLS, TLS from the start

T = TypeVar("T")


class BadEnvironment(Exception):
    """The environment cannot be used; the text lists every mistake and how to mend it."""


@dataclass(frozen=True)
class S3:
    """An S3-compatible storage of recordings; ``endpoint`` "" = Amazon's own, ``prefix`` stands before every name."""

    bucket: str
    endpoint: str
    region: str
    key: str
    secret: str = field(repr=False)
    prefix: str


@dataclass(frozen=True)
class Env:
    """Checked settings. Paths are absolute; seconds and ports are whole numbers."""

    home: Path
    database_url: str  # "" = the embedded PostgreSQL
    analytics_url: str  # "" = Parquet files in the home
    host: str
    port: int
    web_workers: int
    web_threads: int  # pages served at once by a web process; each keeps a database connection
    debug: bool
    language: str
    time_zone: str
    log_level: str
    log_format: str  # json or plain
    allowed_hosts: tuple[str, ...]
    private_hosts: frozenset[str]
    public_url: str  # "" = http://HOST:PORT
    secure_cookies: bool
    default_region: str  # two letters, for phone numbers written without a country
    recordings_format: str  # mp3 or wav
    recordings_spool: Path  # where an own Asterisk records
    s3: S3 | None  # None = recordings are kept in HOME/recordings
    mail_url: str  # smtp://user:password@host:port, "" = notices are not mailed, other mail is written to HOME/mail
    mail_from: str  # "" = perezvon@ the public address's host

    @property
    def is_embedded(self) -> bool:
        return not self.database_url

    @property
    def address(self) -> str:
        """Where a browser opens the product."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def own_names(self) -> tuple[str, ...]:
        """Names of this machine that a browser may use: the one listened on, the host name, the public one."""
        names = {self.host, socket.gethostname().lower(), urlsplit(self.public_url).hostname or ""}
        return tuple(sorted(names - {"", "0.0.0.0", "::"}))


class Reader:
    """Reads typed values and collects the mistakes, so that all of them are told at once."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.mistakes: list[str] = []

    def take(self, name: str, default: T, parse: Callable[[str], T], hint: str) -> T:
        text = self.variables.get(name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except (ValueError, KeyError, OSError) as error:
            self.mistakes.append(f"{name}={text!r}: {hint}" + (f" ({error})" if str(error) else ""))
            return default

    def text(self, name: str, default: str = "") -> str:
        return self.take(name, default, str, "")

    def number(self, name: str, default: int, least: int, most: int) -> int:
        def parse(text: str) -> int:
            value = int(text)
            if not least <= value <= most:
                raise ValueError
            return value

        return self.take(name, default, parse, f"must be a whole number from {least} to {most}")

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        return self.take(
            name, default, lambda text: choices[choices.index(text)], f"must be one of {', '.join(choices)}"
        )

    def flag(self, name: str, default: bool) -> bool:
        words = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        return self.take(name, default, lambda text: words[text.lower()], "must be 1 or 0")


def _postgres_address(text: str) -> str:
    if not text.startswith(("postgres://", "postgresql://")):
        raise ValueError
    return text


def _host_ports(text: str) -> frozenset[str]:
    pairs = [pair.strip().lower() for pair in text.split(",") if pair.strip()]
    for pair in pairs:
        host, _colon, port = pair.rpartition(":")
        if not host or not 0 < int(port) < 65_536:
            raise ValueError
    return frozenset(pairs)


def _mail_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in MAIL_SCHEMES or not parts.hostname:
        raise ValueError
    _ = parts.port  # ValueError when it is no number
    return text


def _zone(text: str) -> str:
    return ZoneInfo(text).key


def _s3(take: Reader) -> S3 | None:
    bucket = take.text("PEREZVON_S3_BUCKET")
    if not bucket:
        return None
    found = S3(
        bucket, take.text("PEREZVON_S3_ENDPOINT"), take.text("PEREZVON_S3_REGION"), take.text("PEREZVON_S3_KEY"),
        take.text("PEREZVON_S3_SECRET"), take.text("PEREZVON_S3_PREFIX").strip("/"),
    )  # fmt: skip
    if not (found.key and found.secret):
        take.mistakes.append("PEREZVON_S3_BUCKET needs PEREZVON_S3_KEY and PEREZVON_S3_SECRET beside it")
    if found.endpoint and not found.endpoint.startswith(("http://", "https://")):
        take.mistakes.append(f"PEREZVON_S3_ENDPOINT={found.endpoint!r}: must begin with https:// or http://")
    return found


def read(variables: Mapping[str, str]) -> Env:
    """Check `variables` (normally os.environ).

    Raises BadEnvironment with every mistake listed.
    """
    take = Reader(variables)
    home = Path(take.text("PEREZVON_HOME", str(ROOT / "var"))).expanduser().absolute()
    env = Env(
        home=home,
        database_url=take.take(
            "DATABASE_URL", "", _postgres_address, "must look like postgresql://user:password@host:5432/name"
        ),
        analytics_url=take.text("ANALYTICS_URL"),
        host=take.text("HOST", "127.0.0.1"),
        port=take.number("PORT", 8000, 1, 65535),
        web_workers=take.number("PEREZVON_WEB_WORKERS", 2, 1, 64),
        web_threads=take.number("PEREZVON_WEB_THREADS", 6, 1, 64),
        debug=take.flag("PEREZVON_DEBUG", False),
        language=take.choice("PEREZVON_LANGUAGE", "ru", LANGUAGES),
        time_zone=take.take(
            "PEREZVON_TIME_ZONE", "Europe/Moscow", _zone, "must be a zone such as Europe/Moscow or Asia/Yekaterinburg"
        ),
        log_level=take.choice("LOG_LEVEL", "INFO", LOG_LEVELS),
        log_format=take.choice("PEREZVON_LOG_FORMAT", "auto", ("auto", "json", "plain")),
        allowed_hosts=tuple(host.strip() for host in take.text("PEREZVON_ALLOWED_HOSTS").split(",") if host.strip()),
        private_hosts=take.take(
            "PEREZVON_PRIVATE_HOSTS", frozenset(), _host_ports, "must be host:port pairs with commas between them"
        ),
        public_url=take.text("PEREZVON_PUBLIC_URL").rstrip("/"),
        secure_cookies=take.flag("PEREZVON_SECURE_COOKIES", take.text("PEREZVON_PUBLIC_URL").startswith("https:")),
        default_region=take.text("PEREZVON_REGION", "RU").upper(),
        recordings_format=take.choice("PEREZVON_RECORDINGS_FORMAT", "mp3", ("mp3", "wav")),
        recordings_spool=Path(take.text("PEREZVON_RECORDINGS_SPOOL", str(home / "pbx" / "spool" / "monitor")))
        .expanduser()
        .absolute(),
        s3=_s3(take),
        mail_url=take.take("MAIL_URL", "", _mail_address, "must look like smtp+tls://user:password@host:587"),
        mail_from=take.text("MAIL_FROM"),
    )
    if take.mistakes:
        raise BadEnvironment("The settings in the environment cannot be used:\n  " + "\n  ".join(take.mistakes))
    return env


def s3_storage(s3: S3) -> dict[str, Any]:
    """The storage of recordings in a bucket, as Django's STORAGES want it (django-storages)."""
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": s3.bucket,
            "endpoint_url": s3.endpoint or None,
            "region_name": s3.region or None,
            "access_key": s3.key,
            "secret_key": s3.secret,
            "location": s3.prefix,
            "file_overwrite": True,
            "default_acl": None,
            "querystring_auth": False,
        },
    }


def current() -> Env:
    """The settings of this process."""
    return read(os.environ)


def secret_key(home: Path) -> str:
    """The key that signs sessions: SECRET_KEY, or made once and kept in HOME/secret_key (0600)."""
    given = os.environ.get("SECRET_KEY", "").strip()
    if given:
        return given
    return kept_secret(home / "secret_key")


def kept_secret(path: Path) -> str:
    """Text of the secret at `path`; made on first use, readable by the owner only."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(partial, path)  # whoever comes first wins; the others read his
    except FileExistsError:
        pass
    finally:
        partial.unlink()
    return path.read_text().strip()
