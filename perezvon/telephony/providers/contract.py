"""What every exchange's folder offers, and the one error it raises.

A folder has ``events.py`` (raw payload -> typed event), ``interpret.py`` (set of typed events ->
canonical call), ``webhook.py`` (HTTP request -> raw events), ``setup.py`` (secrets, addresses and
words for the screen) and a README. See providers/README.md.
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes
from zoneinfo import ZoneInfo

from django.conf import settings as company

from ..canonical import Call, Rules
from .capabilities import ClickToCall, Dial, Employees, FetchRecord, SendRoute, Statistics

KEY_LIMIT = 160
NAME_LIMIT = 40
ASKS = "asks"  # the setting that allows us to ask the exchange
INFERRED_END = "inferred.end"  # our own raw event: nobody told us how the call ended


class ExchangeError(Exception):
    """An exchange's input that we cannot take, or a request of ours that it did not fulfil.

    ``status`` is the HTTP answer to it: 401 = not signed as agreed (counted, not stored), 400 = cannot be
    read (stored as rejected with ``reason``), 404 = no such address. Of our own requests (capabilities.py) it is
    502, and ``retry_after`` is the number of seconds after which asking again makes sense (None = it does not).
    ``reason`` never holds a secret.
    """

    def __init__(self, reason: str, status: int = 400, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.status, self.retry_after = reason, status, retry_after


@dataclass(frozen=True, slots=True)
class Event:
    """A raw event about to be stored. ``call_key`` "" = it belongs to no call."""

    name: str
    call_key: str
    payload: Any
    digest: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored raw event as the interpreter sees it."""

    name: str
    payload: Any
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What the exchange is told over HTTP."""

    status: int = 200
    body: bytes = b"ok"
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class RouteWish:
    """A call that is in the menu now: when the client has a manager, it may be led to him (``Adapter.route``)."""

    call_key: str
    leg: str
    phone: str


@dataclass(frozen=True, slots=True)
class Received:
    """What a request brought: events to store, and the answer to give after the commit.

    An answer that must be looked up first is a function: it is called when the events are safe.
    """

    events: tuple[Event, ...] = ()
    answer: Answer | Callable[[], Answer] = Answer()


@dataclass(frozen=True)
class Account:
    """The part of a connected exchange that an adapter may see."""

    id: int
    kind: str
    slug: str
    secrets: Mapping[str, str] = field(repr=False)
    settings: Mapping[str, Any]
    department_id: int | None = None


def zone_of(settings: Mapping[str, Any]) -> str:
    """The time zone in which an exchange writes moments without one: its own setting, else the company's.

    A zone that the system does not know is no reason to lose calls: the company's serves.
    """
    told = str(settings.get("time_zone") or "")
    return told if told and _is_zone(told) else company.TIME_ZONE


@lru_cache(maxsize=64)
def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name).key)
    except (ValueError, KeyError, OSError):
        return False


@dataclass(frozen=True)
class Adapter:
    """One kind of exchange.

    ``receive(account, path, body, headers, at)`` raises ExchangeError; ``read(stored)`` gives the
    typed event (ExchangeError or ValueError for nonsense); ``interpret(key, events, rules)`` is a
    pure function of the set of events, None = not enough to call it a call; ``clock_offset(stored)``
    tells by how many seconds the exchange's clock runs ahead, None = the event proves nothing.

    For the screen: ``steps`` are what the person has to do at the exchange, in words; ``templates(base)`` are texts to
    be pasted there, each with its name; ``hints`` explain fields; ``choices`` (name -> label, options) and ``switches``
    (name, label, default) are settings that are chosen and not written. ``secret_address`` = the address is the only lock, it is made longer.

    ``takes_get`` = a GET is taken too, its query as the body. What follows it is what the exchange can be asked
    (capabilities.py); ``asking`` names the secrets and settings without which it cannot be asked at all, and
    ``route_wish(name, payload)`` tells whether an event is a call that ``route`` could lead on;
    ``asked(account, dial)`` is our own raw event ASKED, stored before ``click_to_call`` where we name the call ourselves;
    ``record_after`` says how many seconds after the end of a call its recording may be there.
    """

    kind: str
    label: Any
    receive: Callable[[Account, str, bytes, Mapping[str, str], datetime], Received]
    read: Callable[[Stored], Any]
    interpret: Callable[[str, Sequence[Any], Rules], Call | None]
    addresses: Callable[[str], dict[str, str]]
    secret_names: tuple[tuple[str, Any], ...]
    setting_names: tuple[tuple[str, Any], ...] = ()
    needed: tuple[str, ...] = ()
    generated: tuple[str, ...] = ()
    clock_offset: Callable[[Stored], int | None] = lambda _stored: None
    steps: tuple[Any, ...] = ()
    templates: Callable[[str], tuple[tuple[Any, str], ...]] = lambda _base: ()
    hints: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, tuple[Any, tuple[tuple[str, Any], ...]]] = field(default_factory=dict)
    switches: tuple[tuple[str, Any, bool], ...] = ()
    secret_address: bool = False
    takes_get: bool = False
    asking: tuple[str, ...] = ()
    click_to_call: ClickToCall | None = None
    asked: Callable[[Account, Dial], Event | None] = lambda _account, _dial: None
    fetch_record: FetchRecord | None = None
    statistics: Statistics | None = None
    route: SendRoute | None = None
    route_wish: Callable[[str, Any], RouteWish | None] = lambda _name, _payload: None
    employees: Employees | None = None
    record_after: int = 0

    def can_ask(self, account: Account) -> bool:
        """Whether we may ask the exchange, and everything is given that asking needs."""
        given = all(account.secrets.get(name) or account.settings.get(name) for name in self.asking)
        return bool(self.asking) and given and account.settings.get(ASKS) is True


@dataclass(frozen=True, slots=True)
class Inferred:
    """The typed form of our own INFERRED_END: the moment, and why we think the call is over."""

    at: datetime
    reason: str


def read_inferred(stored: Stored) -> Inferred:
    """Our own event back from the store."""
    at = datetime.fromisoformat(stored.payload["at"])
    return Inferred(at, str(stored.payload.get("reason", "")))


def digest_of(*parts: bytes | str) -> bytes:
    """16 bytes that are the same for the same event."""
    mix = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        mix.update(len(data).to_bytes(8, "big") + data)
    return mix.digest()


MOST_BRACKETS = 400
MOST_FIELDS = 100


def form_fields(body: bytes) -> dict[bytes, bytes]:
    """The fields of a posted form as the bytes that were sent (a signature is over bytes).

    The last of several fields with one name counts. ExchangeError 401 for a flood of fields.
    """
    if body.count(b"&") > MOST_FIELDS:
        raise ExchangeError("too many fields", 401)
    pairs = (part.partition(b"=") for part in body.replace(b"+", b" ").split(b"&") if part)
    return {unquote_to_bytes(name): unquote_to_bytes(value) for name, _equals, value in pairs}


def parse_json(data: bytes) -> Any:
    """JSON that PostgreSQL can keep: UTF-8, not nested beyond reason, no NUL, no halves of characters.

    NUL and lone surrogates are replaced by U+FFFD (jsonb refuses them, the event is still valid).
    ExchangeError otherwise.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise ExchangeError("the text is not UTF-8") from None
    if text.count("[") + text.count("{") > MOST_BRACKETS:
        raise ExchangeError("nested too deep")
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ExchangeError(f"not JSON: {str(error)[:120]}") from None
    return clean(value)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def clean(value: Any) -> Any:
    """The value without what PostgreSQL refuses in text and jsonb."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(str(key)): clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def clean_text(text: str) -> str:
    """Text that PostgreSQL takes: NUL and lone surrogates become U+FFFD."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def whole(value: Any, name: str = "number") -> int:
    """A whole number that came as a number or as text. ExchangeError otherwise."""
    if isinstance(value, str):
        text = value.strip()
        if text.isascii() and text.lstrip("-").isdigit() and len(text) < 19:
            return int(text)
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 10**18:
        return int(value)
    raise ExchangeError(f"{name}: {str(value)[:40]!r} is no whole number")


def text_of(value: Any, limit: int = 80) -> str:
    """A short text; "" for nothing and for anything that is no text or number."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value).strip()[:limit]


def call_key(value: Any) -> str:
    """The exchange's name of a call. ExchangeError when it is missing or too long."""
    key = text_of(value, KEY_LIMIT + 1)
    if not key or len(key) > KEY_LIMIT:
        raise ExchangeError("the call has no usable id")
    return key
