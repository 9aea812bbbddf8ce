"""POST of JSON with the key in a header."""

import hmac
from collections.abc import Mapping
from datetime import datetime

from perezvon.telephony.providers.contract import (
    Account,
    Event,
    ExchangeError,
    Received,
    call_key,
    digest_of,
    parse_json,
    text_of,
)

from .events import EVENTS


def receive(account: Account, path: str, body: bytes, headers: Mapping[str, str], at: datetime) -> Received:
    """The event of a request."""
    if not hmac.compare_digest(headers.get("X-Key", "").encode(), account.secrets["key"].encode()):
        raise ExchangeError("wrong key", 401)
    payload = parse_json(body)
    if not isinstance(payload, dict) or payload.get("event") not in EVENTS:
        raise ExchangeError("this is no event")
    return Received((Event(text_of(payload["event"]), call_key(payload.get("call")), payload, digest_of(body)),))
