"""Queues ring only those who can answer: what people say of themselves, and wrap-ups, told to our own exchange.

Whoever never chose a state is rung: a company that does not use states loses nothing. Everything here may be repeated.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from perezvon.staff.models import Presence
from perezvon.staff.reads import presence_of

from ..models import Extension, Provider, QueueMember, WrapUp
from ..pbx import control, nodes
from ..providers.asterisk.channels import extension_of

log = logging.getLogger(__name__)

WRAP_UP = "wrap_up"  # the reason that supervisors see; also a state of agents.Doing


def wanted(user_ids: Iterable[int], at: datetime) -> dict[int, str]:
    """For each of these people "" = to be rung, else the reason why not."""
    people = set(user_ids)
    found = dict.fromkeys(people, "")
    for pk, presence in presence_of(people).items():
        if presence.state != Presence.State.AVAILABLE:
            found[pk] = presence.reason or presence.state
    for pk in WrapUp.objects.filter(user__in=people, until=None, most_until__gt=at).values_list("user_id", flat=True):
        found[pk] = found[pk] or WRAP_UP
    return found


def follow(user_ids: Iterable[int], at: datetime) -> None:
    """Pause and unpause the telephones of these people as they want it now. What the exchange refuses is logged.

    When it does not answer nothing is lost: the listener calls ``sync`` as soon as it is connected again.
    """
    reasons = wanted(user_ids, at)
    for extension in _members(user__in=reasons):
        for node in extension.provider.nodes():
            _tell(node, extension, reasons[extension.user_id])


def members_among(user_ids: Iterable[int]) -> set[int]:
    """Those of them whom an exchange of our own would ring from a queue."""
    return set(_members(user__in=list(user_ids)).values_list("user_id", flat=True))


def sync(provider_id: int, at: datetime) -> None:
    """Compare what an exchange does with what it should, and tell it where they differ.

    It forgets who was paused when it starts anew, and it is not told when a worker dies in that very moment.
    """
    node = Provider.objects.get(pk=provider_id)
    extensions = list(_members(provider=node.first_id))
    if not extensions:
        return
    reasons, paused = wanted({one.user_id for one in extensions}, at), _paused(node)
    for extension in extensions:
        reason, is_paused = reasons[extension.user_id], paused.get(extension.number)
        if is_paused is not None and is_paused != bool(reason):
            _tell(node, extension, reason)


def sync_all(at: datetime) -> None:
    """The same with every exchange of our own that is switched on and answers."""
    for node in nodes.own_exchanges():
        sync(node.pk, at)


def _paused(provider: Provider) -> dict[str, bool]:
    """Internal number -> whether some queue of the exchange does not ring it; nothing when it does not answer."""
    try:
        rows = control.queue_status(provider)
    except control.ControlError as error:
        log.info("the exchange was not asked who is paused", extra={"provider": provider.slug, "why": error.reason})
        return {}
    found: dict[str, bool] = {}
    for row in rows:
        if row.get("Event") == "QueueMember":
            number = extension_of(str(row.get("Location") or row.get("Interface") or ""))
            found[number] = found.get(number, False) or str(row.get("Paused")) == "1"
    return found


def _members(**narrow: Any) -> Any:
    """Internal numbers with a telephone, of people who answer a queue of that exchange."""
    rows = Extension.objects.filter(provider__kind="asterisk", provider__is_enabled=True, devices__is_enabled=True)
    in_queues = QueueMember.objects.filter(user=OuterRef("user"), queue__provider=OuterRef("provider"))
    return rows.filter(Exists(in_queues), **narrow).select_related("provider").distinct().order_by("pk")


def _tell(provider: Provider, extension: Extension, reason: str) -> None:
    try:
        if reason:
            control.pause(provider, extension.number, reason=reason)
        else:
            control.unpause(provider, extension.number)
    except control.ControlError as error:
        log.warning(
            "the exchange was not told who is to be rung",
            extra={"provider": provider.slug, "extension": extension.number, "why": error.reason},
        )
