"""The kinds of exchanges we can connect; each in its folder, one contract (contract.py)."""

from functools import cache
from importlib import import_module

from .contract import Adapter, ExchangeError

KINDS = ("mango", "uis", "itoolabs", "zadarma", "asterisk")

__all__ = ["KINDS", "Adapter", "ExchangeError", "adapter", "adapters"]


@cache
def adapter(kind: str) -> Adapter:
    """The adapter of a kind. ExchangeError (404) for a kind we do not know."""
    if kind not in KINDS:
        raise ExchangeError(f"no exchange is called {kind!r}", 404)
    found: Adapter = import_module(f"perezvon.telephony.providers.{kind}").ADAPTER
    return found


def adapters() -> list[Adapter]:
    """All kinds in the order they are offered on the screen."""
    return [adapter(kind) for kind in KINDS]
