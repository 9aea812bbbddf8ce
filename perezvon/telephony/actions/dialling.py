"""Calling with a button: whose telephone rings, through which exchange, and what the ledger knows of it."""

import logging
import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record

from .. import facts, telephones
from ..models import Dialling, Provider
from ..pbx import control, nodes
from ..providers import ExchangeError, adapter
from ..providers.capabilities import Dial
from .intake import account_of, store

log = logging.getLogger(__name__)


class NotDialled(Exception):
    """The call could not be placed; the text says why, in the reader's language."""


def dial(user: Any, phone: str, *, person: Any = None, task: Any = None, by: Any = None, at: datetime) -> Dialling:
    """Ring the telephone of ``user``, then that of the client ``phone`` (E.164), for a ``task`` when there is one.

    The wish is in the ledger before the exchange hears of it, without the number. NotDialled when he has no telephone
    or the exchange refuses.
    """
    telephone = telephones.of(user)
    if telephone is None or not telephones.can_dial(user):
        raise NotDialled(_("You have no telephone from which to call. The administrator gives one."))
    provider = _node(Provider.objects.get(pk=telephone.provider_id), telephone.number)
    wish = _wish(user, provider, telephone.number, phone, person, task, by, at)
    try:
        wish.call_key = _place(wish, provider, telephone.number)
    except ExchangeError as error:
        log.warning("a call was not placed", extra={"provider": provider.slug, "why": error.reason})
        wish.state, wish.error = Dialling.State.REFUSED, error.reason[:200]
    else:
        wish.state = Dialling.State.PLACED
    wish.save(update_fields=["state", "call_key", "error"])
    if wish.state == Dialling.State.REFUSED:
        raise NotDialled(_("The exchange did not place the call: %(reason)s") % {"reason": wish.error})
    return wish


@transaction.atomic
def _wish(
    user: Any, provider: Provider, extension: str, phone: str, person: Any, task: Any, by: Any, at: datetime
) -> Dialling:
    wish = Dialling.objects.create(
        user=user, provider=provider, token=secrets.token_hex(16), phone=phone, person=person, task=task, at=at
    )
    record(
        facts.CALL_ASKED, at=at, by=by, owner_id=user.pk, department_id=user.department_id, channel="call",
        person_id=getattr(person, "pk", None), extension=extension, provider=provider.pk,
    )  # fmt: skip
    told = adapter(provider.kind).asked(account_of(provider), _dial(wish, extension))
    if told is not None:
        store(account_of(provider), [(told, at)])
    return wish


def _dial(wish: Dialling, extension: str) -> Dial:
    return Dial(extension=extension, phone=wish.phone, ask=wish.token)


def _node(provider: Provider, number: str) -> Provider:
    """Of several nodes of our own exchange the one that has his telephone now."""
    return control.node_of(provider, number) if nodes.is_own(provider) else provider


def _place(wish: Dialling, provider: Provider, extension: str) -> str:
    place = adapter(provider.kind).click_to_call
    if place is None:
        raise ExchangeError(_("this exchange places no calls"), 502)
    return place(account_of(provider), _dial(wish, extension)).call_key
