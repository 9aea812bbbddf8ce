"""Questions that this room asks and an upper room answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from perezvon.web.hooks import Hook


def _no_sources(_numbers: Iterable[str], _at: datetime) -> dict[str, str]:
    return {}


#: asked as ``line_sources(numbers, at)``: the name of the source that each of our numbers (E.164) belongs to
line_sources: Hook[[Iterable[str], datetime], dict[str, str]] = Hook(_no_sources)


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """An open request of a client: its number, what it waits for in the reader's words, the address of its card."""

    number: str
    state: object
    address: str


def _no_requests(_user: Any, _people: Iterable[int]) -> dict[int, OpenRequest]:
    return {}


#: asked as ``open_requests(user, person_ids)``: the newest open request of each client, of those the person may see
open_requests: Hook[[Any, Iterable[int]], dict[int, OpenRequest]] = Hook(_no_requests)
