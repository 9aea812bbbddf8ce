"""What the product asks of another CRM, whatever its API is like."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from perezvon.kit import outgoing

KINDS = ("companies", "people", "deals")  # in this order: the later ones name the earlier
MOVES = "moves"  # of deals from stage to stage; fetched before the deals
TRIES = 4


class BadToken(Exception):
    """The other side does not let us in; the text says what it answered, without the token."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Small lists of the other CRM.

    ``users`` {id: [name, e-mail]}; ``pipelines`` {id: {"name", "stages": [[id, name, kind], ...]}} with kinds of ours
    (open, won, lost, unsorted); ``reasons`` {id: name} of losses.
    """

    users: dict[str, list[str]] = field(default_factory=dict)
    pipelines: dict[str, dict[str, Any]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One page: rows as {field of the import: text}, and where to go on (None = that was the last).

    A row's ``responsible`` is the other side's user id, its ``stage`` their stage id, its ``pipeline`` their pipeline id,
    ``reason`` their reason's name; ``outer``, ``client_outer`` and ``company_outer`` are their bare ids. A move has ``outer``
    (of the deal), ``at``, ``pipeline``, ``stage`` and, where it is told, the stage ``before``.
    """

    rows: list[dict[str, str]]
    next: Any = None


class System(ABC):
    """The API of another CRM behind an address and a token."""

    #: whether the address itself is the secret
    address_is_secret: ClassVar[bool] = False
    pause_seconds: ClassVar[float] = 0.2

    def __init__(self, address: str, token: str, pause: Callable[[float], None] = time.sleep) -> None:
        self.address, self.token, self.pause = address.strip().rstrip("/"), token.strip(), pause

    @abstractmethod
    def look(self) -> Catalog:
        """The small lists. BadToken, OutgoingError."""

    @abstractmethod
    def chunk(self, kind: str, place: Any, since: datetime | None) -> Chunk:
        """The page of ``kind`` at ``place`` (None = the first) of what changed after ``since``. BadToken, OutgoingError."""

    def ask(self, url: str, *, query: Mapping[str, Any] | None = None, body: Any = None) -> Any:
        """A JSON answer, None for an empty one. Waits as the other side's limits want; BadToken, OutgoingError."""
        headers = {"Accept": "application/json", **self.headers()}
        data = None
        if body is not None:
            headers["Content-Type"], data = "application/json", json.dumps(body).encode()
        if query:
            url = f"{url}?{urlencode(query)}"
        self.pause(self.pause_seconds)
        method = "GET" if data is None else "POST"
        reply = outgoing.send(method, url, headers=headers, body=data, tries=TRIES, pause=self.pause)
        if reply.status == 204 or not reply.body.strip():
            return None
        if reply.status in (401, 403):
            raise BadToken(f"{reply.host}: {reply.status}")
        if reply.status >= 400:
            again = outgoing.retry_after(reply.status, reply.headers)
            raise outgoing.OutgoingError(f"{reply.host}: {reply.status}", status=reply.status, retry_after=again)
        return reply.json()

    def headers(self) -> dict[str, str]:
        """What opens the door."""
        return {}


def texts(values: Any) -> str:
    """Several values as one cell."""
    return "; ".join(str(value).strip() for value in values if str(value or "").strip())


def moment(seconds: Any) -> str:
    """A Unix time as ISO text with its zone; "" for none."""
    from datetime import UTC

    return datetime.fromtimestamp(int(seconds), UTC).isoformat() if seconds else ""
