"""Calling with a button on our own Asterisk: the employee's telephone first, then the client's."""

from ..capabilities import Dial, Dialled
from ..contract import Account


def click_to_call(account: Account, dial: Dial) -> Dialled:
    """Place the call; its name ends with ``dial.ask``, so that it is known before it rings. ExchangeError."""
    from ...models import Provider
    from ...pbx import control, nodes  # they read the providers' contract themselves

    provider = Provider.objects.get(pk=account.id)
    key = f"{nodes.node_for(provider).text('node')}-our-{dial.ask}"
    return Dialled(control.click(provider, dial.extension, dial.phone, line=dial.line, key=key))
