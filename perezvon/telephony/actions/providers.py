"""Connecting exchanges, and what belongs to them: lines, extensions, queues."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from perezvon.journey.actions import record, wake

from .. import facts
from ..models import Extension, Line, Provider, Queue
from ..providers import Adapter, ExchangeError, adapter
from ..providers.contract import ASKS
from .intake import accounts, networks


def address_of(provider: Provider) -> str:
    """The address that the exchange is to call, without a slash at the end."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/hooks/{provider.slug}"


@transaction.atomic
def add_provider(
    kind: str, name: str, *, by: Any = None, at: datetime, department: Any = None, **values: Any
) -> dict[str, Any]:
    """Connect an exchange and say what to type into it: id, slug, webhook addresses and secrets.

    ``values`` are secrets and settings of the kind; a secret that is not given is generated where
    that makes sense. The secrets are not shown again. ExchangeError for an unknown kind or a
    missing value.
    """
    exchange = adapter(kind)
    given = {key: value for key, value in values.items() if value not in (None, "")}
    own: dict[str, Any] = {key: value if isinstance(value, int) else str(value).strip() for key, value in given.items()}
    try:
        networks(str(own.get("allowed_ips", "")))
    except ValueError:
        raise ExchangeError("allowed_ips: these are no IP addresses or networks") from None
    own.update(_switched(exchange, own))
    kept = {key: str(own.pop(key, "")) for key, _label in exchange.secret_names}
    for key in exchange.generated:
        kept[key] = kept[key] or secrets.token_urlsafe(24)
    missing = [key for key in exchange.needed if not (own.get(key) or kept.get(key))]
    if missing:
        raise ExchangeError(f"not given: {', '.join(missing)}")
    provider = Provider.objects.create(
        kind=kind, name=name[:80], slug=new_slug(name, kind, long=exchange.secret_address), secrets=kept,
        settings=own, created_at=at,
        department_id=getattr(department, "pk", department),
    )  # fmt: skip
    record(facts.PROVIDER_ADDED, at=at, by=by, department_id=provider.department_id, name=provider.name)
    _changed()
    return {
        "id": provider.pk, "kind": kind, "name": provider.name, "slug": provider.slug,
        "addresses": exchange.addresses(address_of(provider)), "secrets": kept, "settings": own,
    }  # fmt: skip


def _switched(exchange: Adapter, own: Mapping[str, Any]) -> dict[str, bool]:
    """The switches of the kind: as given (true, 1, yes, on), else as they are by default.

    We ask the exchange only with keys that somebody gave: those that we make up mean nothing to it.
    """
    found = {name: is_on(own.get(name, default)) for name, _label, default in exchange.switches}
    if ASKS in found:
        found[ASKS] = found[ASKS] and all(own.get(name) for name in exchange.asking)
    return found


def is_on(value: Any) -> bool:
    """Whether a switch that came as a word, a number or a truth is on."""
    return value is True or str(value).strip().lower() in ("1", "true", "yes", "on")


def new_slug(name: str, kind: str, *, long: bool = False) -> str:
    """The name in the webhook address, hard to guess: it is the first lock of the address, and where nothing is signed (``long``) the only one."""
    return f"{slugify(name)[: 15 if long else 24] or kind}-{secrets.token_hex(16 if long else 8)}"


@transaction.atomic
def renew_address(provider: Provider, *, by: Any = None, at: datetime) -> str:
    """Give the exchange a new address; requests to the old one are refused at once. The new address."""
    provider.slug = new_slug(provider.name, provider.kind, long=adapter(provider.kind).secret_address)
    provider.save(update_fields=["slug"])
    record(facts.PROVIDER_CHANGED, at=at, by=by, department_id=provider.department_id, name=provider.name)
    _changed()
    return address_of(provider)


@transaction.atomic
def change_provider(
    provider: Provider,
    *,
    by: Any = None,
    at: datetime,
    name: str,
    is_enabled: bool,
    department: Any = None,
    new_secrets: Mapping[str, str] | None = None,
    new_settings: Mapping[str, Any] | None = None,
) -> Provider:
    """Rename, switch on or off, replace secrets that are given (blank ones stay as they are)."""
    given = {key: value.strip() for key, value in (new_secrets or {}).items() if value and value.strip()}
    provider.name, provider.is_enabled, provider.department = name, is_enabled, department
    provider.secrets = {**provider.secrets, **given}
    told = {**provider.settings, **(new_settings or {})}
    provider.settings = {key: value for key, value in told.items() if value != ""}
    provider.save()
    record(facts.PROVIDER_CHANGED, at=at, by=by, department_id=provider.department_id, name=provider.name)
    _changed()
    return provider


@transaction.atomic
def set_line(
    number: str, *, name: str = "", department: Any = None, product: Any = None, is_enabled: bool = True
) -> Line:
    """A number that clients dial (E.164) and where its calls belong."""
    line, _created = Line.objects.update_or_create(
        number=number, defaults={"name": name, "department": department, "product": product, "is_enabled": is_enabled}
    )
    return line


@transaction.atomic
def set_queue(provider: Provider, key: str, *, name: str, department: Any = None) -> Queue:
    """What a queue of the exchange is called, and whose it is."""
    queue, _created = Queue.objects.update_or_create(
        provider=provider, key=key, defaults={"name": name, "department": department}
    )
    return queue


@transaction.atomic
def set_extension(provider: Provider, number: str, *, user: Any) -> Extension:
    """Whose internal number or login it is at this exchange."""
    extension, _created = Extension.objects.update_or_create(provider=provider, number=number, defaults={"user": user})
    return extension


@transaction.atomic
def forget_mapping(rows: QuerySet[Any]) -> int:
    """Take queues' names or extensions off the map; how many. Stored calls stay as they are."""
    return rows.delete()[0]


def _changed() -> None:
    transaction.on_commit(accounts.forget)
    accounts.forget()
    wake()
