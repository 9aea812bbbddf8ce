"""The one way out: HTTP requests to other people's servers.

What is promised: https only; the address that a name resolves to is public (not loopback, private, link-local,
multicast ...) and exactly that address is connected to, so that a name cannot change its mind between the check and
the connection; redirects are followed only when asked, each checked afresh and without our headers on a foreign
host; connecting, every read and the whole exchange have limits in seconds, the body in bytes; neither paths, queries,
headers nor bodies get into errors or logs, because secrets travel in them.

``PRIVATE_HOSTS`` of the settings (environment: PEREZVON_PRIVATE_HOSTS) names "host:port" pairs of one's own network,
or of tests, to which the first two rules do not apply.
"""

import http.client
import ipaddress
import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3
from django.conf import settings

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 5.0, 15.0, 60.0
MOST_BYTES = 8 * 1024 * 1024
MOST_PAUSE = 30.0  # a server that asks us to come back later than this is asked later, by the caller
_CHUNK = 65_536
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGAIN = frozenset({429, 502, 503, 504})
_AGENT = "Perezvon"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class OutgoingError(Exception):
    """A request that brought no usable answer.

    ``reason`` is fit to be shown: it names the host and what went wrong, nothing that could be secret. ``status`` is
    the HTTP status when there was one. ``retry_after`` is the number of seconds after which asking again makes sense;
    None = asking again is useless.
    """

    def __init__(self, reason: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.status, self.retry_after = reason, status, retry_after


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes that a request may take; ``redirects`` is how many are followed."""

    connect: float = CONNECT_SECONDS
    read: float = READ_SECONDS
    whole: float = WHOLE_SECONDS
    most_bytes: int = MOST_BYTES
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. Header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    host: str = ""

    def json(self) -> Any:
        """The body as JSON. OutgoingError when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise OutgoingError(f"{self.host}: the answer is no JSON", status=self.status) from None


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that is read piece by piece; ``size`` in bytes, None when the server did not say."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    pieces: Iterator[bytes] = field(repr=False)
    size: int | None = None
    host: str = ""


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    limits: Limits = Limits(),  # noqa: B008 - it is frozen
    tries: int = 1,
    pause: Callable[[float], None] = time.sleep,
) -> Reply:
    """Ask and read the whole answer, whatever its status. OutgoingError when there is none.

    ``tries`` above 1 is for requests that may be repeated: after a failed connection or 429, 502, 503, 504 we wait
    (twice as long each time, or as long as the server asks) and try again.
    """
    for number in range(1, tries + 1):
        try:
            reply = _once(method, url, headers or {}, body, limits)
        except OutgoingError as error:
            if number == tries or error.retry_after is None:
                raise
            pause(min(error.retry_after * 2 ** (number - 1), MOST_PAUSE))
            continue
        wait = retry_after(reply.status, reply.headers, number)
        if number == tries or wait is None or wait > MOST_PAUSE:
            return reply
        pause(wait)
    raise AssertionError("tries is less than 1")


def retry_after(status: int, headers: Mapping[str, str], number: int = 1) -> float | None:
    """Seconds to wait before asking again; None when the status does not invite to."""
    if status not in _AGAIN:
        return None
    told = headers.get("retry-after", "").strip()
    if told.isdecimal() and len(told) < 7:
        return float(told)
    with suppress(TypeError, ValueError):
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
    return float(2 ** (number - 1))


def _once(method: str, url: str, headers: Mapping[str, str], body: bytes | None, limits: Limits) -> Reply:
    with stream(method, url, headers=headers, body=body, limits=limits) as answer:
        return Reply(answer.status, answer.headers, b"".join(answer.pieces), answer.host)


@contextmanager
def stream(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    limits: Limits = Limits(),  # noqa: B008 - it is frozen
) -> Iterator[Stream]:
    """Ask and hand over the answer while it is still coming. OutgoingError when there is none, or it breaks off."""
    until = time.monotonic() + limits.whole
    own: Mapping[str, str] = headers or {}
    for _ in range(limits.redirects + 1):
        target = checked(url)
        response = _open(method, target, own, body, limits, until)
        location = response.headers.get("Location")
        if response.status not in _REDIRECTS or not location or not limits.redirects:
            break
        response.release_conn()
        response.close()
        if response.status not in (307, 308):
            method, body = "GET", None
        url = urljoin(url, location)
        if _place(urlsplit(url)) != _place(target):
            own = {}
    else:
        raise OutgoingError(f"{target.hostname}: too many redirects")
    host = target.hostname or ""
    try:
        told = {name.lower(): value for name, value in response.headers.items()}
        yield Stream(response.status, told, _pieces(response, host, limits, until), _size(told), host)
    finally:
        response.close()


def checked(url: str) -> SplitResult:
    """The parts of an address that may be called at all. OutgoingError for any other."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise OutgoingError("the address cannot be read") from None
    if not parts.hostname or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url):
        raise OutgoingError("the address cannot be read")
    if parts.scheme == "https" or (parts.scheme == "http" and _is_ours(parts.hostname, port or 80)):
        return parts
    raise OutgoingError(f"{parts.hostname}: only https is called")


def secured(url: str) -> str:
    """The address with https where it was written with http, as old links of honest servers are."""
    parts = urlsplit(url)
    if parts.scheme != "http" or _is_ours(parts.hostname or "", parts.port or 80):
        return url
    return parts._replace(scheme="https").geturl()


def _place(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port


def _is_ours(host: str, port: int) -> bool:
    return f"{host}:{port}" in settings.PRIVATE_HOSTS


def is_public(address: str) -> bool:
    """Whether an IP address is a place on the Internet and nothing of our own network."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host that may be called. OutgoingError when there is none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise OutgoingError(f"{host}: the name is unknown", retry_after=2.0) from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    allowed = [one for one in addresses if _is_ours(host, port) or is_public(one)]
    if not allowed:
        raise OutgoingError(f"{host}: this address is not on the Internet")
    return allowed


def _open(
    method: str, parts: SplitResult, headers: Mapping[str, str], body: bytes | None, limits: Limits, until: float
) -> urllib3.BaseHTTPResponse:
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    own = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": _AGENT, "Accept-Encoding": "identity", **headers}
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    failure = OutgoingError(f"{host}: cannot be reached", retry_after=2.0)
    for address in resolve(host, port):
        pool = _pool(address, host, port, secure, _timeout(limits, until))
        try:
            return pool.urlopen(
                method, path, body=body, headers=own, redirect=False, retries=False, preload_content=False
            )
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            failure = _failure(host, error)
            if not isinstance(error, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)):
                break  # it was reached: another address would mean asking twice
    raise failure from None


def _timeout(limits: Limits, until: float) -> urllib3.Timeout:
    left = max(0.1, until - time.monotonic())
    return urllib3.Timeout(connect=min(limits.connect, left), read=min(limits.read, left))


def _pool(address: str, host: str, port: int, secure: bool, timeout: urllib3.Timeout) -> urllib3.HTTPConnectionPool:
    """A pool for the checked address itself; the certificate is checked against the name."""
    if not secure:
        return urllib3.HTTPConnectionPool(address, port, timeout=timeout, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        address, port, timeout=timeout, maxsize=1, server_hostname=host, assert_hostname=host
    )


def _failure(host: str, error: Exception) -> OutgoingError:
    if isinstance(error, urllib3.exceptions.SSLError):
        return OutgoingError(f"{host}: its certificate is not valid")
    if isinstance(error, urllib3.exceptions.NewConnectionError):  # it calls itself a timeout too
        return OutgoingError(f"{host}: cannot be reached", retry_after=2.0)
    if isinstance(error, (urllib3.exceptions.TimeoutError, TimeoutError)):
        return OutgoingError(f"{host}: no answer in time", retry_after=2.0)
    if isinstance(error, ValueError) and not isinstance(error, urllib3.exceptions.HTTPError):
        return OutgoingError(f"{host}: the request cannot be written")
    return OutgoingError(f"{host}: cannot be reached", retry_after=2.0)


def _pieces(response: urllib3.BaseHTTPResponse, host: str, limits: Limits, until: float) -> Iterator[bytes]:
    read = 0
    try:
        for piece in response.stream(_CHUNK, decode_content=True):
            read += len(piece)
            if read > limits.most_bytes:
                raise OutgoingError(f"{host}: the answer is longer than {limits.most_bytes} bytes")
            if time.monotonic() > until:
                raise OutgoingError(f"{host}: the answer took longer than {limits.whole:g} s", retry_after=2.0)
            yield piece
    except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
        raise _failure(host, error) from None


def _size(headers: Mapping[str, str]) -> int | None:
    told = headers.get("content-length", "")
    return int(told) if told.isdecimal() and len(told) < 16 else None
