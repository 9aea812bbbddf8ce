"""Connecting exchanges, and what belongs to them: lines, extensions, queues."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
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
    number: str,
    *,
    name: str = "",
    department: Any = None,
    product: Any = None,
    is_enabled: bool = True,
    by: Any = None,
    at: datetime,
) -> Line:
    """A number that clients dial (E.164) and where its calls belong."""
    line = Line.objects.select_for_update(of=("self",)).filter(number=number).first()
    kind = facts.LINE_CHANGED if line else facts.LINE_ADDED
    line = line or Line(number=number)
    changes = _changes(line, {"name": name, "department": department, "product": product, "is_enabled": is_enabled})
    if changes or line.pk is None:
        line.save()
        record(kind, at=at, by=by, department_id=line.department_id, line=number, changes=changes)
    return line


@transaction.atomic
def set_queue(
    provider: Provider, key: str, *, name: str, department: Any = None, by: Any = None, at: datetime
) -> Queue:
    """What a queue of the exchange is called, and whose it is."""
    queue = Queue.objects.select_for_update(of=("self",)).filter(provider=provider, key=key).first()
    kind = facts.QUEUE_CHANGED if queue else facts.QUEUE_ADDED
    queue = queue or Queue(provider=provider, key=key)
    changes = _changes(queue, {"name": name, "department": department})
    if changes or queue.pk is None:
        queue.save()
        record(kind, at=at, by=by, department_id=queue.department_id, name=name or key, changes=changes)
    return queue


@transaction.atomic
def set_extension(provider: Provider, number: str, *, user: Any, by: Any = None, at: datetime) -> Extension:
    """Whose internal number or login it is at this exchange."""
    extension = Extension.objects.select_for_update(of=("self",)).filter(provider=provider, number=number).first()
    if extension is not None and extension.user_id == user.pk:
        return extension
    if extension is not None:
        told = {"name": extension.user.name, "extension": number}
        record(facts.EXTENSION_TAKEN, at=at, by=by, department_id=extension.user.department_id, **told)
    extension = extension or Extension(provider=provider, number=number)
    extension.user = user
    extension.save()
    told = {"name": user.name, "extension": number}
    record(facts.EXTENSION_GIVEN, at=at, by=by, department_id=user.department_id, **told)
    return extension


def _changes(row: Any, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set the columns; {column: [before, after]} of those that differ, rows by their ids."""
    found = {}
    for column, value in values.items():
        before, after = getattr(row, column), value
        setattr(row, column, value)
        if before != after:
            found[column] = [getattr(before, "pk", before), getattr(after, "pk", after)]
    return found


def _changed() -> None:
    transaction.on_commit(accounts.forget)
    accounts.forget()
    wake()
