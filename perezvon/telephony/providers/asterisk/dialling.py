"""Calling with a button on our own Asterisk: the employee's telephone first, then the client's."""

from typing import Any

from ..capabilities import ASKED, Dial, Dialled
from ..contract import Account, Event, digest_of


def click_to_call(account: Account, dial: Dial) -> Dialled:
    """Place the call; its name ends with ``dial.ask``, so that it is known before it rings. ExchangeError."""
    from ...models import Provider
    from ...pbx import control  # they read the providers' contract themselves

    provider = Provider.objects.get(pk=account.id)
    return Dialled(control.click(provider, dial.extension, dial.phone, line=dial.line, key=_key(provider, dial)))


def asked(account: Account, dial: Dial) -> Event:
    """Whom the call is for. The exchange itself tells it only when the employee has taken his telephone."""
    from ...models import Provider

    key = _key(Provider.objects.get(pk=account.id), dial)
    return Event(ASKED, key, {"phone": dial.phone, "extension": dial.extension}, digest_of(ASKED, key))


def _key(provider: Any, dial: Dial) -> str:
    from ...pbx import nodes

    return f"{nodes.node_for(provider).text('node')}-our-{dial.ask}"
