"""Mango Office over HTTP: form fields vpbx_api_key, sign and json, signed over the raw json.

Source: "API ВАТС", "Модель взаимодействия": sign = sha256(vpbx_api_key + json + salt) in hex. It is
a plain hash, not an HMAC as some public connectors compute it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..contract import (
    NAME_LIMIT,
    Account,
    Event,
    ExchangeError,
    Received,
    RouteWish,
    call_key,
    digest_of,
    form_fields,
    parse_json,
    text_of,
)
from .events import CALL, OF_A_CALL, fold


def receive(account: Account, path: str, body: bytes, headers: Mapping[str, str], at: datetime) -> Received:
    """The event in a request to ``events/<name>`` or ``result/<command>``.

    ExchangeError 401 for a wrong signature, 400 for json that cannot be read: the vendor promises
    no repeats, so an honest answer costs nothing and shows the trouble on his side too.
    """
    raw = _signed(account, body)
    payload = parse_json(raw)
    if not isinstance(payload, dict):
        raise ExchangeError("the event is no object")
    name = path.strip("/").removeprefix("events/")[:NAME_LIMIT] or "?"
    key = call_key(payload.get("entry_id")) if name in OF_A_CALL else ""
    return Received((Event(name, key, payload, digest_of(name, raw)),))


def route_wish(name: str, payload: Any) -> RouteWish | None:
    """A call that has just appeared in the menu may be led on (commands/route works only there)."""
    if name != CALL or not isinstance(payload, dict):
        return None
    if fold(text_of(payload.get("call_state"))) != "Appeared" or fold(text_of(payload.get("location"))) != "ivr":
        return None
    side = payload.get("from")
    caller = text_of(side.get("number")) if isinstance(side, dict) else ""
    leg = text_of(payload.get("call_id"), 128)
    return RouteWish(call_key(payload.get("entry_id")), leg, caller) if caller and leg else None


def _signed(account: Account, body: bytes) -> bytes:
    """The json exactly as it was sent, once the signature holds."""
    fields = form_fields(body)
    key, raw = fields.get(b"vpbx_api_key", b""), fields.get(b"json", b"")
    known, salt = account.secrets["api_key"].encode(), account.secrets["api_salt"].encode()
    same_key = hmac.compare_digest(key, known)
    told = fields.get(b"sign", b"").lower()
    if not (hmac.compare_digest(told, sign(known, raw, salt)) and same_key):
        raise ExchangeError("wrong signature", 401)
    return raw


def sign(key: bytes, raw: bytes, salt: bytes) -> bytes:
    """The vendor's signature of a json text, hex."""
    return hashlib.sha256(key + raw + salt).hexdigest().encode()
