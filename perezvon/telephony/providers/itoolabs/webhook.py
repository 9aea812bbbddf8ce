"""crmapi over HTTP: one address, form fields, the token among them.

Source: "REST API ВАТС (CRM)" of ITooLabs. There is no signature: the token is compared in constant
time and never stored. A body that cannot be read is answered 400: the exchange repeats requests
only when it gets no answer at all.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime

from ..contract import Account, Event, ExchangeError, Received, call_key, clean_text, digest_of, form_fields
from .contact import answer_contact
from .events import CONTACT, EVENT, HISTORY, RATING

TOKEN = "crm_token"


def receive(account: Account, path: str, body: bytes, headers: Mapping[str, str], at: datetime) -> Received:
    """The event of a request, or the answer to ``cmd=contact``.

    ExchangeError 401 for a wrong token, 400 for a form that cannot be read or an unknown command.
    """
    fields = _form(account, body)
    command = fields.pop("cmd", "")
    if command == CONTACT:
        return Received(answer=answer_contact(account, fields.get("phone", "")))
    if command not in (EVENT, HISTORY, RATING):
        raise ExchangeError(f"cmd: {command[:40]!r} is unknown")
    key = call_key(fields.get("callid"))
    # The moment of an ``event`` is when we received it, but a repeat must still be the same event.
    marks = [f"{name}={fields[name]}" for name in sorted(fields)]
    return Received((Event(command, key, fields, digest_of(command, *marks)),))


def _form(account: Account, body: bytes) -> dict[str, str]:
    """The fields as text, without the token."""
    pairs = form_fields(body)
    token = pairs.pop(TOKEN.encode(), b"")
    if not hmac.compare_digest(token, account.secrets["crm_token"].encode()):
        raise ExchangeError("wrong token", 401)
    try:
        return {clean_text(name.decode()): clean_text(value.decode()) for name, value in pairs.items()}
    except UnicodeDecodeError:
        raise ExchangeError("the text is not UTF-8") from None
