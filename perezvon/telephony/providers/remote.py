"""Asking an exchange over HTTP: its pace kept, its refusals in words, no secret in any of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import sleep
from typing import Any

from perezvon.kit import outgoing
from perezvon.kit.outgoing import Limits, OutgoingError, Reply, Stream

from ..models import Pace as Turns
from .contract import Account, ExchangeError

BAD_GATEWAY = 502
_SOUND = Limits(whole=600.0, read=30.0, most_bytes=512 * 1024 * 1024, redirects=3)
_LATER = 60.0


@dataclass(frozen=True, slots=True)
class Pace:
    """A documented limit: one request of this name in ``every`` seconds."""

    name: str
    every: float


def refused(reason: str, *, retry_after: float | None = None) -> ExchangeError:
    """The exchange did not do what we asked."""
    return ExchangeError(reason[:200], BAD_GATEWAY, retry_after=retry_after)


class Remote:
    """The API of one account at ``base`` (no slash at the end).

    ``most_wait`` is how many seconds a request may wait for its turn.
    """

    def __init__(self, account: Account, base: str, *, most_wait: float = 120.0) -> None:
        self.account, self.base, self.most_wait = account, base.rstrip("/"), most_wait

    def pause(self, seconds: float) -> None:
        """Sleep; only jobs and people who clicked wait here."""
        sleep(seconds)

    def turn(self, *paces: Pace) -> None:
        """Wait until the limits allow one more request. ExchangeError when that would take too long."""
        waits = [Turns.reserve(self.account.id, pace.name, pace.every) for pace in paces]
        wait = max(waits, default=0.0)
        if wait > self.most_wait:
            raise refused("too many requests to the exchange at once", retry_after=wait)
        if wait > 0:
            self.pause(wait)

    def send(
        self,
        method: str,
        path: str,
        *paces: Pace,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        tries: int = 1,
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
    ) -> Reply:
        """Ask; the answer has status 200..399 or 404. ExchangeError for everything else."""
        self.turn(*paces)
        try:
            reply = outgoing.send(
                method, self.base + path, headers=headers, body=body, tries=tries, limits=limits, pause=self.pause
            )
        except OutgoingError as error:
            raise refused(error.reason, retry_after=error.retry_after) from None
        complain(reply.status, reply.headers, reply.host)
        return reply

    def json(self, method: str, path: str, *paces: Pace, **how: Any) -> Any:
        """Ask; the answer as JSON."""
        reply = self.send(method, path, *paces, **how)
        if reply.status == 404:
            raise refused(f"{reply.host}: there is no such thing (404)")
        try:
            return reply.json()
        except OutgoingError as error:
            raise refused(error.reason) from None


def complain(status: int, headers: Mapping[str, str], host: str) -> None:
    """ExchangeError for a status that means no."""
    if status < 400 or status == 404:
        return
    if status in (401, 403):
        raise refused(f"{host}: our keys are not accepted ({status})")
    if status == 501:
        raise refused(f"{host}: this account does not offer it (501)")
    again = outgoing.retry_after(status, headers)
    raise refused(f"{host}: refused ({status})", retry_after=_LATER if again is None and status >= 500 else again)


@contextmanager
def sound(
    url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Iterator[Stream]:
    """The sound behind an address, as it comes. ExchangeError when there is none (yet)."""
    try:
        with outgoing.stream(method, outgoing.secured(url), headers=headers, body=body, limits=_SOUND) as stream:
            if stream.status == 404:
                raise refused(f"{stream.host}: the recording is not there (404)", retry_after=_LATER)
            complain(stream.status, stream.headers, stream.host)
            kind = stream.headers.get("content-type", "")
            if stream.status != 200 or kind.startswith(("text/", "application/json")):
                raise refused(f"{stream.host}: this is no recording", retry_after=_LATER)
            yield stream
    except OutgoingError as error:
        raise refused(error.reason, retry_after=error.retry_after) from None
