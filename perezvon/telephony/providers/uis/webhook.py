"""UIS over HTTP: notifications by our template (JSON), and the question of the interactive call handling.

Source: "HTTP notifications"; "Interactive call handling". Nothing is signed: the address is the secret, and the list of
addresses from which it may be called (``allowed_ips``) the second lock.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from perezvon.kit import phones

from ..contract import (
    Account,
    Answer,
    Event,
    ExchangeError,
    Received,
    call_key,
    clean_text,
    digest_of,
    form_fields,
    parse_json,
    text_of,
)  # fmt: skip
from ..sticky import Owner, owner_of
from .events import EVENTS

INTERACTIVE = "route"
USUAL_WAY = 1  # the code of the branch that leads a stranger on
_QUOTED_TWICE = re.compile(rb'""([^"]*)""')
_NOTHING = re.compile(rb":\s*(?=[,}])")


def receive(account: Account, path: str, body: bytes, headers: Mapping[str, str], at: datetime) -> Received:
    """The event of a notification, or the answer to the question where to lead a call.

    ExchangeError 400 for what cannot be read and for a notification that is not made by our template.
    """
    if path.strip("/") == INTERACTIVE:
        return Received(answer=_lead(account, _question(body)))
    payload = _payload(body)
    event = text_of(payload.get("event"), 40)
    if event not in EVENTS:
        raise ExchangeError(f"event: {event!r} is unknown; is the template pasted as it is?")
    key = call_key(payload.get("call_session_id"))
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False)
    return Received((Event(event, key, payload, digest_of(event, text)),))


def _payload(body: bytes) -> dict[str, Any]:
    try:
        payload = parse_json(body)
    except ExchangeError:
        # The two ways to spoil the template: quotes put around {{...}}, and a variable that was empty.
        payload = parse_json(_NOTHING.sub(b":null", _QUOTED_TWICE.sub(rb'"\1"', body)))
    if not isinstance(payload, dict):
        raise ExchangeError("the notification is no object")
    return payload


def _question(body: bytes) -> dict[str, str]:
    if body.lstrip()[:1] == b"{":
        told = parse_json(body)
        return {name: text_of(value) for name, value in told.items()}
    try:
        return {clean_text(name.decode()): clean_text(value.decode()) for name, value in form_fields(body).items()}
    except UnicodeDecodeError:
        raise ExchangeError("the text is not UTF-8") from None


def _lead(account: Account, fields: Mapping[str, str]) -> Answer:
    owner = owner_of(account, fields.get("numa", ""))
    number = _dialable(owner) if owner and account.settings.get("sticky", True) else ""
    answer: dict[str, Any] = {"phones": [number]} if number else {"returned_code": USUAL_WAY}
    return Answer(200, json.dumps(answer).encode(), "application/json")


def _dialable(owner: Owner) -> str:
    """The manager's telephone as the exchange dials it: a number of the world before an internal one."""
    world = next(filter(None, map(phones.normalise, owner.numbers)), "")
    return world.lstrip("+") or next((one for one in owner.numbers if one.isdigit() and len(one) <= 4), "")
