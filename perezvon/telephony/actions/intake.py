"""Taking what exchanges send: stored first, answered after the commit, made sense of later."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import F

from perezvon.journey.actions import wake_soon
from perezvon.journey.statements import prepared

from ..models import Provider, RawEvent
from ..providers import ExchangeError, adapter
from ..providers.contract import Account, Answer, Event, Received, clean_text, digest_of
from .routing import ask_to_route

log = logging.getLogger(__name__)

REFUSED = Answer(401, b"wrong signature")
_SECONDS = 3.0
_BODY_LIMIT = 65_536
_COLUMNS = "provider_id, received_at, digest, name, call_key, payload, body, state, reason"
_ROW = "(%s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s)"
_CHUNK = 500


def account_of(provider: Provider) -> Account:
    """What an adapter may know of a connected exchange."""
    return Account(
        provider.pk, provider.kind, provider.slug, provider.secrets, provider.settings, provider.department_id
    )


class Accounts:
    """Exchanges by the slug of their address, remembered for a few seconds."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Account]] = {}

    def of(self, slug: str) -> Account | None:
        """The enabled exchange of this address, or None."""
        until, account = self._known.get(slug, (0.0, None))
        if account is None or monotonic() >= until:
            provider = Provider.objects.filter(slug=slug, is_enabled=True).first()
            if provider is None:
                self._known.pop(slug, None)
                return None
            account = account_of(provider)
            self._known[slug] = (monotonic() + _SECONDS, account)
        return account

    def forget(self) -> None:
        """Ask the database again; every action that changes an exchange does it."""
        self._known.clear()


accounts = Accounts()


def accept(
    provider: Provider | Account,
    request_body: bytes,
    headers: Mapping[str, str],
    at: datetime,
    *,
    path: str = "",
    sender: str = "",
) -> Answer:
    """Take one request of an exchange; the answer may be sent when this returns (it has committed).

    ``path`` is what stands in the address after the slug, ``sender`` the IP address that asks ("" = not known, not
    checked). Nothing that an exchange can send raises.
    """
    account = provider if isinstance(provider, Account) else account_of(provider)
    try:
        check_sender(account, sender)
        received = adapter(account.kind).receive(account, path, request_body, headers, at)
    except ExchangeError as error:
        return _refuse(account, request_body, error, at, path)
    except Exception as error:  # a mistake of ours must not lose the event
        log.exception("an exchange's request was not understood", extra={"provider": account.slug})
        return _refuse(account, request_body, ExchangeError(f"our mistake: {error!r}"), at, path)
    if received.events:
        _keep(account, received, at)
    return received.answer if isinstance(received.answer, Answer) else _looked_up(account, received.answer)


def _looked_up(account: Account, answer: Callable[[], Answer]) -> Answer:
    """The answer that had to be looked up; a mistake of ours in it is no reason to refuse the event."""
    try:
        return answer()
    except Exception:  # noqa: BLE001 - whatever it is, the event is safe
        log.exception("an exchange's question was not answered", extra={"provider": account.slug})
        return Answer()


def _keep(account: Account, received: Received, at: datetime) -> None:
    if store(account, [(event, at) for event in received.events]):
        wake_soon("telephony.interpret")
        ask_to_route(account, received.events, at=at)


def check_sender(account: Account, sender: str) -> None:
    """ExchangeError 401 when the exchange's requests may come from other addresses only.

    ``allowed_ips`` are addresses and networks with commas or spaces. Behind a proxy ``sender`` is the client as that
    proxy told it, and only proxies that the web server trusts are believed (FORWARDED_ALLOW_IPS).
    """
    allowed = networks(str(account.settings.get("allowed_ips") or ""))
    if not allowed or not sender:
        return
    try:
        told = ip_address(sender)
        address = getattr(told, "ipv4_mapped", None) or told
    except ValueError:
        address = None
    if address is None or not any(address in network for network in allowed):
        raise ExchangeError(f"{sender[:45]} is not among the addresses of the exchange", 401)


@lru_cache(maxsize=64)
def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks written with commas, spaces or line breaks. ValueError for what is none."""
    return tuple(ip_network(one) for one in text.replace(",", " ").split())


def store(account: Account, events: Sequence[tuple[Event, datetime]]) -> int:
    """Store raw events with the moments they were received; the same event once. How many were new."""
    return sum(
        _insert([_new_row(account.id, event, at) for event, at in events[first : first + _CHUNK]])
        for first in range(0, len(events), _CHUNK)
    )


def _new_row(provider_id: int, event: Event, at: datetime) -> list[Any]:
    state = RawEvent.State.NEW if event.call_key else RawEvent.State.IGNORED
    payload = json.dumps(event.payload, ensure_ascii=False, allow_nan=False)
    return [provider_id, at, event.digest, event.name, event.call_key, payload, "", state.value, ""]


def _insert(rows: list[list[Any]]) -> int:
    if not rows:
        return 0
    places, values = ", ".join([_ROW] * len(rows)), [value for row in rows for value in row]
    sql = f"INSERT INTO telephony_rawevent ({_COLUMNS}) VALUES {places} ON CONFLICT DO NOTHING"  # noqa: S608
    if len(rows) == 1:  # nearly always: its plan is worth keeping
        return len(prepared(f"{sql} RETURNING id", values))
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def _refuse(account: Account, body: bytes, error: ExchangeError, at: datetime, path: str) -> Answer:
    if error.status == 401:
        Provider.objects.filter(pk=account.id).update(
            refused=F("refused") + 1, refused_at=at, refused_why=clean_text(error.reason)[:120]
        )
        return REFUSED
    if error.status == 400:
        text = _without_secrets(account, clean_text(body[:_BODY_LIMIT].decode("utf-8", "replace")))
        name = clean_text(path.strip("/"))[:40] or "?"
        state = RawEvent.State.REJECTED.value
        reason = clean_text(error.reason)[:200]
        _insert([[account.id, at, digest_of("rejected", body), name, "", "{}", text, state, reason]])
    return Answer(error.status, clean_text(error.reason).encode()[:200])


def _without_secrets(account: Account, text: str) -> str:
    for secret in filter(None, account.secrets.values()):
        text = text.replace(str(secret), "•••")
    return text
