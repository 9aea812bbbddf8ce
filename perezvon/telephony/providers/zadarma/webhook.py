"""Zadarma over HTTP: one address, form fields, the header Signature; a GET with zd_echo checks the address.

Source: "API", section "Notifications about calls".
"""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from ..contract import Account, Answer, Event, ExchangeError, Received, call_key, clean_text, digest_of, form_fields
from ..sticky import owner_of
from .events import START
from .signing import SIGNED, of_notice

# Notifications that have nothing to do with the way of a call; they may be ticked by mistake.
OTHERS = frozenset({"SMS", "SPEECH_RECOGNITION", "NUMBER_LOOKUP", "CALL_TRACKING", "DOCUMENT"})
_LONGEST_ECHO = 100
_JSON = "application/json"
STICKY_SECONDS = 20


def receive(account: Account, path: str, body: bytes, headers: Mapping[str, str], at: datetime) -> Received:
    """The event of a notification; to the first one of a call we answer who is calling and whom to ring.

    ExchangeError 401 for a wrong signature, 400 for a form that cannot be read.
    """
    fields = _form(body)
    if "zd_echo" in fields:
        return Received(answer=Answer(body=_echo(fields["zd_echo"])))
    event = fields.get("event", "")
    if event in OTHERS:
        return Received()
    told = headers.get("Signature", "")
    if event not in SIGNED or not hmac.compare_digest(
        told.encode("utf-8", "replace"), of_notice(fields, account.secrets["api_secret"]).encode()
    ):
        raise ExchangeError("wrong signature", 401)
    key = call_key(fields.get("pbx_call_id"))
    marks = [f"{name}={fields[name]}" for name in sorted(fields)]
    answer = partial(_first_answer, account, fields) if event == START else Answer()
    return Received((Event(event, key, fields, digest_of(event, *marks)),), answer)


def _form(body: bytes) -> dict[str, str]:
    try:
        return {clean_text(name.decode()): clean_text(value.decode()) for name, value in form_fields(body).items()}
    except UnicodeDecodeError:
        raise ExchangeError("the text is not UTF-8", 401) from None


def _echo(text: str) -> bytes:
    """What the vendor checks an address with; nothing longer or stranger than his own is echoed."""
    return text.encode() if text.isascii() and text.isalnum() and len(text) <= _LONGEST_ECHO else b""


def _first_answer(account: Account, fields: Mapping[str, str]) -> Answer:
    owner = owner_of(account, fields.get("caller_id", ""))
    answer: dict[str, str | int] = {}
    if owner:
        answer["caller_name"] = owner.client
        inner = next((number for number in owner.numbers if number.isdigit() and len(number) <= 6), "")
        if inner and account.settings.get("sticky", True):
            answer["redirect"], answer["return_timeout"] = inner, STICKY_SECONDS
    return Answer(200, json.dumps(answer, ensure_ascii=False).encode(), _JSON)
