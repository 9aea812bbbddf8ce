"""Leading a call that is in the menu to the client's own manager, at exchanges that must be told so by a request.

The webhook only notes which event it was: looking the client up, waiting for the exchange's limit and asking it are a job.
Jobs of one exchange run one after another; a wish that has waited too long is dropped: the caller has left the menu.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from ..models import RawEvent
from ..providers import ExchangeError, adapter
from ..providers.capabilities import Route
from ..providers.contract import Account, Event
from ..providers.sticky import owner_of

log = logging.getLogger(__name__)

TOO_LATE = timedelta(seconds=12)


def ask_to_route(account: Account, events: Sequence[Event], *, at: datetime) -> int:
    """Note which of these new events are calls that may be led to the client's manager; how many."""
    from ..jobs import route

    exchange = adapter(account.kind)
    if exchange.route is None or not account.settings.get("sticky", True) or not exchange.can_ask(account):
        return 0
    wanted = [event for event in events if exchange.route_wish(event.name, event.payload)]
    for event in wanted:
        route.configure(lock=f"route {account.id}").defer(
            provider_id=account.id, digest=event.digest.hex(), asked_at=at.isoformat()
        )
    return len(wanted)


def lead(provider_id: int, digest: bytes, *, asked_at: datetime, at: datetime) -> str:
    """Lead the call of a stored event to the client's manager; what came of it, in a word for the log."""
    from .intake import account_of

    row = RawEvent.objects.filter(provider=provider_id, digest=digest).select_related("provider").first()
    if row is None or not row.provider.is_enabled or at - asked_at > TOO_LATE:
        return "too late"
    account = account_of(row.provider)
    exchange = adapter(account.kind)
    wish = exchange.route_wish(row.name, row.payload)
    owner = owner_of(account, wish.phone) if wish else None
    if exchange.route is None or wish is None or owner is None or not owner.extension:
        return "no manager"
    try:
        exchange.route(account, Route(wish.call_key, wish.leg, owner.extension, ask=f"route-{row.pk}"))
    except ExchangeError as error:
        log.warning("a call was not led to the manager: %s", error.reason, extra={"provider": account.slug})
        return "refused"
    return "led"
