"""Calls of a Mango Office account made up for tests, the demo company and benchmarks.

Final signatures:

    mango_call(kind, *, caller, line, started_at, extension="101", talk=120, wait=20, call_id=None,
               queue="1", menu=8) -> list[tuple[str, dict]]
    store_events(provider, events, received_at=None) -> int      # bulk, the same rows as the webhook makes
    mango_body(provider, payload) -> bytes                       # a signed request body for HTTP
    moment_of(event) -> datetime                                 # when the exchange sent the event
    mango_provider(at, **settings) -> Provider                   # an account ready to receive

``kind`` is one of KINDS. ``caller`` is the client's number (for "outbound*" the one we dial),
``line`` our number, both E.164. ``extension`` rings and answers; ``talk`` and ``wait`` are seconds.
``events`` are (path, payload) pairs, path as in the webhook address: "events/call". A wake-up of the
worker is included: in tests call ``drain()`` afterwards.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import transaction

from perezvon.journey.actions import wake

from .actions.intake import account_of, accounts, store
from .models import Provider
from .providers.contract import Event, digest_of
from .providers.mango.events import OF_A_CALL
from .providers.mango.webhook import sign

MangoEvent = tuple[str, dict[str, Any]]

ANSWERED, DROPPED, OUTBOUND = "answered", "dropped", "outbound"
KINDS = (
    ANSWERED,  # menu, queue, ring, talk -> "talked"
    "answered_direct",  # no menu, no queue -> "talked"
    "lines_busy",  # -> L01, only a summary
    "off_hours",  # -> L02, only a summary
    "ivr_hangup",  # -> L03
    "ivr_no_choice",  # -> L04
    "queue_abandoned",  # -> L05, after ``wait`` seconds
    "queue_timeout",  # -> L06
    "no_answer",  # -> L07
    DROPPED,  # -> L08, cut by the network after ``talk`` seconds (make it short)
    OUTBOUND,  # we called and talked -> "talked"
    "outbound_no_answer",  # we called, nobody answered -> ""
)


def mango_call(
    kind: str,
    *,
    caller: str,
    line: str,
    started_at: datetime,
    extension: str = "101",
    talk: int = 120,
    wait: int = 20,
    call_id: str | None = None,
    queue: str = "1",
    menu: int = 8,
) -> list[MangoEvent]:
    """The events of one whole call, in the order in which the exchange sends them.

    ``wait`` is the time after the menu (``menu`` seconds long) until the answer or the end.
    ValueError for an unknown kind.
    """
    if kind not in KINDS:
        raise ValueError(f"no call is made like {kind!r}")
    at = int(started_at.timestamp())
    key = call_id or f"demo-{at}-{caller.lstrip('+')}"
    script = _Script(key, caller.lstrip("+"), line.lstrip("+"), at, extension, queue)
    return getattr(script, "_" + kind)(talk, wait, menu) or script.events


class _Script:
    """Writes the events of one call; moments are unix seconds."""

    def __init__(self, key: str, client: str, line: str, at: int, extension: str, queue: str) -> None:
        self.key, self.client, self.line, self.start = key, client, line, at
        self.extension, self.queue = extension, queue
        self.events: list[MangoEvent] = []
        self._seq: dict[str, int] = {}

    def leg(self, leg: str, state: str, location: str, at: int, reason: int = 0, out: bool = False) -> None:
        self._seq[leg] = self._seq.get(leg, 0) + 1
        employee = {"extension": self.extension, "number": f"sip:{self.extension}@office"}
        client: dict[str, Any] = {"number": self.client, "line_number": self.line}
        if out:
            sides = {"from": employee, "to": client}
        elif location == "abonent":
            sides = {"from": {"number": self.client}, "to": {**employee, "line_number": self.line}}
        else:
            sides = {"from": {"number": self.client}, "to": {"number": self.line, "line_number": self.line}}
        if location == "queue":
            sides["to"]["acd_group"] = self.queue
        payload = {
            "entry_id": self.key, "call_id": f"{self.key}-{leg}", "timestamp": at, "seq": self._seq[leg],
            "call_state": state, "location": location, **sides, "dct": {"type": 0},
        }  # fmt: skip
        if state == "Disconnected":
            payload["disconnect_reason"] = reason
        self.events.append(("events/call", payload))

    def press(self, at: int, keys: str = "1") -> None:
        payload = {
            "seq": 1, "dtmf": keys, "timestamp": at, "call_id": f"{self.key}-a", "entry_id": self.key,
            "location": "ivr", "initiator": self.client, "from_number": self.client, "line_number": self.line,
        }  # fmt: skip
        self.events.append(("events/dtmf", payload))

    def sum_up(
        self, end: int, reason: int, *, talked: int = 0, forwarded: int = 0, employee: bool = False, out: bool = False
    ) -> None:
        own = {"extension": self.extension, "number": f"sip:{self.extension}@office"} if employee or out else {}
        client = {"extension": "", "number": self.client}
        payload = {
            "entry_id": self.key, "call_direction": 2 if out else 1, "from": own if out else client,
            "to": client if out else own, "line_number": self.line, "create_time": self.start,
            "forward_time": forwarded, "talk_time": talked, "end_time": end,
            "entry_result": 1 if talked else 0, "disconnect_reason": reason,
        }  # fmt: skip
        self.events.append(("events/summary", payload))

    def _menu(self, until: int) -> None:
        self.leg("a", "Appeared", "ivr", self.start)
        self.press(until - 1)
        self.leg("a", "Disconnected", "ivr", until, 1100)

    def _to_queue(self, menu: int) -> int:
        self._menu(self.start + menu)
        self.leg("q", "Appeared", "queue", self.start + menu)
        return self.start + menu

    def _talk(self, at: int, talk: int, reason: int, forwarded: int, out: bool = False) -> None:
        self.leg("b", "Connected", "abonent", at, out=out)
        self.leg("b", "Disconnected", "abonent", at + talk, reason, out=out)
        self.sum_up(at + talk, reason, talked=at, forwarded=forwarded, employee=True, out=out)

    def _answered(self, talk: int, wait: int, menu: int, reason: int = 1110) -> None:
        at = self._to_queue(menu)
        self.leg("b", "Appeared", "abonent", at + 1)
        self.leg("q", "Disconnected", "queue", at + wait, 1100)
        self._talk(at + wait, talk, reason, at)

    def _answered_direct(self, talk: int, wait: int, menu: int) -> None:
        self.leg("b", "Appeared", "abonent", self.start)
        self._talk(self.start + wait, talk, 1120, self.start)

    def _dropped(self, talk: int, wait: int, menu: int) -> None:
        self._answered(talk, wait, menu, reason=5003)

    def _lines_busy(self, talk: int, wait: int, menu: int) -> None:
        self.sum_up(self.start + 1, 2220)

    def _off_hours(self, talk: int, wait: int, menu: int) -> None:
        self.sum_up(self.start + menu, 1192)

    def _ivr_hangup(self, talk: int, wait: int, menu: int) -> None:
        self.leg("a", "Appeared", "ivr", self.start)
        self.leg("a", "Disconnected", "ivr", self.start + menu, 1110)
        self.sum_up(self.start + menu, 1110)

    def _ivr_no_choice(self, talk: int, wait: int, menu: int) -> None:
        self.leg("a", "Appeared", "ivr", self.start)
        self.leg("a", "Disconnected", "ivr", self.start + menu, 1170)
        self.sum_up(self.start + menu, 1170)

    def _queue_abandoned(self, talk: int, wait: int, menu: int) -> None:
        at = self._to_queue(menu)
        self.leg("q", "Disconnected", "queue", at + wait, 1110)
        self.sum_up(at + wait, 1110, forwarded=at)

    def _queue_timeout(self, talk: int, wait: int, menu: int) -> None:
        at = self._to_queue(menu)
        self.leg("q", "Disconnected", "queue", at + wait, 1163)
        self.sum_up(at + wait, 1163, forwarded=at)

    def _no_answer(self, talk: int, wait: int, menu: int) -> None:
        self.leg("b", "Appeared", "abonent", self.start)
        self.leg("b", "Disconnected", "abonent", self.start + wait, 1111)
        self.sum_up(self.start + wait, 1111, forwarded=self.start, employee=True)

    def _outbound(self, talk: int, wait: int, menu: int) -> None:
        self.leg("b", "Appeared", "abonent", self.start, out=True)
        self._talk(self.start + wait, talk, 1110, self.start, out=True)

    def _outbound_no_answer(self, talk: int, wait: int, menu: int) -> None:
        self.leg("b", "Appeared", "abonent", self.start, out=True)
        self.leg("b", "Disconnected", "abonent", self.start + wait, 1111, out=True)
        self.sum_up(self.start + wait, 1111, forwarded=self.start, out=True)


def moment_of(event: MangoEvent) -> datetime:
    """When the exchange sends the event."""
    payload = event[1]
    return datetime.fromtimestamp(payload.get("timestamp") or payload["end_time"], UTC)


def mango_body(provider: Provider, payload: dict[str, Any]) -> bytes:
    """The body of a signed request of this account."""
    raw = json.dumps(payload, ensure_ascii=False)
    key, salt = provider.secrets["api_key"], provider.secrets["api_salt"]
    signature = sign(key.encode(), raw.encode(), salt.encode()).decode()
    return urlencode({"vpbx_api_key": key, "sign": signature, "json": raw}).encode()


def as_raw(event: MangoEvent) -> Event:
    """The raw event that the webhook would make of it."""
    path, payload = event
    name = path.removeprefix("events/")
    raw = json.dumps(payload, ensure_ascii=False).encode()
    return Event(name, payload["entry_id"] if name in OF_A_CALL else "", payload, digest_of(name, raw))


def store_events(provider: Provider, events: Iterable[MangoEvent], received_at: datetime | None = None) -> int:
    """Store raw events in bulk as the webhook does; how many were new.

    ``received_at`` None = each a second after it was sent (what history looks like).
    """
    account = account_of(provider)
    rows: list[tuple[Event, datetime]] = [
        (as_raw(event), received_at or moment_of(event) + timedelta(seconds=1)) for event in events
    ]
    with transaction.atomic():
        stored = store(account, rows)
        wake("telephony.interpret")
    return stored


def mango_provider(at: datetime, name: str = "Mango", **settings: Any) -> Provider:
    """A connected account for tests."""
    from .actions.providers import add_provider

    answer = add_provider("mango", name, at=at, **settings)
    accounts.forget()
    return Provider.objects.get(pk=answer["id"])


def call_of(events: Sequence[MangoEvent]) -> str:
    """The key of the call that these events belong to."""
    return str(events[0][1]["entry_id"])
